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
    EARLY = auto()  # pressed before the microphone was open
    ARMED = auto()  # tapped before it was: the take starts by itself


_TAPPED = {_State.HELD: _State.ON, _State.EARLY: _State.ARMED}
"""What a short press comes to."""


class TalkKey:
    def __init__(self) -> None:
        self._state = _State.IDLE
        self._since_ms = 0.0

    @property
    def is_early(self) -> bool:
        """Whether a take was asked for that starts as soon as the microphone is open."""
        return self._state in (_State.EARLY, _State.ARMED)

    def press(
        self, now_ms: float, *, can_start: bool, recording: bool, opening: bool = False
    ) -> Talk | None:
        """A real press, never an auto-repeat. `opening`: a take can start soon."""
        if recording:
            self._state = _State.SPENT
            return Talk.STOP
        if self._state is _State.ARMED:  # thought better of
            self._state = _State.SPENT
            return None
        if not (can_start or opening) or self._state in (_State.HELD, _State.EARLY):
            return None
        self._state = _State.HELD if can_start else _State.EARLY
        self._since_ms = now_ms
        return Talk.START if can_start else None

    def ready(self) -> Talk | None:
        """The microphone is open now."""
        if not self.is_early:
            return None
        self._state = _State.HELD if self._state is _State.EARLY else _State.ON
        return Talk.START

    def release(self, now_ms: float) -> Talk | None:
        before, was_hold = self._state, now_ms - self._since_ms >= HOLD_MS
        # Who held it and let go before the microphone was open has said everything by then.
        self._state = _State.IDLE if was_hold else _TAPPED.get(before, _State.IDLE)
        return Talk.STOP if was_hold and before is _State.HELD else None

    def lose_focus(self, *, recording: bool) -> Talk | None:
        """The window is no longer the active one: the release will never be seen."""
        open_or_opening = recording or self._state is _State.HELD
        self._state = _State.IDLE
        return Talk.STOP if open_or_opening else None

    def reset(self) -> None:
        """The take ended by itself."""
        self._state = _State.IDLE
