"""Standard errors in one pass, without resampling: the sandwich of Huber (1967) and White (1980).

The bread is the information of the likelihood; between its two slices lies how much the votes, or
all votes of one person taken together, pull at the maximum. With people as units it allows for the
votes of one person hanging together as the resampling of people does, at a thousandth of the work.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats, information
from ranker.point import Point
from ranker.prior import added_information
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table, Units

AT_ONCE = 1_000_000
"""Numbers of people by systems that are held at once: 8 MB."""

MOST_BLOCKS = 60_000
"""Of people: their numbers take two bytes."""


def spreads(table: Table, point: Point, by_person: bool) -> Floats:
    """Standard errors of the coefficients as measured from the board's origin, shape =
    (n_systems,).

    Of the component that the origin is part of, from the votes inside it; nan for the others, which
    have no finite score, for all where the origin is of several, and where a single unit voted.
    """
    found = np.full(len(table.systems), np.nan)
    among = _around_the_origin(point)
    if among is None:
        return found
    inside = np.isin(table.first, among) & np.isin(table.second, among)
    units = _of_cells(table.votes, np.repeat(inside, OUTCOMES_OF_A_PAIR))
    n_people = np.count_nonzero(np.bincount(units.person, minlength=1))
    n_units = n_people if by_person else int(units.count.sum())
    if n_units < 2:
        return found
    pulls = residuals(table, point)
    between = _of_people(table, units, pulls) if by_person else _of_votes(table, units, pulls)
    wins = table.wins(units.totals[None].astype(np.float64))
    part = np.ix_(np.array([0]), among, among)
    bread = np.linalg.inv(curvature(table, point.standing.within[:, among], wins[part]))
    from_origin = np.eye(len(among))
    from_origin[:, np.isin(among, point.origin)] -= 1 / len(point.origin)
    half = from_origin @ bread
    between = between[np.ix_(among, among)]
    variance = np.einsum("ik,kl,il->i", half, between, half) * n_units / (n_units - 1)
    found[among] = np.sqrt(np.maximum(variance, 0))  # 0 may round to less
    return found


def _around_the_origin(point: Point) -> Ints | None:
    """Systems of the component that holds the whole origin; None where none of two or more does."""
    for component in point.components:
        if len(component) > 1 and set(point.origin.tolist()) <= set(component):
            return np.array(sorted(component))
    return None


def _of_cells(units: Units, wanted: Bools) -> Units:
    if wanted.all():
        return units
    here = wanted[units.cell]
    return replace(units, person=units.person[here], cell=units.cell[here], count=units.count[here])


def curvature(table: Table, beta: Floats, wins: Floats) -> Floats:
    """Information of the likelihood of one table, with the table's prior; shape = (n_systems,
    n_systems). `beta` and `wins` have a leading axis of 1."""
    found = information(beta, wins)[0]
    if table.prior:
        found = found + added_information(beta, table.prior)[0]
    return np.asarray(found)


def residuals(table: Table, point: Point) -> Floats:
    """Points of the pair's first system in a vote less the points it should get, by cell."""
    beta = point.standing.within[0]
    expected = 1 / (1 + np.exp(beta[table.second] - beta[table.first]))
    return np.asarray((np.array([1.0, 0.0, 0.5]) - expected[:, None]).ravel())


def _of_votes(table: Table, units: Units, pulls: Floats) -> Floats:
    squares = (units.totals * pulls**2).reshape(-1, OUTCOMES_OF_A_PAIR).sum(axis=1)
    between = np.zeros((len(table.systems),) * 2)
    between[table.first, table.second] = between[table.second, table.first] = -squares
    np.fill_diagonal(between, -between.sum(axis=1))
    return between


def _of_people(table: Table, units: Units, pulls: Floats) -> Floats:
    """People in blocks: all of them at once would be a number for each person and system."""
    n_systems = len(table.systems)
    step = max(AT_ONCE // n_systems, units.n_people // MOST_BLOCKS + 1)
    # Few blocks have small numbers, which are sorted by counting them.
    block = (units.person // step).astype(np.uint16)
    order = np.argsort(block, kind="stable")
    ends = np.cumsum(np.bincount(block, minlength=1))
    between = np.zeros((n_systems, n_systems))
    for number, (begin, end) in enumerate(pairwise([0, *ends.tolist()])):
        some = order[begin:end]
        place = (units.person[some] - number * step) * n_systems
        cell = units.cell[some]
        pull, pair = units.count[some] * pulls[cell], cell // OUTCOMES_OF_A_PAIR
        size = step * n_systems
        of_each = np.bincount(place + table.first[pair], pull, size)
        of_each -= np.bincount(place + table.second[pair], pull, size)
        of_each = of_each.reshape(step, n_systems)
        between += of_each.T @ of_each
    return between
