"""Holding the space bar talks, tapping it switches.

Knows no Qt: it is told of presses and releases, and says what to do.
"""

from __future__ import annotations

from enum import Enum, auto

HOLD_MS = 250.0
"""A press at least this long was a hold; its release ends the take."""


class Talk(Enum):
    START = auto()
    STOP = auto()


class _State(Enum):
    IDLE = auto()
    HELD = auto()  # pressed, and it started the take
    ON = auto()  # tapped: the take runs until the next press
    SPENT = auto()  # pressed to stop; its release means nothing


class TalkKey:
    def __init__(self) -> None:
        self._state = _State.IDLE
        self._since_ms = 0.0

    def press(self, now_ms: float, *, can_start: bool, recording: bool) -> Talk | None:
        """A real press, never an auto-repeat."""
        if recording:
            self._state = _State.SPENT
            return Talk.STOP
        if not can_start or self._state is _State.HELD:
            return None
        self._state = _State.HELD
        self._since_ms = now_ms
        return Talk.START

    def release(self, now_ms: float) -> Talk | None:
        held = self._state is _State.HELD
        if held and now_ms - self._since_ms >= HOLD_MS:
            self._state = _State.IDLE
            return Talk.STOP
        self._state = _State.ON if held else _State.IDLE
        return None

    def lose_focus(self, *, recording: bool) -> Talk | None:
        """The window is no longer the active one: the release will never be seen."""
        open_or_opening = recording or self._state is _State.HELD
        self._state = _State.IDLE
        return Talk.STOP if open_or_opening else None

    def reset(self) -> None:
        """The take ended by itself."""
        self._state = _State.IDLE
