"""Dialects beside a real export: who is in, who is left out and under which rule."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from desktop.cli import dialects as command_line
from desktop.cli import main
from local_db.dialects import DIALECTS, style, write_dialect
from local_db.dialects.choosing import names_of
from local_db.dialects.plain import PlainAnswer, PlainTurn, PlainVote
from local_db.errors import UnknownLabel
from local_db.export import ExportSummary, export
from tests.helpers.planted import LEFT_OUT, planted_export
from tests.helpers.voting import Sitting, open_test_store


def test_the_command_line_knows_every_dialect() -> None:
    assert set(command_line.NAMES) == set(DIALECTS)


VOTES = 20


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> ExportSummary:
    folder = tmp_path_factory.mktemp("station")
    return planted_export(folder, VOTES, dialects=sorted(DIALECTS), takes=True)


def test_votes_and_exclusions_are_the_battles_of_the_export(planted: ExportSummary) -> None:
    assert set(planted.dialects) == set(DIALECTS)
    manifest = json.loads((planted.folder / "manifest.json").read_text("utf-8"))
    for name in DIALECTS:
        written = planted.dialects[name]
        assert (written.votes, written.exclusions) == (VOTES, LEFT_OUT)
        assert written.votes + sum(written.exclusions.values()) == planted.battles
        assert written.file in manifest["files"]
        assert manifest["dialects"][name]["votes"] == VOTES
        back = list(DIALECTS[name].read(planted.folder / written.file))
        assert len({vote.participant for vote in back}) == 20
        assert all(vote.simulated for vote in back)


def test_an_export_in_a_dialect_is_replaced_and_gives_the_same_bytes(
    planted: ExportSummary,
) -> None:
    before = {path.name: path.read_bytes() for path in planted.folder.rglob("*.*")}
    home = planted.folder.parent
    again = export(
        home / "earshot.db",
        home / "takes",
        planted.folder,
        include_takes=True,
        dialects=sorted(DIALECTS),
        simulated_in_dialects=True,
    )
    assert {path.name: path.read_bytes() for path in again.folder.rglob("*.*")} == before


def test_simulated_votes_are_left_out_unless_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_test_store(tmp_path / "home") as store:
        Sitting(store, tmp_path / "home" / "takes").voted_battle("a")
        Sitting(store, tmp_path / "home" / "takes", simulated=True).voted_battle("b")
    command = ["export", "--home", str(tmp_path / "home"), "--to", str(tmp_path / "out")]
    assert main([*command, "--dialect", "fastchat", "--dialect", "evalica"]) == 0
    said = capsys.readouterr().err
    assert "fastchat.json: 1 vote; left out: 1 simulated." in said
    assert "evalica.csv: 1 vote; left out: 1 simulated." in said
    assert "style control is undefined" in said
    assert main([*command, "--dialect", "fastchat", "--simulated"]) == 0
    assert "fastchat.json: 2 votes; left out: none." in capsys.readouterr().err
    assert not (tmp_path / "out" / "evalica.csv").exists()
    assert main([*command, "--dialect", "audiofolder"]) == 2
    assert "Add --takes." in capsys.readouterr().err


@pytest.mark.parametrize("name", DIALECTS)
def test_a_vote_that_nobody_knows_is_refused_and_named(
    name: str, planted: ExportSummary, tmp_path: Path
) -> None:
    """A database cannot hold one; lines of a program of tomorrow can."""
    first = (planted.folder / "battles.jsonl").read_text("utf-8").split("\n")[0]
    battle = json.loads(first)
    battle["vote"]["choice"] = "A"
    (tmp_path / "battles.jsonl").write_text(json.dumps(battle) + "\n", "utf-8")
    with pytest.raises(UnknownLabel, match=f"battle {battle['battle_id']} says 'A'"):
        write_dialect(name, tmp_path, battles="battles.jsonl", takes="takes", simulated=True)


def test_two_systems_under_one_id_have_two_names() -> None:
    def line(a: tuple[str, str, str], b: tuple[str, str, str]) -> dict:
        keys = ("system", "version", "fingerprint")
        return {"a": dict(zip(keys, a, strict=True)), "b": dict(zip(keys, b, strict=True))}

    names = names_of(
        [
            line(("ada", "1", "f" * 64), ("bo", "1", "0" * 64)),
            line(("ada", "2", "e" * 64), ("bo", "1", "0" * 64)),
            line(("cy", "1", "a" * 64), ("cy", "1", "b" * 64)),
        ]
    )
    assert sorted(names.values()) == ["ada 1", "ada 2", "bo", "cy 1 aaaaaaaa", "cy 1 bbbbbbbb"]


def vote(a: str, b: str) -> PlainVote:
    turn = PlainTurn("", PlainAnswer(a), PlainAnswer(b))
    return PlainVote("x", "ada", "bo", "a", turns=(turn,))


def test_markdown_is_counted_as_fastchat_counts_it() -> None:
    text = "# One\n###### Six\n####### none\n#none\n- a\n  * b\n+c\n1. d\n**e** __f__ ** g\n**"
    counts = style.markdown(f"{text}\n```\n# code\n- code\n```")
    assert counts["header_count"] == {"h1": 1, "h2": 0, "h3": 0, "h4": 0, "h5": 0, "h6": 1}
    assert counts["list_count"] == {"ordered": 1, "unordered": 2}
    assert counts["bold_count"] == {"**": 1, "__": 1}


def test_style_is_undefined_without_markdown() -> None:
    (whole,) = style.undefined([vote("short", "a longer answer"), vote("a longer one", "short")])
    assert "No vote differs in Markdown" in whole
    (part,) = style.undefined([vote("# x\n- y", "a longer answer"), vote("x", "y and more")])
    assert "differs in bold," in part
    assert list(style.undefined([vote("# x\n- **y**", "a longer answer"), vote("x", "y")])) == []
    assert list(style.undefined([])) == []


def test_lengths_are_whole_numbers_of_one_measure() -> None:
    assert style.tokens("") == 1
    assert style.tokens("กรุงเทพฯ") == 6
    metadata = style.conv_metadata(vote("four letters", "x"))
    assert metadata["sum_assistant_a_tokens"] == 3
    assert type(metadata["sum_assistant_a_tokens"]) is int
