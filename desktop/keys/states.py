"""Which listed systems lack their key, told without unlocking anything.

A list starts nothing, and asking a keyring may open a dialogue and wait for somebody's password.
So the shell's variables are looked at, and whether there is a keyring at all; what lies in it is
asked by `systems check`, and by whoever answers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache

from desktop.keys.vault import system_vault, variable
from ui.state import Availability, SystemRow

Seen = Callable[[str], bool | None]
"""Whether there is a key of that name; None where that was not looked for."""


def told_of_keys(rows: Iterable[SystemRow], seen: Seen | None = None) -> list[SystemRow]:
    """What `list_systems` says, with the state of the keys."""
    look = cache(key_seen if seen is None else seen)
    return [_told(row, look) for row in rows]


def key_seen(name: str) -> bool | None:
    """Never asks a keyring."""
    if os.environ.get(variable(name), "").strip():
        return True
    return None if system_vault() is not None else False


def _told(row: SystemRow, seen: Seen) -> SystemRow:
    if not row.key or row.availability is not Availability.READY:
        return row
    there = seen(row.key)
    if there:
        return row
    if there is None:
        return replace(row, status_text="key not looked for")
    return replace(
        row,
        availability=Availability.MISSING,
        status_text="needs a key",
        detail=f"There is no key “{row.key}”.",
        how_to_get=f"python main.py systems key {row.key}",
    )
