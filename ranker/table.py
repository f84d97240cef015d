"""The counts as arrays, in an order that does not depend on the order of the votes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranker.count import Person, Tally
from ranker.fit import Floats
from ranker.votes import System

Ints = NDArray[np.int64]

OUTCOMES_OF_A_PAIR = 3
"""First preferred, second preferred, no preference (tie or both bad)."""


@dataclass(frozen=True, slots=True)
class Units:
    """Votes by cell and by who cast them: the table that is resampled.

    `person`, `cell`, `count`, shape = (n_entries,): how often a person voted so; sorted by cell.
    Somebody without an id is a new person at every vote.
    """

    person: Ints
    cell: Ints
    count: Ints
    n_people: int
    n_cells: int

    @property
    def totals(self) -> Ints:
        """Votes by cell, shape = (n_cells,)."""
        totals = np.zeros(self.n_cells, np.int64)
        np.add.at(totals, self.cell, self.count)
        return totals

    def how_many(self, n_groups: int, by_person: bool, *group_of_cell: Ints) -> Ints:
        """Independent units (people, or votes) in every group, shape = (n_groups,).

        Each `group_of_cell`, shape = (n_cells,), puts a cell into a group, or into none with -1.
        """
        group = np.concatenate([groups[self.cell] for groups in group_of_cell])
        inside = group >= 0
        group = group[inside]
        if not by_person:
            count = np.tile(self.count, len(group_of_cell))[inside]
            return np.bincount(group, count, n_groups).astype(np.int64)
        person = np.tile(self.person, len(group_of_cell))[inside]
        once = np.unique(group * self.n_people + person)
        return np.bincount(once // self.n_people, minlength=n_groups)


@dataclass(frozen=True, slots=True)
class Table:
    """Everything the statistics need. Pairs are the ones that met, first before second."""

    systems: tuple[System, ...]
    first: Ints
    second: Ints
    """Indices into `systems`, shape = (n_pairs,)."""
    votes: Units
    """Cell = pair * OUTCOMES_OF_A_PAIR + outcome."""
    both_bad: Ints
    """Votes without preference that said both are bad, shape = (n_pairs,)."""
    slots: Units
    """The same votes in three cells: slot a preferred, slot b preferred, no preference."""

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


def table_of(tally: Tally) -> Table:
    """Arrays from counts; systems sorted by what names them, pairs by their systems."""
    systems = sorted(
        {system for _, a, b, _ in tally.cells for system in (a, b)},
        key=lambda system: tuple(part or "" for part in system),
    )
    index = {system: k for k, system in enumerate(systems)}
    pairs = sorted({_pair(index[a], index[b]) for _, a, b, _ in tally.cells})
    pair_index = {pair: k for k, pair in enumerate(pairs)}
    votes: Counter[tuple[Person, int]] = Counter()
    slots: Counter[tuple[Person, int]] = Counter()
    both_bad = np.zeros(len(pairs), np.int64)
    for (person, a, b, outcome), count in tally.cells.items():
        pair = pair_index[_pair(index[a], index[b])]
        slot = {"a": 0, "b": 1}.get(outcome, 2)
        swapped = index[a] > index[b] and slot < 2
        votes[person, pair * OUTCOMES_OF_A_PAIR + (1 - slot if swapped else slot)] += count
        slots[person, slot] += count
        both_bad[pair] += count * (outcome == "both_bad")
    return Table(
        systems=tuple(systems),
        first=np.array([i for i, _ in pairs], np.int64),
        second=np.array([j for _, j in pairs], np.int64),
        votes=_units(votes, len(pairs) * OUTCOMES_OF_A_PAIR),
        both_bad=both_bad,
        slots=_units(slots, 3),
    )


def _pair(i: int, j: int) -> tuple[int, int]:
    return (i, j) if i < j else (j, i)


def _units(counts: Counter[tuple[Person, int]], n_cells: int) -> Units:
    known = sorted({person for person, _ in counts if person is not None})
    number = {person: k for k, person in enumerate(known)}
    entries = [(cell, number[p], n) for (p, cell), n in counts.items() if p is not None]
    n_people = len(known)
    for (person, cell), n in sorted(counts.items(), key=lambda item: item[0][1]):
        if person is None:
            entries += [(cell, n_people + k, 1) for k in range(n)]
            n_people += n
    by_cell = np.array(sorted(entries), np.int64)
    return Units(by_cell[:, 1], by_cell[:, 0], by_cell[:, 2], n_people, n_cells)
