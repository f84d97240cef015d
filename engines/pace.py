"""How often an answer that is being written is told to whoever waits for it.

Each telling costs a line of JSON, two system calls and a change of threads or processes. A model
that makes a thousand tokens a second would lose a fifth of its speed to them; one that makes
fifty or fewer is told token by token.
"""

from __future__ import annotations

import time

EVERY_S = 0.02


class Pace:
    """Of one answer."""

    def __init__(self) -> None:
        self._told_s = float("-inf")

    def due(self) -> bool:
        """True the first time, then once `EVERY_S` have passed since it last was."""
        now_s = time.monotonic()
        if now_s - self._told_s < EVERY_S:
            return False
        self._told_s = now_s
        return True
