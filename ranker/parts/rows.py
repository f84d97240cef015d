"""The numbers of parts as arrays that mean the same in all of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ranker.parts.entry import Entry, Story
from ranker.parts.errors import UnreadablePart
from ranker.parts.keys import Keys
from ranker.votes import System

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

Numbers = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of some parts, as numbers that mean the same in every part; shape = (n,)."""

    key: Keys
    story: Numbers
    """Place in `stories`."""
    who: Numbers
    a: Numbers
    b: Numbers
    stories: tuple[Story, ...]
    """Those of the parts, one after the other: they may repeat, as people and systems do."""
    people: tuple[tuple[str, str], ...]
    systems: tuple[System, ...]


def read_rows(connection: Connection, parts: Mapping[Path, Entry]) -> Rows:
    """All rows of the view `votes` of `parts`. Raises UnreadablePart."""
    found = connection.execute("SELECT part, key, story, who, a, b FROM votes").fetchnumpy()
    entries = list(parts.values())
    numbers = np.array([entry.number for entry in entries], np.uint64)
    order = np.argsort(numbers)
    part = order[np.searchsorted(numbers[order], found.pop("part"))]
    rows = np.bincount(part, minlength=len(entries))
    for path, n, entry in zip(parts, rows.tolist(), entries, strict=True):
        if n != entry.rows:
            raise UnreadablePart(path, f"it has {n:,} rows in place of {entry.rows:,}")

    def everywhere(name: str, sizes: list[int]) -> Numbers:
        column = np.asarray(found.pop(name), np.int32)
        start = np.cumsum([0, *sizes[:-1]]).astype(np.int32)
        np.add(column, start[part], out=column, where=column >= 0)
        return column

    return Rows(
        key=np.asarray(found.pop("key")),
        story=everywhere("story", [len(entry.stories) for entry in entries]),
        who=everywhere("who", [len(entry.people) for entry in entries]),
        a=everywhere("a", [len(entry.systems) for entry in entries]),
        b=everywhere("b", [len(entry.systems) for entry in entries]),
        stories=tuple(story for entry in entries for story in entry.stories),
        people=tuple(person for entry in entries for person in entry.people),
        systems=tuple(system for entry in entries for system in entry.systems),
    )
