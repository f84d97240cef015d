"""The clock of a simulation: set forward where a session would wait."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.session.waiting import NotBefore


class SetForward(NotBefore):
    """Does at once what is not to be done before its time, and says that it was done then."""

    def run(self, at_s: float, then: Callable[[float], None]) -> None:
        self.drop()
        then(max(at_s, time.monotonic()))
