"""How often 95 % intervals hold the truth, in 300 worlds of the paper's design.

15 pairs, 50 people a pair, ten votes each. Taste is the standard deviation between people of a
system's appeal, in log-odds. Three intervals of the same votes: the board's own, of resampled
votes (as the paper's) and of resampled people, and 1.96 standard errors over people in one pass.
Stars are pairs of equal systems called different at 5 %, with votes and with people.
"""

from __future__ import annotations

import numpy as np

from ranker.bootstrap import bootstrap
from ranker.findings import Findings
from ranker.fit import Floats
from ranker.limits import limits_of
from ranker.pair_counts import shares_of
from ranker.pairwise import tests
from ranker.point import point_of
from ranker.sampling import Unit
from ranker.sandwich import spreads
from ranker.table import Table, table_of
from tests.performance.figure import Figure
from tests.performance.worlds import paper_of, truth_of

WORLDS = 300
RESAMPLES = 500
TASTES = (0.0, 0.3, 0.6, 1.0)
TAIL = 0.025
UNITS: tuple[Unit, ...] = ("vote", "participant")


def bounds(table: Table, resamples: int, seed: int, unit: Unit) -> tuple[Floats, Floats]:
    """Of the scores, as they stand on the board; shape = (n_systems,), as `Table.systems`."""
    by_person = unit == "participant"
    point = point_of(table, by_person)
    limits = limits_of(table, point, TAIL, by_person)
    draws = bootstrap(table, point, limits, resamples, seed, unit)
    found = Findings(table, point, limits, draws, tail=TAIL, by_person=by_person, call=str)
    rows = {row.system: row for row in found.rows()}
    in_order = [rows[name] for name in found.names]
    return np.array([row.low for row in in_order]), np.array([row.high for row in in_order])


def covered(taste: float, worlds: int = WORLDS, resamples: int = RESAMPLES) -> dict[str, float]:
    """Part of the intervals that hold the truth, by kind."""
    truth, rng = truth_of(taste), np.random.default_rng(1)
    inside: dict[str, list[float]] = {"vote": [], "participant": [], "sandwich": []}
    for number in range(worlds):
        table = table_of(paper_of(taste, rng).cells())
        for unit in UNITS:
            low, high = bounds(table, resamples, number, unit)
            inside[unit] += ((low <= truth) & (truth <= high)).tolist()
        point = point_of(table, by_person=True)
        errors = spreads(table, point, by_person=True)
        apart = np.abs(point.standing.beta[0] - truth)
        inside["sandwich"] += (apart <= 1.96 * errors).tolist()
    return {kind: float(np.mean(held)) for kind, held in inside.items()}


def starred(taste: float, worlds: int = WORLDS) -> dict[str, float]:
    """Part of the pairs of equal systems that get a star, by kind."""
    rng = np.random.default_rng(2)
    found: dict[str, list[bool]] = {"vote": [], "participant": []}
    for number in range(worlds):
        table = table_of(paper_of(taste, rng, strengths=np.zeros(2)).cells())
        for unit in UNITS:
            by_person = unit == "participant"
            point = point_of(table, by_person)
            limits = limits_of(table, point, TAIL, by_person)
            draws = bootstrap(table, point, limits, RESAMPLES, number, unit)
            seen = shares_of(table.votes, draws.pair_share, TAIL, by_person)
            p = tests(seen.share, draws.pair_share, seen.n_units, seen.agreed)
            found[unit] += (p.two_sided < 0.05).tolist()
    return {kind: float(np.mean(stars)) for kind, stars in found.items()}


def run() -> list[Figure]:
    note = f"{WORLDS} worlds, {RESAMPLES} resamples"
    figures = []
    for taste in TASTES:
        held, stars = covered(taste), starred(taste)
        rows = (
            ("intervals of votes that hold the truth", held["vote"], "", "95 %"),
            ("intervals of people", held["participant"], "93 to 97 %", "95 %"),
            ("errors over people in one pass", held["sandwich"], "", "95 %"),
            ("equal pairs starred with votes", stars["vote"], "", "5 %"),
            ("equal pairs starred with people", stars["participant"], "", "5 %"),
        )
        figures += [
            Figure(f"taste {taste:g}: {name}", 100 * part, "%", target, nominal, note)
            for name, part, target, nominal in rows
        ]
    return figures
