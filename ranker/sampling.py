"""Resamples of a table: votes by cell, drawn again from people, from votes, or inside each pair.

Resamples come in tiles of a fixed size, and each tile has random numbers of its own, which depend
on the seed and on the number of the tile alone. So a resample is the same however many there are,
and whichever thread draws it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from ranker.fit import Floats
from ranker.poisson import Guide, guide_of
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Units

Unit = Literal["participant", "vote", "pair"]
"""What is drawn: people with all their votes; votes; votes, as many of each pair as there were."""

FEW_CELLS = 6
"""Fewer cells than a sixth of the root of the votes: a chain of binomial numbers is cheaper."""

SHORT = 0.75
"""How much Poisson numbers are short of all votes, in standard deviations of their sum: more leave
more votes to be drawn one by one, less go beyond the sum more often and are drawn again."""

DENSE = 4_000_000
"""Numbers in the largest table of people by cells that is multiplied as a whole (16 MB)."""

GROUP = 16
"""Votes of a cell that are added up together."""

AT_ONCE = 500_000
"""Numbers of people that are worked on at once."""


class Sampler(Protocol):
    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        """Votes by cell in `width` resamples, shape = (n_cells, width)."""


def random_numbers(seed: int, stream: int, tile: int) -> np.random.Generator:
    """The random numbers of one tile of one stream."""
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence((seed, stream, tile))))


def sampler_of(units: Units, unit: Unit) -> Sampler:
    """What draws resamples of `units`."""
    if unit == "participant":
        dense = units.n_people * units.n_cells <= DENSE
        return _dense_people(units) if dense else _sparse_people(units)
    if unit == "pair":
        return _Pairs(units.totals)
    return _votes(units.totals)


def _votes(totals: Ints) -> Sampler:
    live = np.flatnonzero(totals)
    n = int(totals.sum())
    if len(live) * FEW_CELLS < np.sqrt(n):
        return _Few(totals)
    own = totals[live]
    guide = guide_of(own * (max(n - SHORT * np.sqrt(n), 0.5) / n))
    return _Many(live, len(totals), np.repeat(np.arange(len(live), dtype=np.int32), own), guide)


@dataclass(frozen=True, slots=True)
class _Few:
    totals: Ints

    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        n = int(self.totals.sum())
        drawn = rng.multinomial(n, self.totals / n, size=width)
        return np.ascontiguousarray(drawn.T, np.float64)


@dataclass(frozen=True, slots=True)
class _Many:
    """Poisson numbers of a little less than all votes, and the rest one by one.

    Poisson numbers are multinomial once their sum is known, and two multinomial draws from the same
    shares add up to one, so the result is exactly multinomial.
    """

    live: Ints
    n_cells: int
    cell_of: NDArray[np.int32]
    """Index into `live` of every vote, shape = (n_votes,)."""
    guide: Guide

    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        n = len(self.cell_of)
        drawn = self.guide.draw(rng, width)
        rest = n - drawn.sum(axis=0)
        while (over := np.flatnonzero(rest < 0)).size:
            drawn[:, over] = again = self.guide.draw(rng, len(over))
            rest[over] = n - again.sum(axis=0)
        at = self.cell_of.take(rng.integers(0, n, int(rest.sum()))) * np.int64(width)
        at += np.repeat(np.arange(width), rest)
        alone = np.bincount(at, minlength=drawn.size).reshape(drawn.shape)
        if len(self.live) == self.n_cells:
            return np.add(drawn, alone, dtype=np.float64)
        alone += drawn
        cells = np.zeros((self.n_cells, width))
        cells[self.live] = alone
        return cells


@dataclass(frozen=True, slots=True)
class _Pairs:
    totals: Ints

    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        by_pair = self.totals.reshape(-1, OUTCOMES_OF_A_PAIR)
        n = by_pair.sum(axis=1)
        share = by_pair / n[:, None]
        drawn = rng.multinomial(n[:, None], share[:, None], size=(len(n), width))
        return np.ascontiguousarray(drawn.swapaxes(1, 2).reshape(-1, width), np.float64)


def _times_drawn(rng: np.random.Generator, n_people: int, into: NDArray[Any]) -> None:
    """How often each of `n_people` is in each resample of as many: the first rows of `into`, whose
    shape = (n_people or more, width)."""
    width = into.shape[1]
    times = np.empty((width, n_people), into.dtype)
    step = max(AT_ONCE // n_people, 1)
    for begin in range(0, width, step):
        drawn = rng.integers(0, n_people, (min(step, width - begin), n_people))
        for row, people in enumerate(drawn, begin):
            times[row] = np.bincount(people, minlength=n_people)
    into[:n_people] = times.T


def _dense_people(units: Units) -> Sampler:
    # Numbers of votes are whole and far below 2^24: half the width of a double holds them exactly.
    votes = np.zeros((units.n_cells, units.n_people), np.float32)
    votes[units.cell, units.person] = units.count
    return _DensePeople(votes)


@dataclass(frozen=True, slots=True)
class _DensePeople:
    votes: NDArray[np.float32]

    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        n_people = self.votes.shape[1]
        times = np.empty((n_people, width), np.float32)
        _times_drawn(rng, n_people, times)
        return np.asarray(self.votes @ times, np.float64)


def _sparse_people(units: Units) -> Sampler:
    used, n_entries = np.unique(np.repeat(units.cell, units.count), return_counts=True)
    n_groups = -(-n_entries // GROUP)
    begin = np.cumsum(n_groups) - n_groups
    person = np.full(int(n_groups.sum()) * GROUP, units.n_people)
    nth = np.arange(int(n_entries.sum())) - np.repeat(np.cumsum(n_entries) - n_entries, n_entries)
    person[np.repeat(begin * GROUP, n_entries) + nth] = np.repeat(units.person, units.count)
    return _SparsePeople(person.reshape(-1, GROUP), used, begin, units.n_people, units.n_cells)


@dataclass(frozen=True, slots=True)
class _SparsePeople:
    """Few of the people have a vote in any one cell."""

    person: Ints
    """Who cast the votes, in groups of one cell each, shape = (n_groups, GROUP); where a cell has
    no more, `n_people`, who is never drawn."""
    used: Ints
    begin: Ints
    """The cells that have votes, and the first group of each."""
    n_people: int
    n_cells: int

    def draw(self, rng: np.random.Generator, width: int) -> Floats:
        # Nobody is drawn 2,000 times where a thousand and more are drawn from, so a short number
        # holds the sum of a group, and half as much has to be moved.
        times = np.zeros((self.n_people + 1, width), np.int16)
        _times_drawn(rng, self.n_people, times)
        groups = np.empty((width, len(self.person)), np.int16)
        step = max(AT_ONCE // (GROUP * width), 1)
        for begin in range(0, len(self.person), step):
            person = self.person[begin : begin + step]
            groups[:, begin : begin + step] = times.take(person, axis=0).sum(1, np.int16).T
        cells = np.zeros((self.n_cells, width))
        for column, of_groups in enumerate(groups):
            cells[self.used, column] = np.add.reduceat(of_groups, self.begin, dtype=np.int32)
        return cells
