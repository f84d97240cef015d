"""Keys made by the client: UUIDv7 (RFC 9562 §5.7) as text, so that they sort by time.

Python's own `uuid.uuid7` comes with 3.14; until that is the oldest Python we run on, these few
lines do it.
"""

from __future__ import annotations

import secrets
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_COUNTER_BITS = 12
_TAIL_BITS = 62


class IdMaker:
    """Strictly rising UUIDv7 keys within one process, whatever the wall clock does.

    The 12 bits after the version are the counter of RFC 9562 §6.2, method 1: seeded below half for
    each new millisecond, counted up within it; when it is used up, the time stamp runs ahead by one
    millisecond. When the wall clock steps back, the last time stamp is kept.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._unix_ms = 0
        self._counter = 0

    def make(self, now_ms: int | None = None) -> str:
        """The next key.

        `now_ms`: milliseconds since 1970 in UTC; the system's clock when None.
        """
        if now_ms is None:
            now_ms = time.time_ns() // 1_000_000
        with self._lock:
            if now_ms > self._unix_ms:
                self._unix_ms = now_ms
                self._counter = secrets.randbits(_COUNTER_BITS - 1)
            else:
                self._counter += 1
                if self._counter >= 1 << _COUNTER_BITS:
                    self._unix_ms += 1
                    self._counter = secrets.randbits(_COUNTER_BITS - 1)
            unix_ms, counter = self._unix_ms, self._counter
        number = (
            (unix_ms & (1 << 48) - 1) << 80
            | 0x7 << 76
            | counter << 64
            | 0b10 << _TAIL_BITS
            | secrets.randbits(_TAIL_BITS)
        )
        return str(uuid.UUID(int=number))


_maker = IdMaker()


class SameKeys:
    """Keys for what may have to be done again because nobody knows whether it was kept.

    Whatever `new_id` gives inside `given()` it gives again, in the same order, the next time. So
    rows that are the same have the same keys, and a store to which they are added again stays as it
    is.
    """

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._next = 0

    @contextmanager
    def given(self) -> Iterator[None]:
        """Within this thread."""
        self._next = 0
        token = _given.set(self)
        try:
            yield
        finally:
            _given.reset(token)

    def next(self) -> str:
        if self._next == len(self._keys):
            self._keys.append(_maker.make())
        self._next += 1
        return self._keys[self._next - 1]


_given: ContextVar[SameKeys | None] = ContextVar("the keys that are given again", default=None)


def new_id() -> str:
    """A UUIDv7 in its usual text form: a new one, greater than every one this process made before,
    or inside of `SameKeys.given` the one that was new the first time."""
    again = _given.get()
    return _maker.make() if again is None else again.next()
