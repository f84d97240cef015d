"""The counts as the statistics need them: pairs that met, and who cast which votes on them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranker.cells import Cells, Ints
from ranker.fit import Floats
from ranker.votes import OUTCOMES, System

__all__ = ["OUTCOMES_OF_A_PAIR", "Ints", "Table", "Units", "table_of"]

OUTCOMES_OF_A_PAIR = 3
"""First preferred, second preferred, no preference (tie or both bad)."""

ROOM = 10
"""Places for each key that is there."""

_A, _B, _, _BOTH_BAD = range(len(OUTCOMES))


@dataclass(frozen=True)
class Units:
    """Votes by cell and by who cast them: the table that is resampled.

    `person`, `cell`, `count`, shape = (n_entries,): how often a person voted so; sorted by cell,
    then by person, each combination once. Somebody without an id is a new person at every vote.
    """

    person: Ints
    cell: Ints
    count: Ints
    n_people: int
    n_cells: int

    @cached_property
    def totals(self) -> Ints:
        """Votes by cell, shape = (n_cells,)."""
        return np.bincount(self.cell, self.count, self.n_cells).astype(np.int64)

    def beside(self, other: Units) -> Units:
        """Of the same people: the cells of both, those of `other` behind."""
        return Units(
            np.concatenate([self.person, other.person]),
            np.concatenate([self.cell, other.cell + self.n_cells]),
            np.concatenate([self.count, other.count]),
            self.n_people,
            self.n_cells + other.n_cells,
        )

    def how_many(self, n_groups: int, by_person: bool, *group_of_cell: Ints) -> Ints:
        """Independent units (people, or votes) in every group, shape = (n_groups,).

        Each `group_of_cell`, shape = (n_cells,), puts a cell into a group, or into none with -1.
        """
        if not by_person:
            found, totals = np.zeros(n_groups), self.totals
            for groups in group_of_cell:
                inside = groups >= 0
                found += np.bincount(groups[inside], totals[inside], n_groups)
            return found.astype(np.int64)
        key = np.concatenate([groups[self.cell] for groups in group_of_cell])
        person = np.tile(self.person, len(group_of_cell))[key >= 0]
        key = key[key >= 0]
        key *= self.n_people
        key += person
        once, _ = _summed(key, n_groups * self.n_people)
        return np.bincount(once // self.n_people, minlength=n_groups)


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the statistics need. Pairs are the ones that met, first before second."""

    systems: tuple[System, ...]
    first: Ints
    second: Ints
    """Indices into `systems`, shape = (n_pairs,); in the order of (first, second)."""
    votes: Units
    """Cell = pair * OUTCOMES_OF_A_PAIR + outcome."""
    both_bad: Ints
    """Votes without preference that said both are bad, shape = (n_pairs,)."""
    slots: Units
    """The same votes in three cells: slot a preferred, slot b preferred, no preference."""
    prior: float = 0.0
    """Games won, and as many lost, against an opponent that is not there; see `ranker.prior`."""

    def scorers(self, lost: bool = False) -> tuple[Ints, Ints]:
        """For each cell, which first and which second system scored in it (or lost), or -1."""
        outcome = np.arange(OUTCOMES_OF_A_PAIR)
        no_first, no_second = (0, 1) if lost else (1, 0)
        return (
            np.where(outcome == no_first, -1, self.first[:, None]).ravel(),
            np.where(outcome == no_second, -1, self.second[:, None]).ravel(),
        )

    def wins(self, cells: Floats) -> Floats:
        """Tables of points, shape = (n_tables, n_systems, n_systems), from votes by cell, shape =
        (n_tables, n_cells)."""
        by_pair = cells.reshape(len(cells), -1, OUTCOMES_OF_A_PAIR)
        half = by_pair[:, :, 2] / 2
        wins = np.zeros((len(cells), len(self.systems), len(self.systems)))
        wins[:, self.first, self.second] = by_pair[:, :, 0] + half
        wins[:, self.second, self.first] = by_pair[:, :, 1] + half
        return wins


def table_of(cells: Cells, prior: float = 0.0) -> Table:
    """Arrays from counts; systems as sorted in `cells`, pairs by their systems."""
    n_systems = len(cells.systems)
    swapped = cells.a > cells.b
    key = np.where(swapped, cells.b, cells.a) * n_systems
    key += np.where(swapped, cells.a, cells.b)
    met, _ = _summed(key, n_systems**2)
    pair = np.searchsorted(met, key)
    del key
    bad = cells.outcome == _BOTH_BAD
    both_bad = np.bincount(pair[bad], cells.count[bad], len(met)).astype(np.int64)
    slots = np.where(cells.outcome <= _B, cells.outcome, 2)
    of_slots = _units(cells.person, slots, cells.count, OUTCOMES_OF_A_PAIR)
    flipped = swapped & (slots < 2)
    slots[flipped] = 1 - slots[flipped]
    pair *= OUTCOMES_OF_A_PAIR
    pair += slots
    del slots
    return Table(
        systems=cells.systems,
        first=met // n_systems,
        second=met % n_systems,
        votes=_units(cells.person, pair, cells.count, len(met) * OUTCOMES_OF_A_PAIR),
        both_bad=both_bad,
        slots=of_slots,
        prior=prior,
    )


def _units(person: Ints, cell: Ints, count: Ints, n_cells: int) -> Units:
    """Entries merged; somebody unknown becomes as many people as there are votes."""
    n_known = int(person.max(initial=-1)) + 1
    known = person >= 0
    size = max(n_known, 1)
    key = cell[known] * size
    key += person[known]
    key, counts = _summed(key, n_cells * size, count[known])
    cells, people = np.divmod(key, size)
    del key
    if not len(alone := np.sort(np.repeat(cell[~known], count[~known]))):
        return Units(people, cells, counts, n_known, n_cells)
    cells = np.concatenate([cells, alone])
    people = np.concatenate([people, n_known + np.arange(len(alone))])
    counts = np.concatenate([counts, np.ones(len(alone), np.int64)])
    order = np.argsort(cells, kind="stable")
    return Units(people[order], cells[order], counts[order], n_known + len(alone), n_cells)


def _summed(key: Ints, size: int, count: Ints | None = None) -> tuple[Ints, Ints]:
    """Keys in [0, size), each once and in order, and how often each was there (or its counts)."""
    if size <= ROOM * len(key):  # a place for every key is cheaper than sorting them
        sums = np.bincount(key, count, size).astype(np.int64)
        found = np.flatnonzero(sums)
        return found, sums[found]
    if count is None:
        return np.unique(key, return_counts=True)
    order = np.argsort(key)
    key, count = key[order], count[order]
    del order
    begin = np.flatnonzero(np.concatenate([np.ones(min(len(key), 1), bool), key[1:] != key[:-1]]))
    return key[begin], np.add.reduceat(count, begin)
