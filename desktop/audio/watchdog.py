"""Notices that a stream has died, which PortAudio does not tell.

A stream whose device is gone stays `active`, sets no flag and raises nothing; only its callbacks
stop coming.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from desktop.audio.ring import Ring

SILENT_S = 0.5
"""Without a callback for this long, the stream is dead."""
TICK_S = 0.1


class Watchdog(threading.Thread):
    """Calls `on_lost` once, from its own thread, and ends."""

    def __init__(
        self, ring: Ring, stream_ended: threading.Event, on_lost: Callable[[], None]
    ) -> None:
        """`stream_ended` is set when PortAudio itself says that the stream has ended."""
        super().__init__(name="audio-watchdog", daemon=True)
        self._ring = ring
        self._stream_ended = stream_ended
        self._on_lost = on_lost
        self._stop_asked = threading.Event()

    def stop(self) -> None:
        """End the thread; returns once it has, unless it is this very thread that asks."""
        self._stop_asked.set()
        if threading.current_thread() is not self:
            self.join()

    def run(self) -> None:
        calls, silent_s, looked_s = self._ring.calls, 0.0, time.monotonic()
        while not self._stop_asked.wait(TICK_S):
            now_s = time.monotonic()
            # When the whole program was held up, so was the callback: time that this thread did
            # not get either counts for little.
            silent_s += min(now_s - looked_s, 1.5 * TICK_S)
            looked_s = now_s
            if self._ring.calls != calls:
                calls, silent_s = self._ring.calls, 0.0
            if self._stream_ended.is_set() or silent_s >= SILENT_S:
                self._on_lost()
                return
