"""A small neutral mark: a letter, a number, a word."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import paint, theme


class Chip(QLabel):
    """Text on a soft ground; a single letter makes a square."""

    def __init__(
        self,
        text: str,
        size: theme.Type = theme.Type.BODY,
        weight: QFont.Weight = theme.SEMIBOLD,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._size = size
        self._weight = weight
        self.setText(text)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        font = theme.now.font(self._size, self._weight)
        height = theme.now.line_height(self._size)
        if self._size is not theme.Type.SMALL:
            height += theme.UNIT
        width = QFontMetricsF(font).horizontalAdvance(self.text()) + 2 * theme.UNIT
        return QSize(max(height, ceil(width)), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def lost_text(self) -> bool:
        return self.sizeHint().width() > self.width()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        radius = theme.CAP_RADIUS if self._size is theme.Type.SMALL else theme.BUTTON_RADIUS
        paint.box(painter, QRectF(self.rect()), radius, fill=colours.soft)
        painter.setFont(theme.now.font(self._size, self._weight))
        painter.setPen(colours.text if self._size is not theme.Type.SMALL else colours.muted)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())
