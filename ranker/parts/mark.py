"""What marks a folder as a parts store, and which exports it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from ranker.verdict import listing

MARK = "store.json"
FORMAT = "earshot-parts"
PARTS, COUNTED = "parts", "counted"
_NAMED = 6


def is_store(folder: Path) -> bool:
    try:
        mark = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("format") == FORMAT


def collected_into(folder: Path) -> str:
    """The exports that a store was made of, in words; some words where it does not say."""
    names = []
    for path in (folder / PARTS).glob("[0-9a-f]*.json"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # damaged: `rank` names it
            names.append(str(json.loads(path.read_bytes())["source"]))
    them = "the exports that were collected into it"
    return f"{them}: {some_of(names)}" if names else them


def some_of(names: Iterable[str]) -> str:
    """Sorted; of many the first, and how many there are besides."""
    every = sorted(set(names))
    shown = every if len(every) <= _NAMED else every[: _NAMED - 1]
    more = len(every) - len(shown)
    return listing([*shown, *([f"{more:,} more"] if more else [])])
