"""What a leaderboard takes, beside what other rankers take for the same votes.

Processor seconds on one core; ours and each peer's in turn, ours once before and once after it, and
the better of both. A peer that would take minutes makes as many replicates as it can in half a
minute. FastChat's method is written anew from its description, leaner than its file is; with
EARSHOT_FASTCHAT, the path of its `rating_systems.py`, that is measured as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np

from ranker.bootstrap import bootstrap
from ranker.counts import Counted
from ranker.limits import limits_of
from ranker.pair_counts import shares_of
from ranker.pairwise import tests
from ranker.point import point_of
from ranker.quantiles import interval
from ranker.ranking import board_of
from ranker.sampling import Unit
from ranker.sandwich import spreads
from ranker.table import table_of
from tests.performance.figure import Figure
from tests.performance.worlds import Votes, arena_of, paper_of

ROOT = Path(__file__).parent.parent.parent
PEERS = Path(__file__).with_name("ranker_peers.py")
PAPER = "6 systems, 7,500 votes, 750 people"
ARENA = "100 systems, 1,000,000 votes, 80,000 people"
REPLICATES, FEWER = 10_000, 1000
SPREAD = 400
"""Resamples of people to compare the sandwich with: 100 systems then tell a difference of 1 %."""
LIMIT_S = 120
TAIL = 0.025
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """Processor time, the shortest of a few runs: nothing makes work shorter."""
    spans = []
    for _ in range(times):
        begin = time.process_time()
        work()
        spans.append(time.process_time() - begin)
    return min(spans)


def readers_python() -> str | None:
    """The Python that has the peers; None where it was not set up."""
    own = ROOT / ".venv-readers" / "bin" / "python"
    named = os.environ.get("EARSHOT_READERS", str(own))
    return named if Path(named).exists() else None


def peer(votes: Votes, name: str, replicates: int) -> dict[str, float]:
    python = readers_python()
    assert python is not None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "votes.npz"
        np.savez(path, **asdict(votes))
        told = subprocess.run(
            [python, PEERS, path, name, str(replicates)],
            capture_output=True,
            check=True,
            timeout=LIMIT_S,
            env={**os.environ, **ONE_THREAD},
        )
    found: dict[str, float] = json.loads(told.stdout)
    return found


def scores(votes: Votes, unit: Unit, replicates: int) -> Callable[[], object]:
    """From counts: fit, resamples, intervals of the scores, and the stars of all pairs."""
    cells, by_person = votes.cells(), unit == "participant"

    def work() -> object:
        table = table_of(cells)
        point = point_of(table, by_person)
        limits = limits_of(table, point, TAIL, by_person)
        draws = bootstrap(table, point, limits, replicates, 0, unit)
        seen = shares_of(table.votes, draws.pair_share, TAIL, by_person)
        stars = tests(seen.share, draws.pair_share, seen.n_units, seen.agreed)
        return stars, interval(draws.beta, np.full(len(table.systems), TAIL))

    return work


def whole_board(votes: Votes, replicates: int, note: str) -> Figure:
    """All that `rank` says, from counts: errors, fragility and sentences too."""
    counted = Counted(votes.cells())
    took = seconds(
        lambda: board_of(counted, bootstraps=replicates, confidence=0.95, seed=0), times=2
    )
    return Figure(
        f"the whole board, {replicates:,} resamples of participants",
        took,
        "s",
        "",
        drawing(votes, replicates, "participant"),
        note,
    )


def against(
    votes: Votes,
    resample: Unit,
    replicates: int,
    peers: tuple[tuple[str, str, str], ...],
    note: str,
) -> list[Figure]:
    """One figure for ours, and a ratio for each of `peers`: what it is called, its name, target."""
    ours = scores(votes, resample, replicates)
    best = seconds(ours)
    figures = []
    for called, name, target in peers if readers_python() else ():
        theirs = peer(votes, name, replicates)
        best = min(best, seconds(ours))
        made = int(theirs["measured"])
        took = f"{theirs['replicates_s']:.1f} s for {replicates:,} resamples ({made:,} made)"
        figures.append(
            Figure(
                f"{called} over ours, {replicates:,} resamples of {resample}s",
                theirs["replicates_s"] / best,
                "×",
                target,
                f"{took}; ours {best:.3f} s",
                note,
            )
        )
    return [
        Figure(
            f"scores, intervals and stars from counts, {replicates:,} resamples of {resample}s",
            best,
            "s",
            "",
            drawing(votes, replicates, resample),
            note,
        ),
        *figures,
    ]


def drawing(votes: Votes, replicates: int, resample: Unit) -> str:
    rng = np.random.default_rng(0)
    if resample == "participant":
        people = int(votes.person.max()) + 1
        took = seconds(lambda: rng.integers(0, people, (replicates, people)))
        return f"{took:.3f} s, numpy drawing the people alone"
    n_systems = int(max(votes.a.max(), votes.b.max())) + 1
    met = np.unique(votes.a * n_systems + votes.b)
    live = np.full(min(3 * len(met) // 2, 3 * n_systems * (n_systems - 1) // 2), 1.0)
    share = live / live.sum()
    few = min(replicates, 100)
    took = seconds(lambda: rng.multinomial(len(votes.a), share, size=few)) * replicates / few
    return f"{took:.3f} s, numpy drawing the tables alone"


def sandwich(votes: Votes) -> list[Figure]:
    table = table_of(votes.cells())
    point = point_of(table, by_person=True)
    took = seconds(lambda: spreads(table, point, by_person=True))
    limits = limits_of(table, point, TAIL, by_person=True)
    draws = bootstrap(table, point, limits, SPREAD, 0, "participant")
    ratio = float((spreads(table, point, True) / draws.beta.std(axis=0)).mean())
    floor = "reading the entries once: " + f"{seconds(lambda: table.votes.count.sum()):.4f} s"
    return [
        Figure("standard errors over people, one pass", took, "s", "", floor, ARENA),
        Figure(
            "the same over the spread of resamples of people",
            ratio,
            "×",
            "0.99 to 1.01",
            "1",
            f"mean over the systems, {SPREAD} resamples; {ARENA}",
        ),
    ]


def run() -> list[Figure]:
    if sys.platform == "linux":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    paper = paper_of(0.6, np.random.default_rng(0))
    arena = arena_of(1_000_000, 100, 80_000, np.random.default_rng(0))
    votes: tuple[tuple[str, str, str], ...] = (
        ("FastChat's method", "fastchat", "" if "EARSHOT_FASTCHAT" in os.environ else "≥ 80 ×"),
        ("arenakit", "arenakit", "≥ 60 ×"),
        ("evalica.bootstrap", "evalica", "≥ 800 ×"),
    )
    if "EARSHOT_FASTCHAT" in os.environ:
        votes = (("FastChat's own file", "fastchat_file", "≥ 80 ×"), *votes)
    people = (("arenakit by voter", "arenakit_people", "≥ 15 ×"),)
    return [
        *against(paper, "vote", REPLICATES, votes, PAPER),
        *against(paper, "participant", REPLICATES, people, PAPER),
        *against(arena, "vote", FEWER, (("a loop of choix", "choix", "≥ 2 ×"),), ARENA),
        *sandwich(arena),
        whole_board(paper, REPLICATES, PAPER),
    ]
