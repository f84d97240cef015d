"""The road of an API key from whoever keeps it into the one worker that needs it.

A key goes through the worker's input, beside the model and only to engines that may use the
network; it is in no environment, no command line and no file. What a worker says in return, on
its output and in its log, is searched for it. Why so: docs/decisions/0007.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

from engines.api import Part
from engines.errors import EngineError, ErrorKind
from engines.registry import EngineInfo

Keys = Callable[[str], str | None]
"""`keys(name)`: the key of that name, or None. Called in any thread, and may take a while."""

BLANK = "[key]"
SHORTEST = 8
"""Characters of a key. Anything shorter would be found in places where it is no key."""


def key_for(part: Part, info: EngineInfo, keys: Keys | None) -> str:
    """The key that a part's worker gets: empty unless its model names one and it has a network.

    Raises EngineError (`needs_key`) for what no header can carry; it shows nothing of it.
    """
    name = part.model.get("key")
    if keys is None or not info.network or not isinstance(name, str):
        return ""
    key = keys(name) or ""
    if not is_fit(key):
        sentence = (
            f"What is kept as key {name!r} is none: a key has visible ASCII characters only. "
            "Nothing was sent. Mend the variable that gives it, or store another one: "
            f"python main.py systems key {name}"
        )
        raise EngineError(ErrorKind.NEEDS_KEY, sentence)
    return key


def is_fit(key: str) -> bool:
    """Whether a header can carry it. What cannot be is quoted by whoever tries, and each spells it
    in a way of their own, which `blank` does not find."""
    return key.isascii() and key.isprintable() and " " not in key


def blank(line: bytes, key: bytes) -> bytes:
    """`line` without the key, as it is or as JSON spells it."""
    if len(key) >= SHORTEST:
        for spelt in _spellings(key):
            line = line.replace(spelt, BLANK.encode())
    return line


def _spellings(key: bytes) -> Iterator[bytes]:
    yield key
    if b'"' in key or b"\\" in key or not key.isascii():  # all others are the same in JSON
        for as_ascii in (True, False):
            yield json.dumps(key.decode(errors="replace"), ensure_ascii=as_ascii)[1:-1].encode()
