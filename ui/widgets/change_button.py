"""Takes back a vote: an undo for a while, then a change of mind."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from ui.widgets.button import Button, Kind


class ChangeButton(Button):
    def __init__(self, undo: str, later: str, parent: QWidget | None = None) -> None:
        """What it is called while the vote is fresh, and `later`."""
        super().__init__(undo, "U", kind=Kind.QUIET, parent=parent)
        self._undo, self._later = undo, later
        self._fresh = QTimer(self, singleShot=True)
        self._fresh.timeout.connect(lambda: self.set_label(self._later))

    def offer(self, possible: bool, undo_ms: float) -> None:
        """`undo_ms` from now it is called what it is called later."""
        self.setVisible(possible)
        fresh = possible and undo_ms > 0
        self.set_label(self._undo if fresh else self._later)
        if fresh:
            self._fresh.start(ceil(undo_ms))
        else:
            self._fresh.stop()
