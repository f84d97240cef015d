"""Ten stations' exports in any order and in any groups: the same bytes."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from desktop.cli import main
from desktop.cli.dialects import WITHOUT_TAKES
from local_db.dialects import DIALECTS
from local_db.dialects.copies import one_each
from local_db.errors import NotMerged, UnusableFolder
from local_db.export import export
from local_db.importing import import_votes
from local_db.merging import merge
from tests.helpers.voting import Sitting, open_test_store

STATIONS = 10


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Of ten stations, the first of them exported twice, the second time with one more vote."""
    root = tmp_path_factory.mktemp("stations")
    folders = []
    for nth in range(STATIONS):
        home = root / f"home-{nth}"
        with open_test_store(home) as store:
            sitting = Sitting(store, home / "takes")
            for choice in ("a", "tie") if nth % 2 else ("b",):
                sitting.voted_battle(choice)
            folders.append(root / f"export-{nth}")
            export(store.path, home / "takes", folders[-1])
            if nth == 0:
                sitting.voted_battle("a")
                folders.append(root / "export-0-later")
                export(store.path, home / "takes", folders[-1])
    return folders


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@settings(max_examples=6, deadline=None)
@given(data=st.data())
def test_order_and_groups_make_no_difference(exports: list[Path], data: st.DataObject) -> None:
    order = data.draw(st.permutations(exports))
    cut = data.draw(st.integers(1, len(order) - 1))
    with tempfile.TemporaryDirectory() as folder:
        whole, left, both = (Path(folder, name) for name in ("whole", "left", "both"))
        merge(exports, whole)
        merge(order[:cut], left)
        merge([*order[cut:], left, order[0]], both)
        assert bytes_of(both) == bytes_of(whole)


def test_the_merge_ranks_as_the_exports_do(exports: list[Path], tmp_path: Path) -> None:
    summary = merge(exports, tmp_path / "all")
    assert (summary.battles, summary.parts) == (16, STATIONS + 1)
    whole = ranker.rank(tmp_path / "all", bootstraps=100)
    apart = ranker.rank(exports, bootstraps=100)
    assert (whole.rows, whole.pairs, whole.n_votes) == (apart.rows, apart.pairs, apart.n_votes)
    assert (whole.n_stations, whole.doubts) == (STATIONS, ())
    parts = json.loads((tmp_path / "all" / "manifest.json").read_text())["parts"]
    assert len({part["chain"]["head"] for part in parts}) == STATIONS + 1


def test_ten_stations_are_one_file_for_other_programs(exports: list[Path], tmp_path: Path) -> None:
    one = merge(exports, tmp_path / "one", dialects=["evalica", "fastchat"])
    two = merge(exports[::-1], tmp_path / "two", dialects=["fastchat", "evalica"])
    assert bytes_of(one.folder) == bytes_of(two.folder)
    board = ranker.rank(exports, bootstraps=100)
    written = one.dialects["fastchat"]
    assert written.votes == board.n_votes
    assert written.votes + sum(written.exclusions.values()) == one.battles


def test_two_stories_about_one_battle_are_both_kept(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with open_test_store(home) as store:
        sitting = Sitting(store, home / "takes")
        battle = sitting.voted_battle("a")
        export(store.path, home / "takes", tmp_path / "before")
        (vote,) = store.reader.battle(battle).votes
        sitting.vote(battle, "b", supersedes=vote.id)
        export(store.path, home / "takes", tmp_path / "after")
    both = [tmp_path / "before", tmp_path / "after"]
    summary = merge(both, tmp_path / "both", dialects=["evalica"])
    assert summary.battles == 2
    written = summary.dialects["evalica"]
    assert (written.votes, written.exclusions) == (1, {"earlier copy": 1})
    (vote,) = DIALECTS["evalica"].read(tmp_path / "both" / written.file)
    assert vote.outcome == "b"
    board = ranker.rank(tmp_path / "both", bootstraps=100)
    assert {left.rule: left.count for left in board.exclusions} == {"earlier copy": 1}


def line(state: str = "voted", *votes: str, **more: object) -> dict:
    cast = [{"id": vote, "choice": "a"} for vote in votes]
    who = {"station": "s", "study": "q", "participant": "p", "simulated": False, "kind": "normal"}
    sides = {"a": {"system": "ada"}, "b": {"system": "bo"}}
    vote = cast[-1] if cast else None
    return {"battle_id": "x", "state": state, "vote": vote, "votes": cast, **who, **sides, **more}


V2 = {"system": "ada", "version": "2", "fingerprint": "f" * 64}


@pytest.mark.parametrize(
    ("copies", "kept", "left_out"),
    [
        ([line("voted", "v1"), line("voted", "v1", "v2")], 1, {"earlier copy": 1}),
        ([line("voted", "v1"), line("withdrawn", "v1")], 1, {"earlier copy": 1}),
        ([line("voted", "v1", reasons=["because"]), line("voted", "v1")], 0, {"earlier copy": 1}),
        ([line("voted", "v1", a=V2), line("voted", "x vote")], 0, {"earlier copy": 1}),
        (
            [line("voted", "v1", a=V2), line("voted", "x vote", b=V2)],
            None,
            {"conflicting copies": 2},
        ),
        ([line("voted", "v1"), line("voted", "v2")], None, {"conflicting copies": 2}),
        ([line("voted", "v1"), line("skipped")], None, {"conflicting copies": 2}),
        ([line("voted", "v1"), line("voted", "v1", station="t")], None, {"conflicting copies": 2}),
    ],
)
def test_the_latest_of_several_copies_counts(copies, kept: int | None, left_out) -> None:
    for order in (copies, copies[::-1]):
        exclusions: Counter[str] = Counter()
        found = list(one_each(order, exclusions))
        assert found == ([] if kept is None else [copies[kept]])
        assert exclusions == left_out


def test_a_broken_history_stays_known(exports: list[Path], tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for name, content in bytes_of(exports[0]).items():
        (broken / name).write_bytes(content.replace(b'"ok": true', b'"ok": false'))
    merge([broken, exports[3]], tmp_path / "all")
    (doubt,) = ranker.rank(tmp_path / "all", bootstraps=100).doubts
    assert "hash chain is broken" in doubt


def test_other_peoples_votes_have_no_history(exports: list[Path], tmp_path: Path) -> None:
    """What a station's chain vouches for is not vouched for with a file beside it."""
    (tmp_path / "votes.csv").write_text("left,right,winner\nada,bo,left\n")
    import_votes(tmp_path / "votes.csv", "evalica", tmp_path / "theirs")
    merge([exports[3], tmp_path / "theirs"], tmp_path / "all")
    merge([tmp_path / "all", exports[4]], tmp_path / "more")
    for name in ("all", "more"):
        manifest = json.loads((tmp_path / name / "manifest.json").read_text())
        assert manifest["chain"] == {"ok": None}
        (doubt,) = ranker.rank(tmp_path / name, bootstraps=100).doubts
        assert "no hash chain vouches for all of its votes" in doubt
    merge(exports[3:5], tmp_path / "ours")
    assert json.loads((tmp_path / "ours" / "manifest.json").read_text())["chain"] == {"ok": True}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda f: (f / "battles.jsonl").write_bytes(b""), "not the file that its manifest names"),
        (lambda f: (f / "battles.jsonl").unlink(), "cannot be read"),
        (lambda f: (f / "manifest.json").unlink(), "has no manifest"),
        (lambda f: (f / "manifest.json").write_text("[]"), "none of ours"),
        (lambda f: (f / "manifest.json").write_text('{"schema": 1, "files": 1}'), "none of ours"),
    ],
)
def test_what_is_not_whole_is_not_merged(
    exports: list[Path], tmp_path: Path, change, why: str
) -> None:
    bad = tmp_path / "bad"
    bad.mkdir()
    for name, content in bytes_of(exports[0]).items():
        (bad / name).write_bytes(content)
    change(bad)
    with pytest.raises(NotMerged, match=why):
        merge([exports[1], bad], tmp_path / "all")
    assert not (tmp_path / "all").exists()


def test_the_command_merges_and_replaces_nothing(
    exports: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["merge", *map(str, exports), "--to", str(tmp_path / "all")]
    assert main(command) == 0
    said = capsys.readouterr()
    assert said.err.strip() == "16 battles of 11 exports."
    assert said.out.strip() == str(tmp_path / "all")
    with pytest.raises(UnusableFolder):
        merge(exports, tmp_path / "all")


@pytest.mark.parametrize("dialect", [name for name in WITHOUT_TAKES if name != "parquet"])
def test_votes_of_other_people_are_merged_into_every_dialect(
    exports: list[Path], tmp_path: Path, dialect: str
) -> None:
    theirs = merge(exports[:4], tmp_path / "theirs", dialects=[dialect])
    file = theirs.folder / theirs.dialects[dialect].file
    import_votes(file, dialect, tmp_path / "in")
    both = [tmp_path / "in", exports[5]]
    summary = merge(both, tmp_path / "both", dialects=["evalica", "talkarena", dialect])
    assert set(summary.dialects) == {"evalica", "talkarena", dialect}
    for name, written in summary.dialects.items():
        votes = list(DIALECTS[name].read(summary.folder / written.file))
        before = {vote.id: vote.outcome for vote in DIALECTS[dialect].read(file)}
        assert before.items() < {vote.id: vote.outcome for vote in votes}.items()
        assert "None" not in " ".join(vote.model_a + vote.model_b for vote in votes)
        assert all(vote.at_utc for vote in votes)


@pytest.mark.parametrize("dialect", [name for name in WITHOUT_TAKES if name != "parquet"])
def test_a_dialects_own_file_beside_its_export_tells_nothing_new(
    exports: list[Path], tmp_path: Path, dialect: str
) -> None:
    theirs = merge(exports[1:4], tmp_path / "theirs", dialects=[dialect])
    import_votes(theirs.folder / theirs.dialects[dialect].file, dialect, tmp_path / "in")
    both = [tmp_path / "in", *exports[1:4]]
    board, alone = (ranker.rank(folders, bootstraps=100) for folders in (both, exports[1:4]))
    assert (board.n_votes, board.rows) == (alone.n_votes, alone.rows)
    assert {left.rule for left in board.exclusions} == {"duplicate"}
    merged = merge(both, tmp_path / "both", dialects=["evalica"])
    assert merged.dialects["evalica"].votes == board.n_votes


def test_an_imported_battle_without_a_vote_is_left_out_by_name(tmp_path: Path) -> None:
    file = tmp_path / "votes.csv"
    file.write_text("model_a,model_b,winner\nada,bo,tie\nada,bo,\n")
    import_votes(file, "csv", tmp_path / "in")
    written = merge([tmp_path / "in"], tmp_path / "all", dialects=["csv"]).dialects["csv"]
    assert (written.votes, written.exclusions) == (1, {"missing winner": 1})
