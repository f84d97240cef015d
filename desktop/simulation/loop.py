"""The thread of a session where there is no window: what others post is done here, in turn."""

from __future__ import annotations

import queue
from collections.abc import Callable

from desktop.errors import EarshotError

Call = Callable[[], None]


class Loop:
    """`post` may be called from any thread."""

    def __init__(self) -> None:
        self._calls: queue.SimpleQueue[Call] = queue.SimpleQueue()

    def post(self, call: Call) -> None:
        self._calls.put(call)

    def run_until(self, done: Callable[[], bool], limit_s: float) -> None:
        """Raises EarshotError where nothing has happened for `limit_s` and it is not done."""
        while not done():
            try:
                call = self._calls.get(timeout=limit_s)
            except queue.Empty:
                sentence = f"Nothing happened for {limit_s:g} s: a session has stuck."
                raise EarshotError(sentence) from None
            call()
