"""The maximum of many tables that differ little from one: all resamples of a tile at once.

Newton's method needs the matrix of second derivatives at every step and for every table. Tables
that were drawn from one can share its matrix: the step is a little off, and a few steps more are
taken (the chord method). One step of all tables is then a few passes over an array with a column a
table, and one product of matrices. The few tables on which it does not settle are left to `fit`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats
from ranker.table import OUTCOMES_OF_A_PAIR, Ints

SETTLED = 4e-11
"""Natural-log units. Steps shrink by a factor of five or more, so what is left is below 1e-11."""

MOST_SWEEPS = 40
"""Ten are usual; what needs more is quicker alone."""


@dataclass(frozen=True, slots=True)
class Upper:
    """The upper triangle of systems by systems as rows (0, 1), (0, 2) … (1, 2) …"""

    n_systems: int

    @property
    def rows(self) -> int:
        return self.n_systems * (self.n_systems - 1) // 2

    def begin(self, system: int) -> int:
        """Row of (system, system + 1)."""
        return system * (2 * self.n_systems - system - 1) // 2

    def row_of(self, first: Ints, second: Ints) -> Ints:
        return first * (2 * self.n_systems - first - 1) // 2 + second - first - 1


@dataclass(frozen=True, slots=True)
class Tile:
    """Tables as the fit needs them; a column is a table."""

    upper: Upper
    met: Floats
    """Votes of every pair, shape = (upper.rows, width)."""
    won: Floats
    """Points of the pair's first system, same shape."""
    points: Floats
    """Points of every system, shape = (n_systems, width)."""

    def wins(self, columns: Ints) -> Floats:
        """Tables of points of some columns, shape = (n, n_systems, n_systems)."""
        n = self.upper.n_systems
        first, second = np.triu_indices(n, 1)
        wins = np.zeros((len(columns), n, n))
        won = self.won[:, columns].T
        wins[:, first, second] = won
        wins[:, second, first] = self.met[:, columns].T - won
        return wins


def tile_of(upper: Upper, first: Ints, second: Ints, cells: Floats) -> Tile:
    """From votes by cell, shape = (n_pairs * 3, width), of pairs `first` before `second`."""
    by_pair = cells.reshape(len(first), OUTCOMES_OF_A_PAIR, -1)
    rows = upper.row_of(first, second)
    met = np.zeros((upper.rows, by_pair.shape[-1]))
    won = np.zeros_like(met)
    met[rows] = by_pair.sum(axis=1)
    won[rows] = by_pair[:, 0] + by_pair[:, 2] / 2
    points = np.zeros((upper.n_systems, met.shape[-1]))
    lost = met - won
    for system in range(upper.n_systems - 1):
        mine = slice(upper.begin(system), upper.begin(system + 1))
        points[system] += won[mine].sum(axis=0)
        points[system + 1 :] += lost[mine]
    return Tile(upper, met, won, points)


def solve(tile: Tile, start: Floats, inverse: Floats) -> tuple[Floats, Bools]:
    """Coefficients of every table, shape = (n_systems, width), mean 0, and which of them settled.

    `start`, shape = (n_systems,): the maximum of the table they were drawn from; `inverse`, shape =
    (n_systems, n_systems): of its information matrix (see `fit.information`).
    """
    beta = np.repeat(start[:, None], tile.met.shape[-1], axis=1)
    expected = np.empty_like(beta)
    room = np.empty((max(tile.upper.n_systems - 1, 1), beta.shape[1]))
    size = np.full(beta.shape[1], np.inf)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # of what runs away
        for _ in range(MOST_SWEEPS):
            _expect(tile, np.exp(beta), expected, room)
            step = inverse @ (tile.points - expected)
            beta += step
            before, size = size, np.abs(step).max(axis=0)
            going = (size >= SETTLED) & (size < before)
            if not going.any():
                break
    return beta - beta.mean(axis=0), size < SETTLED


def _expect(tile: Tile, power: Floats, expected: Floats, room: Floats) -> None:
    """Points that each system should have by `power` = exp(beta)."""
    expected[:] = 0
    for system in range(tile.upper.n_systems - 1):
        begin, end = tile.upper.begin(system), tile.upper.begin(system + 1)
        rate, others = room[: end - begin], power[system + 1 :]
        np.add(others, power[system], out=rate)
        np.divide(tile.met[begin:end], rate, out=rate)
        expected[system] += rate.sum(axis=0) * power[system]
        np.multiply(rate, others, out=rate)
        expected[system + 1 :] += rate
