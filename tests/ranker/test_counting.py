"""Lines in, counts out: nothing is lost, and nothing stops the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker.count import tally
from ranker.read import MAX_LINE_BYTES, read_export
from ranker.votes import from_vote
from tests.helpers.ranker_exports import battle, example, rank_lines, rules, write_export


def test_a_clean_export_counts_whole(tmp_path: Path) -> None:
    board = rank_lines(tmp_path)
    assert (board.n_votes, board.n_participants, board.n_stations) == (8, 8, 1)
    assert rules(board) == {}
    (pair,) = board.pairs
    assert (pair.first, pair.second) == ("ada", "bo")
    assert (pair.wins, pair.losses, pair.points) == (4, 4, 0.5)


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


def test_the_example_does_not_depend_on_the_order(tmp_path: Path) -> None:
    lines = [battle(k, choice=None) for k in (77, 55, 66)]
    for order in (lines, lines[::-1]):
        assert example(rank_lines(tmp_path, *order), "missing winner") == "battle-55"


def test_simulated_votes_count_only_when_asked_and_are_announced(tmp_path: Path) -> None:
    lines = [battle(k, simulated=True) for k in range(100, 105)]
    assert rules(rank_lines(tmp_path, *lines)) == {"simulated": 5}
    board = rank_lines(tmp_path, *lines, include_simulated=True)
    assert (board.n_votes, board.n_simulated) == (13, 5)
    assert "5 of 13 votes are simulated." in board.doubts


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
