"""The segment that is open in a worker: a take that is still being spoken, and one at most.

    open  →  feed, feed, feed  →  close        samples are worked on in the main thread, in order
      └──→  drop, at any time                  what was fed and not yet worked on is forgotten

Anything else that the worker is asked to do goes before it: `transcribe`, `respond`, `load` and the
like drop the segment, and so does another `open`. Whoever fed it finds out at `close`, and has the
whole file recognised instead. So no engine has to do two things at once, and nobody waits for
samples that somebody may yet throw away.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from engines.api import Cancelled, Segment, Transcription
from engines.audio import RATE_HZ
from engines.fields import FieldError


@dataclass(frozen=True, slots=True)
class Fed:
    """Samples on their way to the main thread; none of them to have it look at the segment."""

    number: int
    pcm16: bytes = b""


class NoSuchSegment(Exception):
    """It was dropped, or never was."""


@dataclass(slots=True)
class _Open:
    number: int
    waiting: Cancelled
    """Of the request that opens or closes it; between the two nobody waits."""
    dropped: threading.Event = field(default_factory=threading.Event)
    segment: Segment | None = None
    failure: BaseException | None = None
    """What a `feed` raised: it has no answer, so `close` tells."""

    def cancelled(self) -> bool:
        return self.dropped.is_set() or self.waiting()


class OpenSegment:
    """All but `drop` belongs to the main thread."""

    def __init__(self) -> None:
        self._open: _Open | None = None
        self.at_work = False
        """While samples are worked on: nobody waits for that by name."""

    def open(
        self, number: int, rate_hz: int, waiting: Cancelled, begin: Callable[[Cancelled], Segment]
    ) -> None:
        """Begin segment `number`. Raises what the engine raises."""
        if rate_hz != RATE_HZ:
            raise FieldError(f"'rate_hz' must be {RATE_HZ}, not {rate_hz}")
        opened = self._open = _Open(number, waiting)
        try:
            opened.segment = begin(opened.cancelled)
        except BaseException:
            self._open = None
            raise
        if waiting():
            self.let_go()
        opened.waiting = lambda: False

    def drop(self, number: int | None = None) -> int | None:
        """Nobody wants segment `number` any more, or whichever is open; gives the one it was.

        The engine hears of it by `cancelled`; the main thread lets go of it when it looks.
        """
        opened = self._open
        if opened is None or number not in {None, opened.number}:
            return None
        opened.dropped.set()
        return opened.number

    def feed(self, fed: Fed) -> None:
        """Work on samples. Those of a segment that is not there are ignored."""
        opened = self._there(fed.number)
        if opened is None or opened.segment is None or opened.failure is not None:
            return
        self.at_work = True
        try:
            opened.segment.feed(fed.pcm16)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - what libraries raise `close` tells
            opened.failure = error
        finally:
            self.at_work = False

    def close(self, number: int, waiting: Cancelled) -> Transcription:
        """What was heard. Raises NoSuchSegment, and what the engine raises."""
        opened = self._there(number)
        if opened is None or opened.segment is None:
            raise NoSuchSegment(f"there is no open segment {number}")
        if opened.failure is not None:
            self.let_go()
            raise opened.failure
        self._open = None  # what else is asked meanwhile does not drop it any more
        opened.waiting = waiting
        return opened.segment.close()

    def let_go(self) -> None:
        """Have no segment."""
        opened, self._open = self._open, None
        if opened is not None and opened.segment is not None:
            opened.segment.discard()

    def _there(self, number: int) -> _Open | None:
        opened = self._open
        if opened is not None and opened.dropped.is_set():
            self.let_go()
            return None
        return opened if opened is not None and opened.number == number else None
