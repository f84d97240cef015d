"""How far a fetch is: shares of all its bytes, not told more often than anybody reads."""

from __future__ import annotations

import time

from engines.api import Progress

PAUSE_S = 0.5
"""A day of it stays below what a worker may write."""


class Told:
    """Counts bytes and tells `progress` of them."""

    def __init__(self, progress: Progress, total_bytes: int) -> None:
        self._progress = progress
        self._total_bytes = total_bytes
        self._done_bytes = 0
        self._told_s = -PAUSE_S

    def add(self, count_bytes: int, what: str) -> None:
        """`count_bytes` more of the file `what`; fewer when negative."""
        self._done_bytes += count_bytes
        now = time.monotonic()
        if now - self._told_s >= PAUSE_S or self._done_bytes == self._total_bytes:
            self._told_s = now
            share = self._done_bytes / self._total_bytes if self._total_bytes else None
            self._progress(what, None if share is None else min(1.0, max(0.0, share)))
