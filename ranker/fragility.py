"""How few votes, or people, would have to be left out for another system to come first.

A leaderboard can rest on a handful of votes (T. Broderick, R. Giordano and R. Meager, "An automatic
finite-sample robustness metric", arXiv 2011.14999; J. Huang et al., "Dropping just a handful of
preferences can change top large language model rankings", arXiv 2508.11847). As there, the votes
are taken away that pull most, by the first-order influence of each on the gap between the first
system and a rival; but the influence is taken anew after each part of the way, and the end is
checked by a fit. So what is found is always enough, and may be more than the least.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ranker.fit import Floats
from ranker.order import in_order
from ranker.sandwich import curvature
from ranker.standing import standing
from ranker.table import Ints, Table, Units

RIVALS = 3
"""Systems that are tried as the new first one: those next to the first."""

PARTS = 12
"""Into which the way is cut; after each, the influences are taken anew."""

MOST_STEPS = 200

AT_ONCE = 50_000
"""Entries that are worked on at once, about: what a core keeps near it."""

MOST_AT_FIRST = 1_000
"""Groups that are put in order; eight times as many each time that these are not enough."""


@dataclass(frozen=True, slots=True)
class Fragility:
    """What is enough for `first` not to be above a rival any more."""

    first: int
    rival: int
    """Whom the fewest votes hold back. Indices of `Table.systems`."""
    votes: int
    people: int | None
    """Somebody without an id is a person at every vote. None where nobody's leaving was enough; it
    may be everybody."""
    people_rival: int | None
    """Whom the fewest people hold back; None as `people` is."""


def fragility(table: Table, first: int, rivals: Sequence[int], start: Floats) -> Fragility | None:
    """The least that was found; None where leaving out votes changed nothing, and where the first
    is level with another as it is.

    `first`: index of the system that leads; `rivals`: the others, best first; `start`, shape =
    (n_systems,): coefficients that `fit` found.
    """
    units = table.votes
    totals = units.totals

    def without_votes(taken: Ints) -> Ints:
        return totals - taken

    people = _People.of(units)
    everybody = np.ones(units.n_people, np.int64)
    ways = [_Way(table, first, rival, start) for rival in rivals[:RIVALS]]
    by_votes = _least(ways, totals, without_votes, lambda pull: pull)
    if by_votes is None or not by_votes[0]:
        return None
    by_people = _least(ways, everybody, lambda taken: totals - people.votes(taken), people.sums)
    return Fragility(first, by_votes[1], by_votes[0], *(by_people or (None, None)))


def _least(
    ways: Iterable[_Way],
    available: Ints,
    without: Callable[[Ints], Ints],
    grouped: Callable[[Floats], Floats],
) -> tuple[int, int] | None:
    """How many, and the rival; of equals the first, which stands higher. None of none."""
    least = None
    for way in ways:
        n = way.down(available, without, grouped, None if least is None else least[0])
        if n is not None and (least is None or n < least[0]):
            least = n, way.rival
    return least


@dataclass(frozen=True, slots=True)
class _People:
    """The entries of a table, person by person."""

    cell: Ints
    count: Floats
    begin: Ints
    """First entry of each person, and the number of entries; shape = (n_people + 1,)."""
    n_cells: int

    @classmethod
    def of(cls, units: Units) -> _People:
        order = in_order(units.person)
        n_entries = np.bincount(units.person, minlength=units.n_people)
        begin = np.concatenate([[0], np.cumsum(n_entries)])
        count = units.count[order].astype(np.float64)
        return cls(units.cell[order], count, begin, units.n_cells)

    def sums(self, by_cell: Floats) -> Floats:
        """Of each person's votes, from a number for a vote of each cell."""
        sums = np.zeros(len(self.begin) - 1)
        there = np.flatnonzero(np.diff(self.begin))
        for some in np.array_split(there, len(self.cell) // AT_ONCE + 1):
            if len(some):
                here = slice(self.begin[some[0]], self.begin[some[-1] + 1])
                of_entries = by_cell.take(self.cell[here])
                of_entries *= self.count[here]
                sums[some] = np.add.reduceat(of_entries, self.begin[some] - here.start)
        return sums

    def votes(self, of_people: Ints) -> Ints:
        """By cell, of those whose number is not 0."""
        who = np.flatnonzero(of_people)
        size = self.begin[who + 1] - self.begin[who]
        ends = np.cumsum(size)
        here = np.arange(int(size.sum())) + np.repeat(self.begin[who] - (ends - size), size)
        counts = np.repeat(of_people[who], size) * self.count[here]
        return np.bincount(self.cell[here], counts, self.n_cells).astype(np.int64)


@dataclass(frozen=True, slots=True)
class _Way:
    """Down to where `first` is not above `rival`."""

    table: Table
    first: int
    rival: int
    start: Floats

    def down(
        self,
        available: Ints,
        without: Callable[[Ints], Ints],
        grouped: Callable[[Floats], Floats],
        fewer_than: int | None = None,
    ) -> int | None:
        """Units to leave out.

        `available`, shape = (n_groups,): units that can be taken of each group; `without`: votes by
        cell when so many of each group are taken; `grouped`: pull of a unit of each group, from
        that of a vote of each cell; `fewer_than`: what somebody else needed, None where more are
        needed here.
        """
        taken = np.zeros(len(available), np.int64)
        whole = np.nan
        for _ in range(MOST_STEPS):
            cells = without(taken).astype(np.float64)
            wins = self.table.wins(cells[None])
            pair = np.array([self.first, self.rival])
            now = standing(wins, pair, self.start, self.table.prior)
            if not now.above[0, self.first, self.rival]:
                return int(taken.sum())
            if fewer_than is not None and int(taken.sum()) >= fewer_than:
                return None
            gap = now.beta[0, self.first] - now.beta[0, self.rival]
            if not now.bounded[0] or not np.isfinite(gap):
                return None  # above without limit, or others fell out: nothing left to go by
            whole = gap if np.isnan(whole) else whole
            pull = grouped(self._pull(now.within, wins))
            more = enough(pull, available - taken, min(gap, whole / PARTS))
            if not more.any():
                return None
            taken += more
        return None

    def _pull(self, beta: Floats, wins: Floats) -> Floats:
        """How much the gap shrinks when a vote of each cell is left out, to first order."""
        apart = np.zeros(len(self.table.systems))
        apart[self.first], apart[self.rival] = 1, -1
        lever = np.linalg.solve(curvature(self.table, beta, wins), apart)
        first, second = self.table.first, self.table.second
        expected = 1 / (1 + np.exp(beta[0, second] - beta[0, first]))
        surprise = np.array([1.0, 0.0, 0.5]) - expected[:, None]
        return np.asarray((surprise * (lever[first] - lever[second])[:, None]).ravel())


def _strongest(pull: Floats, useful: Ints, n: int) -> Ints:
    """The `n` groups that pull most and all that pull like the last of them, in order."""
    of_useful = pull[useful]
    if n < len(useful):
        least = np.partition(of_useful, len(useful) - n)[len(useful) - n]
        useful = useful[of_useful >= least]
        of_useful = pull[useful]
    return useful[np.argsort(-of_useful, kind="stable")]


def enough(pull: Floats, available: Ints, goal: float) -> Ints:
    """Units of each group, those that pull most first, that pull `goal` together; at least one."""
    more = np.zeros(len(available), np.int64)
    useful = np.flatnonzero((pull > 0) & (available > 0))
    strongest = MOST_AT_FIRST
    while True:  # sorting all of them, of which few are needed, would take longest
        order = _strongest(pull, useful, strongest)
        together = np.cumsum(pull[order] * available[order])
        last = int(np.searchsorted(together, goal))
        if last < len(order) or len(order) == len(useful):
            break
        strongest *= 8
    more[order[:last]] = available[order[:last]]
    if last < len(order):
        rest = goal - (together[last - 1] if last else 0.0)
        group = order[last]
        more[group] = min(max(int(np.ceil(rest / pull[group])), 1), int(available[group]))
    return more
