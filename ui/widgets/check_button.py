"""On or off, with a tick."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from ui import icons, paint, theme

_GAP = theme.UNIT


class CheckButton(QAbstractButton):
    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.now.font(theme.Type.BODY))
        width = self._side() + _GAP + metrics.horizontalAdvance(self.text()) + 2 * _GAP
        return QSize(ceil(width), theme.now.control())

    def lost_text(self) -> bool:
        return self.sizeHint().width() > self.width()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        side = self._side()
        middle = self.height() / 2
        box = QRectF(_GAP, middle - side / 2, side, side)
        checked = self.isChecked()
        fill = colours.text if checked else colours.surface
        line = None if checked else colours.muted
        paint.box(painter, box, theme.CAP_RADIUS, fill=fill, line=line)
        if checked:
            icons.draw(painter, "check", box.adjusted(2, 2, -2, -2), colours.on_text)
        painter.setPen(colours.text)
        painter.setFont(theme.now.font(theme.Type.BODY))
        paint.text_at(painter, box.right() + _GAP, middle, self.text())
        if self.hasFocus():
            rect = QRectF(self.rect())
            paint.box(painter, rect, theme.BUTTON_RADIUS, line=colours.accent, width=2)

    def _side(self) -> int:
        return round(2 * theme.UNIT * theme.now.scale) + 2
