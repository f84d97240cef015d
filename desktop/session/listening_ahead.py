"""A take on its way to the recognisers while it is still being spoken.

The recorder's writer thread only puts pieces into a queue: a thread of the take's own makes them
16 kHz and feeds them. Whatever goes wrong on this way, the recording does not hear of it, and the
take is recognised from its file.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from engines.api import Part
from engines.pool import Pool

if TYPE_CHECKING:
    from engines.segment import Listening

_PIECE_BYTES = 8_000
"""A quarter of a second: a message for each look of the recorder would cost more than it brings."""


class Ahead:
    """One take. Either `whole` or `drop` ends it."""

    def __init__(self, listening: Listening) -> None:
        self._listening = listening
        self._told: queue.SimpleQueue[tuple[bytes, int] | None] = queue.SimpleQueue()
        threading.Thread(target=self._pass_on, name="listening-ahead", daemon=True).start()

    def feed(self, pcm16: bytes, rate_hz: int) -> None:
        """The next samples, from the recorder's own thread: neither waits nor raises."""
        self._told.put((pcm16, rate_hz))

    def whole(self, heard: Path) -> None:
        """The take has ended and may be recognised: `heard` is what systems are asked with."""
        self._listening.whole(heard)
        self._told.put(None)

    def drop(self) -> None:
        """The take is thrown away, and what was heard of it."""
        self._listening.drop()
        self._told.put(None)

    def _pass_on(self) -> None:
        from desktop.audio.convert import EngineStream  # late: numpy, and a window must open

        stream = None
        ready = bytearray()
        while (told := self._told.get()) is not None:
            pcm16, rate_hz = told
            stream = stream or EngineStream(rate_hz)
            ready += stream.add(pcm16)
            if len(ready) >= _PIECE_BYTES:
                self._listening.feed(bytes(ready))
                ready.clear()
        if stream is not None:
            self._listening.feed(bytes(ready + stream.end()))
        self._listening.end()


def listen_ahead(pool: Pool, who: Iterable[str | Part]) -> Ahead | None:
    """For these systems or recognisers; None where none of them hears through a recogniser."""
    listening = pool.listen(who)
    return Ahead(listening) if listening.anybody else None
