"""Exports in, counts out: nothing is lost, nothing counts twice, nothing stops the rest."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from ranker.count import tally
from ranker.read import MAX_LINE_BYTES, read_export
from ranker.votes import from_vote
from tests.helpers.ranker_exports import battle, write_export

GOOD = [battle(k, choice="a" if k % 2 else "b") for k in range(8)]


def rules(board: ranker.Board) -> dict[str, int]:
    assert board.n_seen == board.n_votes + sum(left.count for left in board.exclusions)
    return {left.rule: left.count for left in board.exclusions}


def example(board: ranker.Board, rule: str) -> str:
    return next(left.example for left in board.exclusions if left.rule == rule)


def rank_lines(folder: Path, *lines: Any, **more: Any) -> ranker.Board:
    return ranker.rank(write_export(folder / "north", [*GOOD, *lines]), **more)


def test_a_clean_export_counts_whole(tmp_path: Path) -> None:
    board = rank_lines(tmp_path)
    assert (board.n_votes, board.n_participants, board.n_stations) == (8, 8, 1)
    assert rules(board) == {}
    (pair,) = board.pairs
    assert (pair.first, pair.second, pair.wins, pair.losses, pair.share) == ("ada", "bo", 4, 4, 0.5)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": "skipped", "choice": None}, "state skipped"),
        ({"state": "failed", "choice": None}, "state failed"),
        ({"state": "abandoned", "choice": None}, "state abandoned"),
        ({"state": "open", "choice": None}, "state open"),
        ({"state": "withdrawn"}, "state withdrawn"),
        ({"state": "Voted"}, "unknown state"),
        ({"kind": "practice"}, "kind practice"),
        ({"simulated": True}, "simulated"),
        ({"choice": None}, "missing winner"),
        ({"choice": "cannot_judge"}, "cannot judge"),
        ({"choice": "A"}, "unknown label"),
        ({"choice": "model_a"}, "unknown label"),
        ({"b": "ada"}, "self-play"),
        ({"schema": 2}, "newer schema"),
        ({"schema": "1"}, "malformed line"),
        ({"schema": True}, "malformed line"),
        ({"schema": 0}, "malformed line"),
        ({"schema": None}, "malformed line"),
        ({"battle_id": None}, "malformed line"),
        ({"battle_id": 7}, "malformed line"),
        ({"a": None}, "malformed line"),
        ({"a": {"version": "1"}}, "malformed line"),
        ({"a": {"system": ["ada"], "version": "1"}}, "malformed line"),
        ({"a": {"system": "a\x1b[31mda", "version": "1"}}, "malformed line"),
        ({"a": {"system": "a\ud800", "version": "1"}}, "malformed line"),
        ({"simulated": "no"}, "malformed line"),
        ({"simulated": None}, "malformed line"),
        ({"vote": ["a"]}, "malformed line"),
        ({"votes": 3}, "malformed line"),
        ({"votes": ["v"]}, "malformed line"),
        ({"participant": 4}, "malformed line"),
    ],
)
def test_whatever_is_not_counted_is_named(
    tmp_path: Path, changes: dict[str, Any], rule: str
) -> None:
    board = rank_lines(tmp_path, battle(99, **changes))
    assert rules(board) == {rule: 1}
    assert board.n_votes == 8
    assert ("battle-99" in example(board, rule)) or ("north line 9" in example(board, rule))


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b"{\n", "malformed line"),
        (b"[]\n", "malformed line"),
        (b"\xff\xfe\n", "malformed line"),
        (b"[" * 100_000 + b"\n", "malformed line"),
        (json.dumps(battle(99)).encode()[:-20], "truncated line"),
    ],
)
def test_a_line_that_cannot_be_read_is_counted_and_the_rest_ranks(
    tmp_path: Path, line: bytes, rule: str
) -> None:
    board = rank_lines(tmp_path, line)
    assert rules(board) == {rule: 1}
    assert board.n_votes == 8
    assert example(board, rule).startswith("north line 9")


def test_a_last_line_without_its_end_and_blank_lines_are_fine(tmp_path: Path) -> None:
    board = rank_lines(tmp_path, b"\n", b"  \n", json.dumps(battle(99)).encode())
    assert rules(board) == {}
    assert board.n_votes == 9


def test_a_line_without_an_end_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_LINE_BYTES >= 2**20
    monkeypatch.setattr("ranker.read.MAX_LINE_BYTES", 4096)
    board = rank_lines(tmp_path, b"x" * 50_000 + b"\n", battle(99))
    assert rules(board) == {"line too long": 1}
    assert board.n_votes == 9


def test_lines_of_a_newer_manifest_without_a_schema_of_their_own_are_left_alone(
    tmp_path: Path,
) -> None:
    bare = [{k: v for k, v in battle(k).items() if k != "schema"} for k in range(3)]
    newer = write_export(tmp_path / "newer", bare, {"schema": 2, "battles": 3})
    board = ranker.rank([newer, write_export(tmp_path / "north", GOOD)])
    assert rules(board) == {"newer schema": 3}
    assert board.n_votes == 8


@pytest.mark.parametrize("manifest", ["", "[]", "\xff", '{"schema": '])
def test_without_a_manifest_the_votes_count_and_the_doubt_is_said(
    tmp_path: Path, manifest: str
) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").write_text(manifest, encoding="latin-1")
    board = ranker.rank(folder)
    assert board.n_votes == 8
    assert any("north: no readable manifest" in notice for notice in board.notices)


def test_a_pipe_in_the_place_of_the_manifest_is_not_waited_for(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").unlink()
    os.mkfifo(folder / "manifest.json")
    board = ranker.rank(folder)
    assert board.n_votes == 8
    assert any("north: no readable manifest" in notice for notice in board.notices)


def test_lines_that_the_manifest_promises_and_are_not_there_are_missed(tmp_path: Path) -> None:
    board = ranker.rank(write_export(tmp_path / "north", GOOD, {"schema": 1, "battles": 10}))
    assert "north: the manifest promises 10 battles, 8 are there." in board.notices
    assert board.n_votes == 8


def test_a_file_that_was_changed_after_the_export_is_named(tmp_path: Path) -> None:
    sealed = {"battles.jsonl": {"sha256": "0" * 64}}
    manifest = {"schema": 1, "battles": 8, "files": sealed}
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    assert "north: battles.jsonl is not the file that was exported." in board.notices


def test_a_station_whose_records_were_changed_is_named(tmp_path: Path) -> None:
    manifest = {"schema": 1, "battles": 8, "chain": {"ok": False}}
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    assert any(notice.startswith("north: the station's hash chain") for notice in board.notices)


@pytest.mark.parametrize(
    "manifest",
    [{"battles": "8"}, {"files": []}, {"files": {"battles.jsonl": None}}, {"chain": "broken"}],
)
def test_a_manifest_of_another_shape_says_nothing(tmp_path: Path, manifest: dict[str, Any]) -> None:
    board = ranker.rank(write_export(tmp_path / "north", GOOD, manifest))
    assert not [notice for notice in board.notices if notice.startswith("north")]


def nothing(_: Path) -> None:
    pass


def a_file(folder: Path) -> None:
    folder.write_text("minutes of the last meeting")


def an_empty_folder(folder: Path) -> None:
    folder.mkdir()


def a_manifest_alone(folder: Path) -> None:
    write_export(folder, GOOD)
    (folder / "battles.jsonl").unlink()


def a_folder_in_the_place_of_the_battles(folder: Path) -> None:
    (folder / "battles.jsonl").mkdir(parents=True)


def a_pipe_in_the_place_of_the_battles(folder: Path) -> None:
    folder.mkdir()
    os.mkfifo(folder / "battles.jsonl")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (nothing, "nothing is there"),
        (a_file, "it is not a folder"),
        (an_empty_folder, "it holds no file battles.jsonl"),
        (a_manifest_alone, "it holds no file battles.jsonl"),
        (a_folder_in_the_place_of_the_battles, "it holds no file battles.jsonl"),
        (a_pipe_in_the_place_of_the_battles, "it holds no file battles.jsonl"),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_what_is_no_export_stops_with_a_sentence_that_names_it(
    tmp_path: Path, make: Callable[[Path], None], why: str
) -> None:
    """Good ones beside it do not help: a board of fewer stations than were named is another one."""
    odd = tmp_path / "odd"
    make(odd)
    with pytest.raises(ranker.NoSuchExport) as caught:
        ranker.rank([write_export(tmp_path / "north", GOOD), odd])
    assert caught.value.sentence == f"There is no export at {odd}: {why}. Nothing was ranked."
    assert caught.value.advice


def test_the_example_does_not_depend_on_the_order(tmp_path: Path) -> None:
    lines = [battle(k, choice=None) for k in (77, 55, 66)]
    for order in (lines, lines[::-1]):
        assert example(rank_lines(tmp_path, *order), "missing winner") == "battle-55"


def test_an_export_given_twice_counts_once(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    board = ranker.rank([folder, folder, str(folder)])
    assert rules(board) == {"duplicate": 16}
    assert board.rows == ranker.rank(folder).rows


@pytest.mark.parametrize(
    "other",
    [
        {"choice": "tie"},
        {"b": "cy"},
        {"participant": "somebody else"},
        {"simulated": True},
        {"state": "skipped"},
        {"state": "open", "choice": None, "b": "cy"},
        {"a": {"system": "ada", "version": "2"}},
    ],
)
def test_two_stories_about_one_battle_are_both_set_aside(
    tmp_path: Path, other: dict[str, Any]
) -> None:
    south = write_export(tmp_path / "south", [battle(1, **other), battle(50)])
    board = ranker.rank([write_export(tmp_path / "north", GOOD), south])
    assert rules(board) == {"conflicting copies": 2}
    assert example(board, "conflicting copies") == "battle-1"
    assert board.n_votes == 8


def test_a_later_export_of_the_same_battle_replaces_the_earlier_one(tmp_path: Path) -> None:
    def voted(*choices: str) -> dict[str, Any]:
        votes = [{"id": f"v{k}", "choice": choice} for k, choice in enumerate(choices)]
        return battle(1, vote=votes[-1], votes=votes)

    days = [
        write_export(tmp_path / f"day-{day}", [line])
        for day, line in enumerate(
            [battle(1, choice=None, state="open"), voted("a"), voted("a", "b"), voted("a", "b")]
        )
    ]
    for order in (days, days[::-1], [days[2], days[0], days[1], days[3]]):
        board = ranker.rank(order)
        assert rules(board) == {"duplicate": 1, "earlier copy": 2}
        (pair,) = board.pairs
        assert (pair.first, pair.wins, pair.losses) == ("bo", 1, 0)


def test_a_correction_of_another_vote_is_another_story(tmp_path: Path) -> None:
    def voted(*ids: str) -> dict[str, Any]:
        votes = [{"id": vote_id, "choice": "a"} for vote_id in ids]
        return battle(1, vote=votes[-1], votes=votes)

    lines = [voted("v0"), voted("vx", "v1")]
    assert rules(rank_lines(tmp_path, battle(50))) == {}
    board = ranker.rank(write_export(tmp_path / "odd", [*lines, battle(50)]))
    assert rules(board) == {"conflicting copies": 2}


def test_whoever_withdrew_in_any_export_is_out(tmp_path: Path) -> None:
    days = [
        write_export(tmp_path / "before", GOOD),
        write_export(tmp_path / "after", [battle(1, state="withdrawn", choice=None)]),
    ]
    for order in (days, days[::-1]):
        board = ranker.rank(order)
        assert rules(board) == {"earlier copy": 1, "state withdrawn": 1}
        assert board.n_votes == 7


def test_simulated_votes_count_only_when_asked_and_are_announced(tmp_path: Path) -> None:
    lines = [battle(k, simulated=True) for k in range(100, 105)]
    assert rules(rank_lines(tmp_path, *lines)) == {"simulated": 5}
    board = rank_lines(tmp_path, *lines, include_simulated=True)
    assert (board.n_votes, board.n_simulated) == (13, 5)
    assert "5 of 13 votes are simulated." in board.notices


def test_two_versions_of_a_system_are_two_systems(tmp_path: Path) -> None:
    newer = {"system": "ada", "version": "2"}
    board = rank_lines(tmp_path, *(battle(k, a=newer, b="ada") for k in (98, 99)))
    assert {row.system for row in board.rows} == {"ada@1", "ada@2", "bo"}
    assert board.exclusions == ()


def test_other_parts_under_one_version_are_another_system(tmp_path: Path) -> None:
    changed = {"system": "ada", "version": "1", "fingerprint": "0123456789abcdef"}
    board = rank_lines(tmp_path, *(battle(k, a=changed, b="ada") for k in (98, 99)))
    assert {row.system for row in board.rows} == {"ada@1#012345", "ada@1#ffffff", "bo"}
    assert board.exclusions == ()


def test_a_code_at_two_stations_is_two_people_and_two_studies_are_announced(
    tmp_path: Path,
) -> None:
    south = [battle(k + 100, station="south", study="other") for k in range(8)]
    board = rank_lines(tmp_path, *south)
    assert (board.n_participants, board.n_stations) == (16, 2)
    assert "Votes of two studies are counted together." in board.notices


@pytest.mark.parametrize(
    ("vote", "rule"),
    [
        ({"winner": "Model_A"}, "unknown label"),
        ({"winner": "a"}, "unknown label"),
        ({"winner": "TIE"}, "unknown label"),
        ({"winner": None}, "missing winner"),
        ({"winner": float("nan")}, "missing winner"),
        ({"winner": ""}, "missing winner"),
        ({"winner": 1}, "malformed vote"),
        ({"model_a": "bo"}, "self-play"),
        ({"model_a": None}, "malformed vote"),
        ({"simulated": True}, "simulated"),
        ({"winner": "cannot_judge"}, "cannot judge"),
    ],
)
def test_plain_votes_are_read_strictly(vote: dict[str, Any], rule: str) -> None:
    good = {"model_a": "ada", "model_b": "bo", "winner": "model_a"}
    board = ranker.rank([good, good | vote])
    assert rules(board) == {rule: 1}
    assert board.n_votes == 1


def test_every_winner_of_the_field_is_understood() -> None:
    winners = ["model_a", "model_b", "tie", "both_bad", "tie (bothbad)"]
    board = ranker.rank(ranker.Vote("ada", "bo", winner) for winner in winners)
    (pair,) = board.pairs
    assert (pair.wins, pair.losses, pair.ties, pair.both_bad) == (1, 1, 1, 2)
    assert pair.share == 0.5


def test_plain_votes_with_one_id_are_one_vote_or_none() -> None:
    vote = ranker.Vote("ada", "bo", "model_a", vote_id="v1")
    turned = ranker.Vote("ada", "bo", "model_b", vote_id="v1")
    assert rules(ranker.rank([vote, vote])) == {"duplicate": 1}
    assert rules(ranker.rank([vote, turned, vote])) == {"conflicting copies": 3}


def test_folders_and_plain_votes_mix_but_a_version_is_not_guessed(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    board = ranker.rank([folder, ranker.Vote("bo", "cy", "tie")])
    assert board.n_votes == 9
    votes = {row.system: row.votes for row in board.rows}
    assert votes == {"ada": 8, "bo@1": 8, "bo@unknown": 1, "cy": 1}


ODD_LINES = st.one_of(
    st.binary(max_size=40).map(lambda raw: raw.replace(b"\n", b"") + b"\n"),
    st.builds(
        battle,
        st.integers(0, 6),
        choice=st.sampled_from(["a", "b", "tie", "both_bad", "cannot_judge", "A", None]),
        state=st.sampled_from(["voted", "voted", "open", "skipped", "withdrawn", "?"]),
        kind=st.sampled_from(["normal", "normal", "practice"]),
        simulated=st.booleans(),
        b=st.sampled_from(["ada", "bo", "cy"]),
        schema=st.sampled_from([1, 1, 2]),
    ),
)


@given(st.lists(ODD_LINES, max_size=25), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_seen_is_counted_plus_excluded_and_order_is_nothing(
    tmp_path_factory: pytest.TempPathFactory, lines: list[Any], random: Any
) -> None:
    folder = tmp_path_factory.mktemp("exports")
    split = random.randrange(len(lines) + 1)
    mixed = random.sample(lines, len(lines))
    whole = tally(read_export(write_export(folder / "x", lines), []))
    parts = tally(
        found
        for part in (mixed[:split], mixed[split:])
        for found in read_export(write_export(folder / "x", part), [])
    )
    excluded = sum(left.count for left in whole.exclusions)
    assert whole.n_seen == whole.cells.total() + excluded == parts.n_seen
    assert whole.cells == parts.cells
    # The example of an unreadable line is its number, which moves with it.
    assert [(left.rule, left.count) for left in whole.exclusions] == [
        (left.rule, left.count) for left in parts.exclusions
    ]


@given(
    st.dictionaries(
        st.sampled_from(["model_a", "model_b", "winner", "vote_id"]),
        st.none() | st.text() | st.integers() | st.floats() | st.lists(st.integers(), max_size=2),
    )
)
@settings(max_examples=200, deadline=None)
def test_no_record_can_stop_the_ranking(record: dict[str, Any]) -> None:
    counted = tally([from_vote(record)])
    assert counted.n_seen == 1
    assert counted.cells.total() + sum(left.count for left in counted.exclusions) == 1
