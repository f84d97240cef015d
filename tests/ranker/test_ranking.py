"""The board as a whole: what must not change it, and what it says when the data say little."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from ranker import reliability_text
from ranker.audit import audit
from ranker.audit import text as audit_text
from ranker.cells import cells_of
from ranker.count import tally
from ranker.point import point_of
from ranker.reliability import reliability
from ranker.table import table_of
from ranker.text import render
from ranker.votes import from_vote
from tests.helpers.bradley_terry import votes_from_wins, world
from tests.helpers.ranker_exports import GOOD, battle, rank_lines, write_export

Votes = list[dict[str, Any]]

SYSTEMS = ["ada", "bo", "cy", "di"]

VOTE_LISTS = st.lists(
    st.builds(
        lambda pair, winner, who: {
            "model_a": pair[0],
            "model_b": pair[1],
            "winner": winner,
            "participant": who,
        },
        st.permutations(SYSTEMS),
        st.sampled_from(["model_a", "model_b", "tie", "both_bad"]),
        st.sampled_from([None, *(f"p{k}" for k in range(12))]),
    ),
    min_size=1,
    max_size=60,
)


def quick(sources: Any, **more: Any) -> ranker.Board:
    return ranker.rank(sources, bootstraps=60, **more)


def betas(board: ranker.Board) -> dict[str, float]:
    return {row.system: row.beta for row in board.rows}


def same(left: dict[str, float], right: dict[str, float]) -> None:
    assert left.keys() == right.keys()
    names = sorted(left)
    np.testing.assert_allclose(
        [left[n] for n in names], [right[n] for n in names], rtol=0, atol=1e-10
    )


@given(VOTE_LISTS, st.randoms(use_true_random=False))
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_votes_changes_no_bit(votes: Votes, random: Any) -> None:
    shuffled = random.sample(votes, len(votes))
    known = {vote["participant"] for vote in votes} - {None}
    for resample in ("vote", "participant") if len(known) > 1 else ("vote",):
        one = quick(votes, resample=resample)
        assert repr(one) == repr(quick(shuffled, resample=resample))


@given(VOTE_LISTS, st.permutations(["x", "ab", "m", "zz"]))
@settings(max_examples=50, deadline=None)
def test_other_names_mean_the_same_board(votes: Votes, names: list[str]) -> None:
    new = dict(zip(SYSTEMS, names, strict=True))
    renamed = [v | {k: new[v[k]] for k in ("model_a", "model_b")} for v in votes]
    before = {new[name]: beta for name, beta in betas(quick(votes)).items()}
    same(before, betas(quick(renamed)))


@given(VOTE_LISTS)
@settings(max_examples=50, deadline=None)
def test_swapping_all_slots_changes_only_the_slot_balance(votes: Votes) -> None:
    turned = {"model_a": "model_b", "model_b": "model_a"}
    swapped = [
        v
        | {"model_a": v["model_b"], "model_b": v["model_a"]}
        | {"winner": turned.get(v["winner"], v["winner"])}
        for v in votes
    ]
    one, other = quick(votes), quick(swapped)
    assert repr(replace(one, slot=None)) == repr(replace(other, slot=None))
    assert one.slot is not None
    assert other.slot is not None
    assert other.slot.points == pytest.approx(1 - one.slot.points)


@given(VOTE_LISTS, st.integers(2, 4))
@settings(max_examples=30, deadline=None)
def test_every_vote_k_times_moves_no_score(votes: Votes, times: int) -> None:
    one, many = quick(votes, resample="vote"), quick(votes * times, resample="vote")
    if one.origin == many.origin:  # more votes may anchor more systems
        same(betas(one), betas(many))
    assert [group.systems for group in one.groups] == [group.systems for group in many.groups]


@given(VOTE_LISTS)
@settings(max_examples=80, deadline=None)
def test_numbers_and_doubts_fit_together(votes: Votes) -> None:
    board = quick(votes)
    n = len(board.rows)
    for row in board.rows:
        assert 1 <= row.rank_low <= row.rank_high <= n
        if math.isfinite(row.beta):
            assert row.low <= row.beta <= row.high
        else:
            assert row.beta == -np.inf or row.high == np.inf
            assert row.beta == np.inf or row.low == -np.inf
            assert row.is_ranked or (row.rank_low, row.rank_high) == (1, n)
        assert 0 <= row.share_low <= row.share_high <= 1
        assert math.isnan(row.share) or row.share_low <= row.share <= row.share_high
    for pair in board.pairs:
        assert 0 <= pair.low <= pair.points <= pair.high <= 1
        assert pair.low < pair.high, "a handful of votes is never certain"
    assert board.slot is not None
    assert board.slot.low <= board.slot.points <= board.slot.high
    assert sum(row.votes for row in board.rows) == 2 * board.n_votes
    assert sum(p.wins + p.losses + p.ties + p.both_bad for p in board.pairs) == board.n_votes
    assert sorted(name for group in board.groups for name in group.systems) == sorted(betas(board))
    on_origin = [row.beta for row in board.rows if row.system in board.origin]
    if all(map(math.isfinite, on_origin)):
        assert sum(on_origin) == pytest.approx(0, abs=1e-9)
    json.dumps(board.to_json(), allow_nan=False)
    assert render(board)


TWO_LEVEL = [
    {"model_a": "ada", "model_b": "bo", "winner": "model_a", "participant": None},
    {"model_a": "ada", "model_b": "bo", "winner": "tie", "participant": None},
    {"model_a": "cy", "model_b": "ada", "winner": "tie", "participant": None},
]
"""Ada and cy are equal, and rounding puts now one and now the other 1e-17 ahead."""


@pytest.mark.parametrize("times", range(1, 12))
def test_rounding_ranks_nobody(times: int) -> None:
    board = quick(TWO_LEVEL * times)
    assert [row.system for row in board.rows] == ["ada", "cy", "bo"]
    assert board.groups[0].systems == ("ada", "cy", "bo")
    counted = tally(map(from_vote, TWO_LEVEL * times))
    above = point_of(table_of(cells_of(counted.cells)), by_person=False).standing.above[0]
    assert not above[0, 2]
    assert not above[2, 0]


def test_exports_merge_in_any_order_and_twice(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    exports = []
    for station in ("north", "south", "west"):
        lines = [
            battle(
                k,
                battle_id=f"{station}-{k}",
                station=station,
                a=str(rng.choice(["ada", "bo"])),
                b=str(rng.choice(["cy", "di"])),
                choice=str(rng.choice(["a", "b", "tie", "both_bad"])),
            )
            for k in range(60)
        ]
        exports.append(write_export(tmp_path / station, lines, {"schema": 1, "battles": 61}))
    board = quick(exports)
    assert (board.n_votes, board.n_stations, board.resampled) == (180, 3, "participant")
    assert len(board.doubts) == 3, "each export lacks a line"
    assert quick(exports[::-1]) == board
    twice = quick([*exports, *exports[1:]])
    assert replace(twice, n_seen=180, exclusions=()) == board


# What published tools make of these seven: six invent numbers for the first three and read the
# next three as ties. Each must have its own named verdict here.


def test_islands_are_not_compared() -> None:
    board = quick(votes_from_wins("ada", "bo", 20, 15, 5) + votes_from_wins("cy", "di", 20, 15, 5))
    assert all(math.isnan(row.beta) for row in board.rows)
    assert all((row.low, row.high) == (-np.inf, np.inf) for row in board.rows)
    assert {group.systems for group in board.groups} == {("ada", "bo"), ("cy", "di")}
    inside = board.groups[0].betas
    assert inside[0] - inside[1] == pytest.approx(math.log(22.5 / 17.5))
    assert board.verdict == "Not enough votes to compare the systems with each other."
    assert {row.note for row in board.rows} == {"cannot be compared with the others"}
    assert {row.rank_text for row in board.rows} == {"–"}
    assert all(math.isnan(row.first_in) for row in board.rows)


def test_a_small_island_leaves_the_rest_its_scores() -> None:
    votes = world(np.array([0.8, 0.0, -0.8]), 0.0, 0.1, 40, 2, np.random.default_rng(1))
    board = quick(votes + votes_from_wins("ada", "bo", 3, 1, 0), resample="vote")
    assert board.origin == ("system-0", "system-1", "system-2")
    assert [math.isnan(row.beta) for row in board.rows] == [False] * 3 + [True] * 2
    assert board.verdict == (
        "system-0 is ahead of every other system that can be placed; "
        "not enough votes to place ada and bo."
    )


@pytest.mark.parametrize(("won", "lost", "beta"), [(3, 0, np.inf), (0, 3, -np.inf)])
def test_the_undefeated_and_the_winless_have_no_number(won: int, lost: int, beta: float) -> None:
    votes = votes_from_wins("ada", "bo", 30, 20, 5) + votes_from_wins("new", "bo", won, lost, 0)
    board = quick(votes)
    row = board.rows[0 if beta > 0 else -1]
    assert (row.system, row.beta, row.low, row.high) == ("new", beta, -np.inf, np.inf)
    assert (row.rank_low, row.rank_high) == (1, 3)
    assert math.isnan(row.share)
    assert row.note
    others = [r for r in board.rows if r.system != "new"]
    assert all(math.isfinite(value) for r in others for value in (r.beta, r.low, r.high))
    assert board.verdict == (
        "ada and bo cannot be told apart; not enough votes to place new."
        if beta > 0
        else "The first two cannot be told apart; not enough votes to place new."
    )
    assert math.isnan(row.first_in)
    assert sum(r.first_in for r in others) == pytest.approx(1, abs=0.05), "but for level resamples"
    assert (
        "“Best in” is told among the two systems that can be placed; nobody knows where new stands "
        "among them."
    ) in board.notices
    assert any("Only systems of one group" in notice for notice in board.notices)


def test_one_tie_is_enough_to_be_placed() -> None:
    votes = votes_from_wins("ada", "bo", 30, 20, 5) + votes_from_wins("new", "bo", 9, 0, 1)
    assert math.isfinite(betas(quick(votes))["new"])


def test_a_one_way_bridge_orders_the_sides_without_a_distance() -> None:
    votes = [
        *votes_from_wins("ada", "bo", 20, 15, 5),
        *votes_from_wins("cy", "di", 20, 15, 5),
        *votes_from_wins("bo", "cy", 6, 0, 0),
    ]
    board = quick(votes)
    assert betas(board) == {"ada": np.inf, "bo": np.inf, "cy": -np.inf, "di": -np.inf}
    assert [group.systems for group in board.groups] == [("ada", "bo"), ("cy", "di")]
    assert all(row.note for row in board.rows)


def test_two_systems_and_one_winner_have_an_order_and_no_numbers() -> None:
    board = quick(votes_from_wins("ada", "bo", 10, 0, 0))
    assert betas(board) == {"ada": np.inf, "bo": -np.inf}
    assert [(row.system, row.first_in) for row in board.rows] == [("ada", 1.0), ("bo", 0.0)]
    (pair,) = board.pairs
    assert (pair.points, pair.high) == (1.0, 1.0)
    assert pair.low == pytest.approx(0.025**0.1)


def test_bad_labels_self_play_and_holes_never_become_ties() -> None:
    good = votes_from_wins("ada", "bo", 10, 5, 0)
    bad = [
        {"model_a": "ada", "model_b": "bo", "winner": "Model_A"},
        {"model_a": "ada", "model_b": "bo", "winner": None},
        {"model_a": "ada", "model_b": "ada", "winner": "tie"},
    ]
    board = quick(good + bad)
    assert [(left.rule, left.count) for left in board.exclusions] == [
        ("missing winner", 1),
        ("self-play", 1),
        ("unknown label", 1),
    ]
    assert "Model_A" in board.exclusions[2].example
    assert board.pairs[0].ties == 0
    assert board.rows == quick(good).rows


def test_one_person_speaks_for_one_person() -> None:
    votes = [v | {"participant": "p1"} for v in votes_from_wins("ada", "bo", 40, 5, 3)]
    board = quick(votes)
    assert board.resampled == "vote"
    assert board.verdict == "For one participant: ada is ahead of every other system."
    assert any("do not speak of other people" in notice for notice in board.notices)
    with pytest.raises(ValueError, match="at least two are known"):
        quick(votes, resample="participant")


def test_ten_votes_of_one_person_are_not_ten_peoples() -> None:
    votes = world(np.array([0.3, 0.0, -0.3]), 1.0, 0.1, 15, 10, np.random.default_rng(8))
    people, single = ranker.rank(votes), ranker.rank(votes, resample="vote")
    assert (people.resampled, single.resampled) == ("participant", "vote")
    assert "intervals may be too narrow" in " ".join(single.notices)
    for row in people.rows:
        other = next(r for r in single.rows if r.system == row.system)
        assert row.beta == other.beta
        assert row.high - row.low > 1.3 * (other.high - other.low)


def test_slot_balance_sees_a_preference_for_the_first_slot() -> None:
    even = world(np.array([0.3, -0.3]), 0.0, 0.0, 40, 5, np.random.default_rng(2))
    board = quick(even)
    assert board.slot is not None
    assert board.slot.low < 0.5 < board.slot.high
    leaning = [v | {"winner": "model_a"} if k % 3 == 0 else v for k, v in enumerate(even)]
    board = quick(leaning)
    assert board.slot is not None
    assert board.slot.low > 0.5


def test_no_votes_are_no_board() -> None:
    for nothing in ([], [{"model_a": "ada", "model_b": "ada", "winner": "tie"}]):
        board = quick(nothing)
        assert board.verdict == "No vote has been counted yet."
        assert (board.rows, board.pairs, board.slot) == ((), (), None)
        json.dumps(board.to_json(), allow_nan=False)
        assert board.verdict in render(board)


@pytest.mark.parametrize(
    "wrong", [{"confidence": 0.0}, {"confidence": 1.0}, {"bootstraps": 39}, {"bootstraps": 0}]
)
def test_numbers_out_of_range_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        ranker.rank([], **wrong)


def test_what_nobody_can_resample_is_refused() -> None:
    with pytest.raises(ValueError, match="no resample 'people': it is one of auto, participant"):
        ranker.rank([], resample="people")  # type: ignore[arg-type]


def test_json_is_strict_and_says_infinity_in_words() -> None:
    votes = votes_from_wins("ada", "bo", 30, 20, 5) + votes_from_wins("new", "bo", 3, 0, 0)
    plain = quick(votes).to_json()
    first = json.loads(json.dumps(plain, allow_nan=False))["rows"][0]
    assert (first["beta"], first["low"], first["high"]) == ("inf", "-inf", "inf")
    assert first["share"] is None
    assert first["first_in"] is None
    assert plain["schema"] == 1
    assert plain["seed"] == 0


def test_the_ranker_needs_numpy_and_nothing_else() -> None:
    program = (
        "import sys, ranker; ranker.rank([]); from ranker.text import render;"
        "heavy = {'scipy', 'pandas', 'duckdb', 'PySide6', 'sqlite3'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_where_every_battle_went_is_said_and_adds_up(tmp_path):
    states = ["skipped", "failed", "failed", "abandoned", "withdrawn"]
    lost = [battle(20 + k, state=state, choice=None) for k, state in enumerate(states)]
    board = rank_lines(tmp_path, *lost)
    assert board.states == {"abandoned": 1, "failed": 2, "skipped": 1, "voted": 8, "withdrawn": 1}
    said = "13 battles started: 8 voted, 1 skipped, 2 failed, 1 abandoned, 1 withdrawn."
    assert said in render(board)
    export = tmp_path / "north"
    assert said in reliability_text.render(reliability([export]))
    assert said in audit_text.render(audit(export))


def test_a_manifest_whose_battles_do_not_add_up_is_doubted(tmp_path):
    sums = {"started": 9, "voted": 8, "skipped": 0, "open": 0}
    folder = write_export(tmp_path / "north", GOOD, {"schema": 1, "conservation": sums})
    (doubt,) = ranker.rank(folder).doubts
    assert doubt == "north: 9 battles were started, and 8 are accounted for."
    assert not ranker.rank(write_export(folder, GOOD, {"conservation": sums | {"open": 1}})).doubts


def test_the_spread_of_every_score_is_on_the_board() -> None:
    board = ranker.rank(
        [*votes_from_wins("ada", "bo", 30, 20, 5), *votes_from_wins("bo", "cy", 25, 20, 5)],
        bootstraps=2000,
    )
    for row, shown in zip(board.rows, board.distributions, strict=True):
        assert shown.system == row.system
        assert sum(shown.counts) == 2000 - board.unbounded
        edges = shown.start + shown.width * np.arange(len(shown.counts) + 1)
        below = np.cumsum(shown.counts) / sum(shown.counts)
        assert np.interp(0.025, below, edges[1:]) == pytest.approx(row.low, abs=3 * shown.width)
        assert np.interp(0.975, below, edges[1:]) == pytest.approx(row.high, abs=3 * shown.width)
