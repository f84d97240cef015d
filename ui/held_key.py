"""A key that is held, without the repetitions that the window system makes of it.

X11 repeats a held key as pairs of a release and a press, and Qt marks a release as repeated only
where the press had already arrived when it looked. So an unmarked release is believed once no
press has followed it.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent

PAIR_MS = 30
"""A press so soon after a release is the other half of a pair; no finger is as quick."""


class HeldKey(QObject):
    """Give it every press and release of one key, those marked as repeated included."""

    pressed = Signal()
    released = Signal(float)
    """When, in the seconds that `release` was given: earlier than the signal by `PAIR_MS`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._released_s = 0.0
        self._stamp_ms = 0
        self._doubt = QTimer(
            self, singleShot=True, interval=PAIR_MS, timerType=Qt.TimerType.PreciseTimer
        )
        self._doubt.timeout.connect(lambda: self.released.emit(self._released_s))

    @property
    def in_doubt(self) -> bool:
        """Whether a release was heard of that is not believed yet."""
        return self._doubt.isActive()

    def press(self, event: QKeyEvent) -> None:
        if self.in_doubt:
            self._doubt.stop()
            if self._is_pair(event):
                return
            self.released.emit(self._released_s)
        if not event.isAutoRepeat():
            self.pressed.emit()

    def release(self, event: QKeyEvent, now_s: float) -> None:
        if not event.isAutoRepeat():
            self._released_s, self._stamp_ms = now_s, event.timestamp()
            self._doubt.start()

    def _is_pair(self, press: QKeyEvent) -> bool:
        """By the window system's own clock: ours may come late to both."""
        # What a program sends has no time, and a program may well be as quick.
        timed = bool(self._stamp_ms and press.timestamp())
        return press.isAutoRepeat() or (timed and press.timestamp() - self._stamp_ms < PAIR_MS)
