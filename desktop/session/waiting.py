"""Something that is done not before its time, in the thread of the session."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class NotBefore:
    """One thing at a time; a newer one, or `drop`, takes its place."""

    def __init__(self, post: Callable[[Callable[[], None]], None]) -> None:
        self._post = post
        self._waiting: object = None

    def run(self, at_s: float, then: Callable[[], None]) -> None:
        """Do it at `at_s` of the monotonic clock; at once where that is over."""
        self.drop()
        left_s = at_s - time.monotonic()
        if left_s <= 0:
            then()
            return
        mark = self._waiting = object()

        def due() -> None:
            if self._waiting is mark:
                self._waiting = None
                then()

        timer = threading.Timer(left_s, lambda: self._post(due))
        timer.daemon = True
        timer.start()

    def drop(self) -> None:
        self._waiting = None
