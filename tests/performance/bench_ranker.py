"""What a leaderboard of the paper's size takes: 6 systems, 15 pairs, 500 votes a pair."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

import ranker
from ranker.count import tally
from ranker.ranking import Resample, board_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import world
from tests.performance.figure import Figure

STRENGTHS = np.array([0.45, 0.30, 0.05, -0.10, -0.20, -0.50])
PEOPLE, CELLS, VOTES = 750, 45, 7500
SMALL, PAPER = 1000, 10_000
CONFIDENCE = 0.95


def best_ms(work: Callable[[], object], times: int = 5) -> float:
    """Shortest of a few runs: the machine is shared, and nothing makes work shorter."""
    spans = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        spans.append(time.perf_counter() - begin)
    return min(spans) * 1000


def draw_votes(replicates: int) -> float:
    """numpy alone, drawing the tables of a vote bootstrap."""
    rng = np.random.default_rng(0)
    part = np.full(CELLS, 1 / CELLS)
    return best_ms(lambda: rng.multinomial(VOTES, part, size=replicates))


def draw_people(replicates: int) -> float:
    """numpy alone, drawing who is in a resample of people."""
    rng = np.random.default_rng(0)
    return best_ms(lambda: rng.integers(0, PEOPLE, (replicates, PEOPLE)))


def run() -> list[Figure]:
    votes = world(STRENGTHS, 0.6, 0.25, 50, 10, np.random.default_rng(0))
    counted = tally(map(from_vote, votes))

    def board(resample: Resample, bootstraps: int) -> float:
        return best_ms(
            lambda: board_of(
                counted, bootstraps=bootstraps, confidence=CONFIDENCE, seed=0, resample=resample
            )
        )

    note = "6 systems, 7,500 votes"
    cases: tuple[tuple[Resample, int, Callable[[int], float]], ...] = (
        ("vote", SMALL, draw_votes),
        ("vote", PAPER, draw_votes),
        ("participant", SMALL, draw_people),
        ("participant", PAPER, draw_people),
    )
    figures = [
        Figure(
            name=f"leaderboard from counts, {count:,} resamples of {unit}s",
            value=board(unit, count),
            unit="ms",
            target="",
            floor=f"{floor(count):.1f} ms, numpy drawing alone",
            note=note,
        )
        for unit, count, floor in cases
    ]
    figures.append(
        Figure(
            name="leaderboard from 7,500 plain votes, 1,000 resamples of participants",
            value=best_ms(lambda: ranker.rank(votes)),
            unit="ms",
            target="",
            floor=f"{draw_people(SMALL):.1f} ms, numpy drawing alone",
            note=note,
        )
    )
    return figures
