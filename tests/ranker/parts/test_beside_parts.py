"""What is asked beside the board, of a store as of the exports that were collected into it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main
from ranker.contexts import in_context
from ranker.reliability import reliability
from ranker.report import report_of
from tests.helpers.ranker_exports import battle, write_export

pytest.importorskip("duckdb")
from ranker.parts.duck import connect, quoted
from ranker.parts.errors import UnreadablePart
from ranker.parts.facts import COLUMNS
from ranker.parts.store import KNOWN, RENEWED, TAKEN, Store, open_store

pytestmark = pytest.mark.local

QUICK = ("--bootstraps", "40")
WISHES: Sequence[Sequence[str]] = [
    ("--by", "topic"),
    ("--by", "language"),
    ("--by", "noise"),
    ("--by", "station"),
    ("--by", "group", "--labels", "groups.csv"),
    ("--adjust",),
    ("--ties", "davidson"),
    ("--ties", "rao-kupper"),
    ("--weigh", "propensity"),
]
PAIRS = [("ada", "bo"), ("bo", "cy"), ("cy", "ada")]


def line(k: int, station: str = "north", **changes: Any) -> dict[str, Any]:
    """With everything that can surround a vote, in no pattern that a model could not tell."""
    chance = random.Random(k)
    a, b = PAIRS[k % 3]
    covariates = {
        "language_said": chance.choice(["th", "en", None]),
        "language_a": chance.choice(["th", "en"]),
        "language_b": "en",
        "snr_db": chance.choice([4.25, 17.0, 31, None]),
        "device": "Built-in microphone",
        "trial": chance.randrange(9),
        "wait_ms": chance.uniform(300, 3000),
        "characters_a": chance.randrange(20, 900),
        "characters_b": chance.randrange(20, 900),
    }
    texts = {slot: {"text": chance.choice(["**Yes.**", "Yes."])} for slot in "ab"}
    told = battle(k, a=a, b=b, station=station, choice=chance.choice(["a", "a", "b", "tie"])) | {
        "covariates": covariates,
        "draw": {"probability": chance.choice([1 / 6, 1 / 3, 0.1])},
        "turns": [{**texts, "shown": {"wait_ms": 1.0}}],
        "labels": {"topic": chance.choice(["travel", "food"]), "round": k % 2},
    }
    told["vote"]["judged"] = {"reasons": {"a": ["accuracy"], "b": []}}
    return told | changes


def exports(place: Path) -> list[Path]:
    """Three stations; the last sends some of the first's battles again, with more said of them."""
    stations = {
        name: [line(k, name) for k in range(100 * n, 100 * n + 80)]
        for n, name in enumerate(("north", "south", "west"))
    }
    again = [line(k, "north") for k in range(12)]
    for one in again[:6]:
        one["labels"] |= {"mood": "sunny"}
    stations["west"] += [*again, line(500, "west", state="withdrawn")]
    folders = [write_export(place / name, lines) for name, lines in stations.items()]
    with (folders[0] / "battles.jsonl").open("ab") as stream:
        stream.write(b"{half\n")
    return folders


def collected(folders: Sequence[Path], place: Path) -> Store:
    store = open_store(place)
    assert {one.outcome for one in store.collect(folders, "1")} == {TAKEN}
    return store


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    def run(*arguments: object) -> str:
        assert main([*map(str, arguments)]) == 0
        return capsys.readouterr().out

    return run


def older(store: Store) -> None:
    """As a program before the columns of `parts.facts` left it."""
    for entry in store.entries():
        path = store.path_of(entry)
        kept = f"SELECT * EXCLUDE ({', '.join(COLUMNS)}) FROM read_parquet({quoted(path)})"
        connection = connect("A test")
        connection.execute(f"CREATE TABLE older AS {kept}")
        connection.execute(f"COPY older TO {quoted(path)[1:-1]} (FORMAT parquet)")
        connection.close()
        told = path.with_suffix(".json")
        values = json.loads(told.read_text("utf-8"))
        del values["facts"]
        told.write_text(json.dumps(values), "utf-8")


@pytest.mark.parametrize("wishes", WISHES, ids=" ".join)
def test_a_store_prints_what_its_exports_print(tmp_path, monkeypatch, said, wishes) -> None:
    folders = exports(tmp_path)
    groups = [f"p{k},{'students' if k < 9 else 'staff'}" for k in range(20)]
    (tmp_path / "groups.csv").write_text("participant,group\n" + "\n".join(groups))
    monkeypatch.chdir(tmp_path)
    store = collected(folders, tmp_path / "store")
    words = said("rank", *folders, *wishes, *QUICK)
    assert "problem" not in words
    assert said("rank", store.folder, *wishes, *QUICK) == words
    mixed = said("rank", folders[0], store.folder, *wishes, "--json", *QUICK)
    sliced = json.loads(mixed).get("slices", {})
    whole = json.loads(said("rank", *folders, *wishes, "--json", *QUICK)).get("slices", {})
    assert sliced == whole


def test_the_report_of_a_store_has_the_same_charts(tmp_path: Path) -> None:
    folders = exports(tmp_path)
    store = collected(folders, tmp_path / "store")
    around = report_of(folders, "Earshot", bootstraps=40).material.circumstances
    assert around.days
    assert around.reasons
    for source in (store, store.folder):
        assert report_of(source, "Earshot", bootstraps=40).material.circumstances == around


def split(lines: list[Any], chance: random.Random) -> Iterator[list[Any]]:
    """In some parts, in some order."""
    chance.shuffle(lines)
    ends = sorted(chance.sample(range(1, len(lines)), chance.randrange(4)))
    for start, end in zip([0, *ends], [*ends, len(lines)], strict=True):
        yield lines[start:end]


def test_any_split_into_parts_and_any_order_give_the_same_bytes(tmp_path: Path, said) -> None:
    lines = [line(k) for k in range(150)]
    copies = [line(k, labels={"topic": "food", "mood": "sunny", "round": 1}) for k in range(20)]
    wishes = ("--by", "topic", "--ties", "davidson", "--adjust", "--weigh", "propensity")
    answers = set()
    for seed in range(4):
        chance = random.Random(seed)
        parts = enumerate(split([*lines, *copies], chance))
        folders = [write_export(tmp_path / f"{seed}" / f"{k}", some) for k, some in parts]
        store = collected(folders, tmp_path / f"{seed}" / "store")
        for sources in ([store.folder], folders, folders[::-1]):
            told = json.loads(said("rank", *sources, *wishes, "--json", *QUICK))
            del told["facts"]  # which sources these were
            answers.add(json.dumps(told))
    assert len(answers) == 1
    values = json.loads(answers.pop())
    assert set(values["slices"]["boards"]) == {"food", "travel"}
    assert not any("problem" in values[wish] for wish in ("ties", "effects", "weighted"))


def test_every_fact_comes_back_as_it_was_sent(tmp_path: Path) -> None:
    """Rare and odd values too: a column of which only a few rows are known, or none."""
    odd: dict[str, Any] = {
        "trial": 2**40, "wait_ms": 1e300, "characters_a": 2**70, "snr_db": "loud", "device": "\x1b",
        "language_said": 5,
    }  # fmt: skip
    labels = {"topic": "é", "n": 0.1, "big": 10**400, "none": None, "list": [1], "\u202e": "x"}
    lines = [battle(k, seq=k) for k in range(3000)]
    lines[1234] |= {"covariates": odd, "labels": labels, "seq": 2**62 + 1, "draw": {}}
    lines[77] |= {"covariates": {"trial": True, "wait_ms": float("nan"), "snr_db": -0.0}}
    folder = write_export(tmp_path / "north", lines)
    store = collected([folder], tmp_path / "store")
    ours, theirs = (
        in_context([source], include_simulated=False, problems=[])[0]
        for source in (folder, store.folder)
    )
    assert list(map(repr, ours)) == list(map(repr, theirs))
    known = {one.battle.id: one.context for one in theirs}["battle-1234"]
    assert (known["trial"], known["wait_ms"], known["characters_a"]) == (2**40, 1e300, None)
    assert {key: known.get(key) for key in ("topic", "n", "noise", "device", "language")} == {
        "topic": "é", "n": 0.1, "noise": None, "device": None, "language": None,
    }  # fmt: skip
    assert not {"big", "none", "list", "\u202e"} & set(known)


def test_parts_of_an_older_program_count_and_say_what_they_lack(tmp_path: Path, said) -> None:
    folders = exports(tmp_path)
    store = collected(folders[:2], tmp_path / "store")
    older(store)
    list(store.collect(folders[2:], "2"))
    assert said("rank", store.folder, *QUICK) == said("rank", *folders, *QUICK)
    assert said("voters", store.folder) == said("voters", *folders)
    by_station = said("rank", store.folder, "--by", "station", *QUICK)
    assert by_station == said("rank", *folders, "--by", "station", *QUICK)
    told = said("rank", store.folder, "--by", "topic", *QUICK)
    lacking = "of 160 battles, which an older program took into a parts store: collect north and "
    assert lacking + "south again." in told
    assert "not known (148 votes)" in told, "twelve of them came again with everything"
    for wish in (("--adjust",), ("--weigh", "propensity")):
        assert lacking in said("rank", store.folder, *wish, *QUICK)
    said("rank", store.folder, "--html", tmp_path / "report.html", *QUICK)
    assert lacking in (tmp_path / "report.html").read_text("utf-8")
    only = collected(folders[:1], tmp_path / "only")
    older(only)
    assert "collect north again" in said("rank", only.folder, "--by", "topic", *QUICK)


def test_a_store_that_a_program_before_this_wrote_still_counts(tmp_path: Path, said) -> None:
    """`frozen/before-facts` was collected from these lines by the program of that time."""
    store = tmp_path / "store"
    shutil.copytree(Path(__file__).parent / "frozen" / "before-facts", store)
    lines = []
    for k in range(64):
        (a, b), choice = PAIRS[k % 3], ("a", "a", "b", "tie", "a")[k % 5]
        known = {"covariates": {"language_said": "en"}, "draw": {"probability": 1 / 6}}
        lines.append(battle(k, a=a, b=b, seq=k, choice=choice, **known))
    north = write_export(tmp_path / "north", lines)
    for wish in ((), ("--by", "station"), ("--ties", "davidson")):
        assert said("rank", store, *wish, *QUICK) == said("rank", north, *wish, *QUICK)
    assert said("voters", store) == said("voters", north)
    later = write_export(tmp_path / "later", [line(k, "south") for k in range(100, 160)])
    list(open_store(store).collect([later], "2"))
    assert said("rank", store, *QUICK) == said("rank", north, later, *QUICK)
    told = said("rank", store, "--by", "language", *QUICK)
    assert "of 64 battles, which an older program took into a parts store: collect north" in told


def test_collecting_the_export_again_gives_an_older_part_what_it_lacks(tmp_path: Path, said):
    folders = exports(tmp_path)
    store = collected(folders, tmp_path / "store")
    older(store)
    again = said("collect", store.folder, *folders)
    assert again.splitlines()[1] == "south: 80 battles taken in anew."
    assert [one.outcome for one in store.collect(folders, "2")] == [KNOWN] * 3
    wish = ("--by", "topic", *QUICK)
    assert said("rank", store.folder, *wish) == said("rank", *folders, *wish)


def test_an_older_part_stays_when_what_comes_again_is_not_trusted(tmp_path: Path) -> None:
    (folder,) = exports(tmp_path)[:1]
    store = collected([folder], tmp_path / "store")
    older(store)
    store.trust(f"north={'0' * 64}")
    assert [one.outcome for one in store.collect([folder], "2")] == [KNOWN]
    assert [entry.facts for entry in store.entries()] == [0]
    (store.folder / "stations.toml").unlink()
    assert [one.outcome for one in store.collect([folder], "2")] == [RENEWED]
    assert [entry.facts for entry in store.entries()] == [1]


def test_voters_are_the_same_from_a_store(tmp_path: Path) -> None:
    again = {"kind": "swapped_repeat", "repeats": "battle-3", "participant": "p3"}
    known = {"draw": {"state": {"known": {"gold_better": "ada"}}}}
    vote = {"id": "v", "choice": "b", "time_to_vote_ms": 812.5}
    lines = [
        *(line(k) for k in range(40)),
        line(60, **again),
        line(61, kind="gold", a=line(60)["a"], **known),
        line(62, kind="same_text", vote=vote, votes=[vote]),
        line(63, kind="practice"),
        line(64, participant=None),
    ]
    whole = write_export(tmp_path / "whole", lines)
    parts = [write_export(tmp_path / f"p{k}", lines[k::3]) for k in range(3)]
    store = collected(parts, tmp_path / "store")
    assert reliability([store.folder]).to_json() == reliability([whole]).to_json()
    assert reliability([store.folder]).voters


@pytest.mark.parametrize("spoil", ["damaged", "short"])
def test_a_part_that_was_spoiled_is_named_whoever_reads_it(tmp_path: Path, spoil: str) -> None:
    folders = exports(tmp_path)[:1]
    store = collected(folders, tmp_path / "store")
    (entry,) = store.entries()
    path = store.path_of(entry)
    if spoil == "damaged":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        told = json.loads(path.with_suffix(".json").read_text("utf-8"))
        path.with_suffix(".json").write_text(json.dumps(told | {"rows": 9}), "utf-8")
    for read in (reliability, lambda s: in_context(s, include_simulated=False, problems=[])):
        with pytest.raises(UnreadablePart, match=path.name):
            read([store.folder])
