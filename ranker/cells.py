"""Counted votes by who cast them, as arrays in one canonical order.

What every way of counting hands on: equal votes give equal arrays, whatever was counted where, in
which order, and in how many parts; shards merge by adding.
"""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ranker.votes import OUTCOMES, System, system_order

Ints = NDArray[np.int64]

_FEW = 20
"""Of two tables, one with so many times fewer rows is put into the other, which stays sorted."""

_OUTCOME = {name: number for number, name in enumerate(OUTCOMES)}


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Counted votes by who cast them, in one canonical order: whatever the order and number of the
    parts, equal votes give equal arrays."""

    systems: tuple[System, ...]
    """Those that met, each once; by id, version, fingerprint, an absent part as an empty one."""
    people: tuple[tuple[str, str], ...]
    """(station, participant) of those who voted, sorted."""
    person: Ints
    """Index into `people`, -1 where unknown; shape = (n,), as all below."""
    a: Ints
    """Index into `systems`: slot a."""
    b: Ints
    outcome: Ints
    """Index into `votes.OUTCOMES`."""
    count: Ints
    """More than 0; rows sorted by (a, b, outcome, person), each combination once."""

    @classmethod
    def of(
        cls,
        systems: Sequence[System],
        people: Sequence[tuple[str, str]],
        *,
        person: ArrayLike,
        a: ArrayLike,
        b: ArrayLike,
        outcome: ArrayLike,
        count: ArrayLike | None = None,
    ) -> Cells:
        """From columns in any order, with repeated rows, names that repeat and names not used.

        Every column has shape (n,); `person` is -1 where unknown, `count` at least 0 and all 1
        where not given.
        """
        columns = [_whole(column) for column in (a, b, outcome, person)]
        times = None if count is None else np.asarray(count, np.int64)
        if times is not None and not times.all():
            columns, times = [column[times > 0] for column in columns], times[times > 0]
        left, right, what, who = columns
        systems, sides = _canonical(systems, [left, right], system_order)
        people, (who,) = _canonical(people, [who], None)
        sizes = (len(systems), len(systems), len(OUTCOMES), len(people) + 1)
        (left, right, what, who), total = _merged((*sides, what, who), sizes, times)
        return cls(tuple(systems), tuple(people), who - 1, left, right, what, total)

    def __add__(self, other: Cells) -> Cells:
        """The votes of both, which must be other votes: a vote in both counts twice."""
        if not len(self.count) or not len(other.count):
            return self if len(self.count) else other
        small, big = sorted((self, other), key=lambda cells: len(cells.count))
        if len(small.count) * _FEW < len(big.count) and _fits(self, other):
            return _joined(big, small)
        systems = [*self.systems, *other.systems]
        people = [*self.people, *other.people]
        moved = np.where(other.person < 0, -1, other.person + len(self.people))
        both = (
            (self.person, moved),
            (self.a, other.a + len(self.systems)),
            (self.b, other.b + len(self.systems)),
            (self.outcome, other.outcome),
            (self.count, other.count),
        )
        person, a, b, outcome, count = (np.concatenate(pair) for pair in both)
        return Cells.of(systems, people, person=person, a=a, b=b, outcome=outcome, count=count)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Cells):
            return NotImplemented
        return all(
            np.array_equal(getattr(self, one.name), getattr(other, one.name))
            if one.name not in ("systems", "people")
            else getattr(self, one.name) == getattr(other, one.name)
            for one in fields(Cells)
        )

    __hash__ = None  # type: ignore[assignment]

    @property
    def n_votes(self) -> int:
        return int(self.count.sum())


def _fits(one: Cells, other: Cells) -> bool:
    """Whether all combinations of the names of both have a number."""
    systems = len(one.systems) + len(other.systems)
    return systems**2 * len(OUTCOMES) * (len(one.people) + len(other.people) + 1) < 2**63


def _joined(big: Cells, small: Cells) -> Cells:
    """The votes of both: as `Cells.of` would put them, without sorting those of `big` again."""
    systems = sorted({*big.systems, *small.systems}, key=system_order)
    people = big.people
    if not {*small.people} <= {*people}:
        people = tuple(sorted(dict.fromkeys([*people, *small.people])))
    sizes = (len(systems), len(systems), len(OUTCOMES), len(people) + 1)
    into, more = (_in_names(cells, systems, people) for cells in (big, small))
    new = _keys(more, sizes)
    order = np.argsort(new)
    place, there = _places(into, sizes, new[order])
    count = big.count.copy()
    count[place[there]] += small.count[order[there]]  # no key is there twice
    where, rest = place[~there], order[~there]
    a, b, outcome, person = (
        np.insert(column, where, added[rest]) for column, added in zip(into, more, strict=True)
    )
    count = np.insert(count, where, small.count[rest])
    return Cells(tuple(systems), tuple(people), person, a, b, outcome, count)


def _in_names(
    cells: Cells, systems: Sequence[System], people: tuple[tuple[str, str], ...]
) -> tuple[Ints, Ints, Ints, Ints]:
    """Columns a, b, outcome, person in numbers of other lists that hold all of its names."""
    a, b, person = cells.a, cells.b, cells.person
    if tuple(systems) != cells.systems:
        place = {system: k for k, system in enumerate(systems)}
        moved = np.array([place[system] for system in cells.systems], np.int64)
        a, b = moved[a], moved[b]
    if people is not cells.people:
        number = {one: k for k, one in enumerate(people)}
        moved = np.array([*(number[one] for one in cells.people), -1], np.int64)
        person = moved[person]
    return a, b, cells.outcome, person


def _places(
    columns: tuple[Any, ...], sizes: tuple[int, ...], wanted: Ints
) -> tuple[Ints, NDArray[np.bool_]]:
    """Where sorted rows have the keys `wanted`, or would have them; and whether they do.

    Halves all intervals at once: making the keys of all rows takes longer than finding a few.
    """
    rows = len(columns[0])
    low, high = np.zeros(len(wanted), np.int64), np.full(len(wanted), rows)
    for _ in range(rows.bit_length()):
        middle = (low + high) // 2
        row = np.minimum(middle, rows - 1)
        below = (low < high) & (_keys(tuple(column[row] for column in columns), sizes) < wanted)
        low, high = np.where(below, middle + 1, low), np.where(below, high, middle)
    row = np.minimum(low, rows - 1)
    same = _keys(tuple(column[row] for column in columns), sizes) == wanted
    return low, same & (low < rows)


def _keys(columns: tuple[Any, ...], sizes: tuple[int, ...]) -> Ints:
    """One number for each row, in the order of the rows; person counts from -1."""
    key = np.zeros(len(columns[0]), np.int64)
    for column, size in zip(columns, sizes, strict=True):
        key *= size
        key += column
    return key + 1


def _whole(column: ArrayLike) -> NDArray[Any]:
    """Whole numbers of whatever size they come in."""
    given = np.asarray(column)
    return given if given.dtype.kind in "iu" else given.astype(np.int64)


def cells_of(counter: Counter[tuple[tuple[str, str] | None, System, System, str]]) -> Cells:
    """The cells of a `count.Tally`."""
    systems: dict[System, int] = {}
    people: dict[tuple[str, str], int] = {}
    rows = np.array(
        [
            (
                -1 if who is None else people.setdefault(who, len(people)),
                systems.setdefault(a, len(systems)),
                systems.setdefault(b, len(systems)),
                _OUTCOME[outcome],
                count,
            )
            for (who, a, b, outcome), count in counter.items()
        ],
        np.int64,
    ).reshape(-1, 5)
    person, a, b, outcome, count = rows.T
    return Cells.of(
        list(systems), list(people), person=person, a=a, b=b, outcome=outcome, count=count
    )


def _canonical(
    names: Sequence[Any], columns: list[Any], order: Callable[[Any], Any] | None
) -> tuple[Sequence[Any], list[Any]]:
    """`names` sorted, each once, without those that no index in `columns` names; and the columns
    with where the indices go. An index of -1 stays.
    """
    used = np.zeros(len(names) + 1, bool)
    for column in columns:
        used[column] = True  # -1 marks the place behind the last name
    numbers = np.flatnonzero(used[:-1])
    shown = names if len(numbers) == len(names) else [names[k] for k in numbers.tolist()]
    ranks = shown if order is None else [order(name) for name in shown]
    if len(shown) == len(names) and all(map(operator.lt, ranks, islice(ranks, 1, None))):
        return names, columns
    ordered = sorted(dict.fromkeys(shown), key=order)  # a dict, since sorting likes sorted runs
    place = {name: k for k, name in enumerate(ordered)}
    target = np.full(len(names) + 1, -1, np.int32)
    target[numbers] = np.fromiter(map(place.__getitem__, shown), np.int32, len(shown))
    return ordered, [target[column] for column in columns]


def _merged(
    columns: tuple[Any, ...], sizes: tuple[int, ...], count: Ints | None
) -> tuple[tuple[Ints, ...], Ints]:
    """Rows sorted by `columns`, equal ones merged, the last column (from -1) raised by one.

    Column k holds numbers below sizes[k].
    """
    if prod(sizes) >= 2**63:  # more combinations than a key has
        table = np.stack(columns, axis=1).astype(np.int64) + np.array([0, 0, 0, 1])
        rows, where = np.unique(table, axis=0, return_inverse=True)
        total = np.zeros(len(rows), np.int64)
        np.add.at(total, where.ravel(), 1 if count is None else count)
        left, right, what, who = np.ascontiguousarray(rows.T)
        return (left, right, what, who), total
    key = _keys(columns, sizes)
    if count is None:
        key.sort()
    else:
        order = np.argsort(key)
        key, count = key[order], count[order]
        del order
    new = np.ones(len(key), bool)
    np.not_equal(key[1:], key[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    if count is None:
        total = np.diff(starts, append=len(key)).astype(np.int64, copy=False)
    else:
        total = np.add.reduceat(count, starts) if len(starts) else count
    key = key[starts]
    del starts
    found: list[Ints] = []
    for size in reversed(sizes):
        rest = key // max(size, 1)  # quicker than divmod
        key -= rest * size
        found.insert(0, key)
        key = rest
    left, right, what, who = found
    return (left, right, what, who), total
