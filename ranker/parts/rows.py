"""The numbers of parts as arrays that mean the same in all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranker.parts.entry import Entry, Story
from ranker.parts.errors import UnreadablePart
from ranker.votes import System

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Battles as numbers that mean the same in every part; shape = (n,)."""

    story: Numbers
    """Place in `stories`."""
    who: Numbers
    a: Numbers
    b: Numbers
    stories: tuple[Story, ...]
    """Those of the parts, one after the other: they may repeat, as people and systems do."""
    people: tuple[tuple[str, str], ...]
    systems: tuple[System, ...]
    count: NDArray[np.int64] | None = None
    """How many battles each row stands for; one where not given."""
    named: NDArray[np.bool_] | None = None
    """Which rows have an id; all where not given."""

    def counted(self, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """How many battles some of the rows stand for, each."""
        return np.ones(len(rows), np.int64) if self.count is None else self.count[rows]


def read_rows(found: dict[str, NDArray[Any]], parts: Mapping[Path, Entry]) -> Rows:
    """From the columns `part`, `story`, `who`, `a`, `b` of all `parts`, which are taken out of
    `found`. Raises UnreadablePart.
    """
    part = _part_of_each(found.pop("part"), parts)
    entries = list(parts.values())

    def everywhere(name: str, lists: list[tuple[Any, ...]], known: dict[Any, int]) -> Numbers:
        """A column in numbers of `known` in place of those of the lists of each part."""
        column = np.asarray(found.pop(name), np.int32)
        start = np.cumsum([0, *(len(some) for some in lists[:-1])]).astype(np.int32)
        place = list(map(known.__getitem__, chain.from_iterable(lists)))
        target = np.array([*place, -1], np.int32)
        return target[np.where(column < 0, len(place), column + start[part])]

    stories: dict[Story, int] = _numbered([entry.stories for entry in entries])
    people: dict[tuple[str, str], int] = _numbered([entry.people for entry in entries])
    systems: dict[System, int] = _numbered([entry.systems for entry in entries])
    return Rows(
        story=everywhere("story", [entry.stories for entry in entries], stories),
        who=everywhere("who", [entry.people for entry in entries], people),
        a=everywhere("a", [entry.systems for entry in entries], systems),
        b=everywhere("b", [entry.systems for entry in entries], systems),
        stories=tuple(stories),
        people=tuple(people),
        systems=tuple(systems),
    )


def _numbered(lists: Iterable[tuple[Any, ...]]) -> dict[Any, int]:
    """Whatever is in any of the lists, in the order in which it first comes."""
    numbers: dict[Any, int] = dict.fromkeys(chain.from_iterable(lists), 0)
    for k, one in enumerate(numbers):
        numbers[one] = k
    return numbers


def _part_of_each(found: NDArray[np.uint32], parts: Mapping[Path, Entry]) -> Numbers:
    """Place in `parts` of every row: they come in the order of the files, and are all there."""
    ends = np.cumsum([entry.rows for entry in parts.values()])
    for path, entry, end in zip(parts, parts.values(), ends.tolist(), strict=True):
        if not (found[end - entry.rows : end] == entry.number).all() or end > len(found):
            raise UnreadablePart(
                path, f"it has not the {entry.rows:,} rows that its entry tells of"
            )
    if len(found) != ends[-1]:
        raise UnreadablePart(path, "it has more rows than its entry tells of")
    return np.repeat(np.arange(len(parts), dtype=np.int32), np.diff(ends, prepend=0))
