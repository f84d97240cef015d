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
        self._timer: threading.Timer | None = None

    def run(self, at_s: float, then: Callable[[float], None]) -> None:
        """Do it at `at_s` of the monotonic clock; at once where that is over. It is given the time
        at which it is done."""
        self.drop()
        now_s = time.monotonic()
        left_s = at_s - now_s
        if left_s <= 0:
            then(now_s)
            return
        mark = self._waiting = object()

        def due() -> None:
            if self._waiting is mark:
                self._waiting = None
                then(time.monotonic())

        self._timer = threading.Timer(left_s, lambda: self._post(due))
        self._timer.daemon = True
        self._timer.start()

    def drop(self) -> None:
        self._waiting = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
