"""The surface that things stand on."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ui import paint, theme


class Card(QFrame):
    """A rounded surface with a line round it and, inside, things under each other."""

    def __init__(self, parent: QWidget | None = None, *, padding: int = 3 * theme.UNIT) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(padding, padding, padding, padding)
        self.column.setSpacing(2 * theme.UNIT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        paint.box(painter, rect, theme.CARD_RADIUS, fill=colours.surface, line=colours.line)
