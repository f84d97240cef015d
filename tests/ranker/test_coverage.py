"""Do the intervals hold the truth as often as they say? Worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

import ranker
from tests.helpers.bradley_terry import truth_of, world

STRENGTHS = np.array([0.45, 0.30, 0.05, -0.10, -0.20, -0.50])
TIES = 0.25


def covered(
    worlds: int, people: int, taste: float, resample: str, seed: int = 1
) -> tuple[float, float]:
    """Part of the intervals that hold the truth: of the scores, and of the ranks."""
    rng = np.random.default_rng(seed)
    truth = truth_of(STRENGTHS, taste, TIES)
    ranks = {f"system-{k}": k + 1 for k in range(len(STRENGTHS))}
    scores, places = [], []
    for number in range(worlds):
        votes = world(STRENGTHS, taste, TIES, people, 10, rng)
        board = ranker.rank(votes, bootstraps=400, seed=number, resample=resample)  # type: ignore[arg-type]
        for row in board.rows:
            rank = ranks[row.system]
            scores.append(row.low <= truth[rank - 1] <= row.high)
            places.append(row.rank_low <= rank <= row.rank_high)
    return float(np.mean(scores)), float(np.mean(places))


def test_intervals_of_people_hold_the_truth() -> None:
    scores, places = covered(30, people=10, taste=0.6, resample="auto")
    assert 0.88 <= scores <= 0.99
    assert places >= 0.9


def test_intervals_of_votes_do_not_when_people_differ() -> None:
    """The reason for resampling people: the paper's interval misses its mark by a fifth."""
    scores, _ = covered(20, people=10, taste=0.8, resample="vote")
    assert scores < 0.85


@pytest.mark.full
@pytest.mark.parametrize("taste", [0.0, 0.3, 0.6, 1.0])
def test_coverage_of_the_papers_design(taste: float) -> None:
    scores, places = covered(300, people=50, taste=taste, resample="auto")
    assert 0.93 <= scores <= 0.97
    assert places >= 0.95


@pytest.mark.full
def test_coverage_when_people_are_few() -> None:
    """Two or three people a pair: the tails widened for few units earn their place."""
    scores, _ = covered(300, people=3, taste=0.6, resample="auto")
    assert 0.93 <= scores <= 0.98
