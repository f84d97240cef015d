"""The road of an API key from whoever keeps it into the one worker that needs it.

A key goes through the worker's input, beside the model and only to engines that may use the
network; it is in no environment, no command line and no file. What a worker says in return, on
its output and in its log, is searched for it. Why so: docs/decisions/0007.
"""

from __future__ import annotations

from collections.abc import Callable

from engines.api import Part
from engines.registry import EngineInfo

Keys = Callable[[str], str | None]
"""`keys(name)`: the key of that name, or None. Called in any thread, and may take a while."""

BLANK = "[key]"
SHORTEST = 8
"""Characters of a key. Anything shorter would be found in places where it is no key."""


def key_for(part: Part, info: EngineInfo, keys: Keys | None) -> str:
    """The key that a part's worker gets: empty unless its model names one and it has a network."""
    name = part.model.get("key")
    if keys is None or not info.network or not isinstance(name, str):
        return ""
    return keys(name) or ""


def blank(line: bytes, key: bytes) -> bytes:
    """`line` without the key. It is visible ASCII, so it looks the same in JSON."""
    return line.replace(key, BLANK.encode()) if len(key) >= SHORTEST else line
