"""Two things beside each other where both have room, else under each other."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from ui import theme


class Beside(QWidget):
    turned = Signal()

    def __init__(
        self,
        left: QWidget,
        right: QWidget,
        *,
        shares: tuple[int, int],
        needed: Callable[[], int],
        parent: QWidget | None = None,
    ) -> None:
        """`shares` divides the width; `needed` says how many pixels both want beside each other."""
        super().__init__(parent)
        self._needed = needed
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.GAP)
        self._row.addWidget(left, shares[0])
        self._row.addWidget(right, shares[1])

    @property
    def is_beside(self) -> bool:
        return self._row.direction() == QBoxLayout.Direction.LeftToRight

    def turn(self) -> None:
        """Look again whether both have room."""
        direction = QBoxLayout.Direction
        fits = self._needed() <= self.width()
        wanted = direction.LeftToRight if fits else direction.TopToBottom
        if wanted != self._row.direction():
            self._row.setDirection(wanted)
            self.turned.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.turn()
