"""The columns of a part that `ranker.facts` fills: what boards by language and effects are made of.

Programs before these columns wrote parts without them, which count as ever.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ranker.facts import Facts
from ranker.parts.entry import Entry
from ranker.parts.mark import some_of
from ranker.verdict import count

LAYOUT = 1
"""Of these columns, as `Entry.facts` says; raised when there are more of them."""

COLUMNS = {
    "language_said": "VARCHAR",
    "language_a": "VARCHAR",
    "language_b": "VARCHAR",
    "snr_db": "DOUBLE",
    "device": "VARCHAR",
    "trial": "BIGINT",
    "wait_ms": "DOUBLE",
    "characters_a": "BIGINT",
    "characters_b": "BIGINT",
    "markdown_a": "BOOLEAN",
    "markdown_b": "BOOLEAN",
    "probability": "DOUBLE",
    "reasons_a": "VARCHAR",
    "reasons_b": "VARCHAR",
    "labels": "VARCHAR",
}
"""Those of `Facts` but its first, which every part has; the last three as JSON."""
_LISTS = len(COLUMNS) - 2
"""Where in `Facts` those begin."""


def written(facts: Facts) -> tuple[Any, ...]:
    """A row of `COLUMNS`."""
    return *facts[1:_LISTS], *(None if one is None else json.dumps(one) for one in facts[_LISTS:])


def columns_in(entry: Entry) -> str:
    """What `read` reads of a part, as SQL."""
    return ", ".join(["started_utc", *(() if is_older(entry) else COLUMNS)])


def read(row: tuple[Any, ...]) -> Facts:
    """From `columns_in`."""
    if len(row) == 1:
        return Facts(*row)
    *codes, labels = (None if one is None else json.loads(one) for one in row[_LISTS:])
    reasons = (None if one is None else tuple(one) for one in codes)
    return Facts._make((*row[:_LISTS], *reasons, labels))


def is_older(entry: Entry) -> bool:
    """Whether a program before these columns compacted it."""
    return entry.facts < LAYOUT


def lacking(entries: Iterable[Entry]) -> str:
    """What parts of an older program do not say, in a sentence; empty where none is older."""
    older = [one for one in entries if is_older(one) and one.rows]
    if not older:
        return ""
    battles = count(sum(one.rows for one in older), "battle")
    return (
        f"Nobody knows language, noise, device, wait, length, format, reasons, labels and odds of "
        f"the draw of {battles}, which an older program took into a parts store: collect "
        f"{some_of(one.source for one in older)} again."
    )
