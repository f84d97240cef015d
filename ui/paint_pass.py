"""One time for all that one pass of painting shows: it reaches the screen together.

Qt paints every widget that has changed, one after the other, and then hands the whole picture over.
What each of them notes while it is painted differs by what the others took; a reader sees them at
once.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QObject, Qt, Signal


class PaintPass(QObject):
    """Shared by the widgets whose times are compared."""

    _painted = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._stamps: list[Callable[[float], None]] = []
        # Queued: it comes when the pass that is going on has been handed over.
        self._painted.connect(self._stamp, Qt.ConnectionType.QueuedConnection)

    def after(self, stamp: Callable[[float], None]) -> None:
        """From `paintEvent`: call `stamp` after this pass with its time, monotonic ms."""
        if not self._stamps:
            self._painted.emit()
        self._stamps.append(stamp)

    def _stamp(self) -> None:
        time_ms = monotonic() * 1000
        stamps, self._stamps = self._stamps, []
        for stamp in stamps:
            stamp(time_ms)
