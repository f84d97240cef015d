"""Intervals by resampling, percentile method (the paper draws 10,000 resamples; section 5).

**What is resampled.** Votes of one person hang together: who likes short answers likes them ten
times. Resampling votes treats ten votes of one person as ten people's, and the intervals come out
too narrow. So people are resampled, with all their votes, wherever enough of them are known; votes
otherwise. Either way a resample has as many units as the data.

**Where a resample has no finite maximum** (a system that lost once in sixty battles loses in none
of 37 % of the resamples) its coefficients are taken to their limits: +inf for what is above the
origin without limit, -inf for what is below it, unknown for what cannot be compared with it. What
that does to an interval stands in `ranker.quantiles`.

**Where the data themselves have no finite maximum** for a system, resampling alone cannot help: a
system that never lost never loses in a resample either, and all draws would agree. Every resample
is then fitted again with some of its points given away (`ranker.limits`): that bounds the score
on one side, and only where these fits agree is it above or below others.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranker.chord import Tile, Upper, solve, tile_of
from ranker.connectivity import Bools, strongly_connected
from ranker.fit import Floats, information
from ranker.limits import Limits, softened
from ranker.point import Point
from ranker.quantiles import shares
from ranker.sampling import Unit, random_numbers, sampler_of
from ranker.standing import SAME_SCORE, standing
from ranker.table import Ints, Table

WIDEST = 1000
"""Resamples in a tile: as many as the smallest usual number of them."""

TILE = 300_000
"""Numbers in the largest arrays that are worked on at once: 2 MB, what a core keeps near it."""

SURE = 60
"""Units in a cell that no resample lacks: the chance is exp(-60)."""

_VOTES, _SLOTS = range(2)
"""Streams of random numbers."""


@dataclass(frozen=True, slots=True)
class Draws:
    """One row a resample."""

    beta: Floats
    """Shape = (n_draws, n_systems); infinite or nan as in `Standing.beta`."""
    least: Floats
    """The least by any of the fits, and the most; both `beta` for whom the data place."""
    most: Floats
    least_share: Floats
    most_share: Floats
    best: Ints
    """Best rank that the resample allows, from 1; shape = (n_draws, n_systems)."""
    worst: Ints
    first: Bools
    """Whether it is above all others that are told; same shape."""
    above: Floats
    """Shape = (n_systems, n_systems): part of the resamples in which row is told to be above
    column."""
    pair_share: Floats
    """Points of the pair's first system; nan where the pair is not in the resample.
    Shape = (n_draws, n_pairs)."""
    slot_share: Floats
    """Points of slot a, shape = (n_draws, 1)."""
    bounded: Bools
    """Shape = (n_draws,): whether a finite maximum exists."""


_BY_DRAW = [one.name for one in fields(Draws) if one.name != "above"]


def bootstrap(
    table: Table,
    point: Point,
    limits: Limits,
    n_draws: int,
    seed: int,
    unit: Unit,
    threads: int = 1,
) -> Draws:
    """Resample `n_draws` times and rank again each time; the same for any number of threads."""
    tiles = _Tiles(table, point, limits, n_draws, seed, unit)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            return _joined(pool.map(tiles.draw, range(tiles.number)), n_draws)
    return _joined(map(tiles.draw, range(tiles.number)), n_draws)


def _joined(parts: Iterable[Draws], n_draws: int) -> Draws:
    """Tiles one behind the other; each is put away before the next one is asked for."""
    columns: dict[str, NDArray[Any]] = {}
    above: Floats | float = 0.0
    end = 0
    for part in parts:
        begin, end = end, end + len(part.beta)
        above = above + part.above  # whole numbers so far: their sum is the same in any order
        for name in _BY_DRAW:
            rows = getattr(part, name)
            if name not in columns:
                columns[name] = np.empty((n_draws, *rows.shape[1:]), rows.dtype)
            columns[name][begin:end] = rows
    return Draws(above=np.asarray(above / n_draws), **columns)


@dataclass(frozen=True, slots=True)
class _Bounds:
    """As in `Draws`, of a tile; resamples are the last axis."""

    least: Floats
    most: Floats
    least_share: Floats
    most_share: Floats
    above: Bools


class _Tiles:
    """Resamples, a tile at a time; every tile by itself."""

    def __init__(
        self, table: Table, point: Point, limits: Limits, n_draws: int, seed: int, unit: Unit
    ) -> None:
        self.table, self.point, self.n_draws, self.seed = table, point, n_draws, seed
        self.limits = limits
        self.upper = Upper(len(table.systems))
        self.width = int(np.clip(TILE // max(self.upper.rows, 1), 16, WIDEST))
        self.number = -(-n_draws // self.width)
        # The same people draw both tables. Votes have no other tie between them than their number.
        together = unit == "participant"
        self.sampler = sampler_of(
            table.votes.beside(table.slots) if together else table.votes, unit
        )
        self.slots = None if together else sampler_of(table.slots, "vote")
        self.sure = _surely_connected(table, unit == "participant")
        self.inverse: Floats | None = None
        if point.standing.bounded[0] and not table.prior:
            wins = table.wins(table.votes.totals[None].astype(np.float64))
            self.inverse = np.linalg.inv(information(point.standing.within, wins)[0])

    def draw(self, number: int) -> Draws:
        """One tile; `above` holds numbers of resamples, not yet parts."""
        cells = self.sampler.draw(random_numbers(self.seed, _VOTES, number), self.width)
        if self.slots is None:
            cells, slots = np.split(cells, [self.table.votes.n_cells])
        else:
            slots = self.slots.draw(random_numbers(self.seed, _SLOTS, number), self.width)
        tile = tile_of(self.upper, self.table.first, self.table.second, cells)
        used = min(self.width, self.n_draws - number * self.width)
        beta, share, bounded, above = self._standing(tile, used)
        within = _Bounds(beta, beta, share, share, above & self.limits.may[:, :, None])
        for number in range(len(self.limits.kept)):
            within = self._softer(within, tile, used, number)
        known, told = within.above, self.limits.told
        below = known.sum(axis=1)
        of_told = below if told.all() else known[:, told].sum(axis=1)
        return Draws(
            beta=beta.T,
            least=within.least.T,
            most=within.most.T,
            least_share=within.least_share.T,
            most_share=within.most_share.T,
            best=1 + known.sum(axis=0).T,
            worst=self.upper.n_systems - below.T,
            first=(told[:, None] & (of_told == told.sum() - 1)).T,
            above=known.sum(axis=2),
            pair_share=shares(cells[:, :used].T),
            slot_share=shares(slots[:, :used].T),
            bounded=bounded,
        )

    def _standing(self, tile: Tile, used: int) -> tuple[Floats, Floats, Bools, Bools]:
        """As `Standing`, of the first `used` resamples, which are the last axis here."""
        if self.inverse is None:
            return self._one_by_one(tile, np.arange(used))
        within, settled = solve(tile, self.point.standing.within[0], self.inverse)
        within = np.where(settled, within, 0)[:, :used]
        beta = within - within[self.point.origin].mean(axis=0)
        power = np.exp(within - within.max(axis=0))
        share = power / power.sum(axis=0)
        above = within[:, None] - within > SAME_SCORE
        bounded = np.ones(used, bool)
        alone = np.flatnonzero(~settled[:used] | ~self._connected(tile, used))
        if len(alone):
            parts = self._one_by_one(tile, alone)
            beta[:, alone], share[:, alone], bounded[alone], above[:, :, alone] = parts
        return beta, share, bounded, above

    def _softer(self, before: _Bounds, tile: Tile, used: int, number: int) -> _Bounds:
        """`before`, and what one pessimistic fit allows as well."""
        wins = softened(tile.wins(np.arange(used)), self.limits.kept[number])
        found = standing(wins, self.point.origin, self.limits.starts[number])
        beta = np.where(self.point.placed[:, None], before.least, found.beta.T)
        shares = before.least_share, before.most_share
        if number == 0:  # the others leave some systems without limit
            shares = np.minimum(shares[0], found.share.T), np.maximum(shares[1], found.share.T)
        above = np.moveaxis(found.above, 0, -1) | ~self.limits.apart[:, :, None]
        return _Bounds(
            np.minimum(before.least, beta),
            np.maximum(before.most, beta),
            *shares,
            before.above & above,
        )

    def _connected(self, tile: Tile, used: int) -> Bools:
        if self.sure:
            return np.ones(used, bool)
        return strongly_connected(tile.wins(np.arange(used)) > 0)

    def _one_by_one(self, tile: Tile, columns: Ints) -> tuple[Floats, Floats, Bools, Bools]:
        start = self.point.standing.within[0]
        found = standing(tile.wins(columns), self.point.origin, start, self.table.prior)
        return found.beta.T, found.share.T, found.bounded, np.moveaxis(found.above, 0, -1)


def _surely_connected(table: Table, by_person: bool) -> bool:
    """Whether cells that no resample lacks connect all systems already."""
    n_systems = len(table.systems)
    every = np.arange(table.votes.n_cells)
    enough = table.votes.how_many(table.votes.n_cells, by_person, every) >= SURE
    return bool(strongly_connected(table.wins(enough[None].astype(np.float64)) > 0)[0]) or (
        n_systems < 2
    )
