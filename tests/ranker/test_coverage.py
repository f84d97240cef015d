"""Do the intervals hold the truth as often as they say? Worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

import ranker
from ranker.cells import cells_of
from ranker.count import tally
from ranker.ranking import Resample
from ranker.sampling import Unit
from ranker.table import table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import truth_of, world
from tests.performance.bench_coverage import bounds

SIX = (0.45, 0.30, 0.05, -0.10, -0.20, -0.50)
TIES = 0.25


def covered(
    worlds: int,
    people: int,
    taste: float,
    resample: Resample = "auto",
    strengths: tuple[float, ...] = SIX,
) -> tuple[float, float]:
    """Part of the intervals that hold the truth: of the scores, and of the ranks."""
    rng = np.random.default_rng(1)
    true = np.array(strengths)
    truth = truth_of(true, taste, TIES)
    ranks = {f"system-{k}": k + 1 for k in range(len(true))}
    scores, places = [], []
    for number in range(worlds):
        votes = world(true, taste, TIES, people, 10, rng)
        board = ranker.rank(votes, bootstraps=400, seed=number, resample=resample)
        for row in board.rows:
            rank = ranks[row.system]
            scores.append(row.low <= truth[rank - 1] <= row.high)
            places.append(row.rank_low <= rank <= row.rank_high)
    return float(np.mean(scores)), float(np.mean(places))


def test_intervals_of_people_hold_the_truth() -> None:
    scores, places = covered(30, people=10, taste=0.6)
    assert scores >= 0.88  # whether they are too wide, only the full size can tell
    assert places >= 0.9


@pytest.mark.local
def test_twelve_people_are_enough_to_be_honest() -> None:
    """Without the wider tails for few units these intervals hold the truth nine times in ten."""
    scores, _ = covered(120, people=4, taste=1.0, strengths=(0.5, 0.0, -0.5))
    assert 0.93 <= scores <= 0.985


def test_intervals_of_votes_do_not_when_people_differ() -> None:
    """The reason for resampling people: the paper's interval misses its mark by a fifth."""
    scores, _ = covered(20, people=10, taste=0.8, resample="vote")
    assert scores < 0.85


@pytest.mark.parametrize("unit", ["vote", "participant"])
def test_the_bench_measures_the_intervals_of_the_board(unit: Unit) -> None:
    """Of four people a pair, whose tails are cut at another place than those of many."""
    votes = world(np.array([0.5, 0.0, -0.5]), 1.0, TIES, 4, 10, np.random.default_rng(3))
    board = ranker.rank(votes, bootstraps=200, seed=7, resample=unit)
    rows = {row.system: (row.low, row.high) for row in board.rows}
    low, high = bounds(table_of(cells_of(tally(map(from_vote, votes)).cells)), 200, 7, unit)
    assert list(zip(low.tolist(), high.tolist(), strict=True)) == [
        rows[f"system-{k}"] for k in range(3)
    ]


@pytest.mark.full
@pytest.mark.parametrize("taste", [0.0, 0.3, 0.6, 1.0])
def test_coverage_of_the_papers_design(taste: float) -> None:
    scores, places = covered(300, people=50, taste=taste)
    assert 0.93 <= scores <= 0.97
    assert places >= 0.95
