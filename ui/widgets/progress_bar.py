"""How much of a whole is done."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint, theme

_HEIGHT = theme.UNIT


class ProgressBar(QWidget):
    """A line that fills. Where nobody knows how much there is, it stays empty."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_share(None)

    def show_share(self, share: float | None) -> None:
        """`share` of the whole, in [0, 1]; None while it is not known."""
        self._share = share
        percent = "at work" if share is None else f"{share:.0%}"
        self.setAccessibleName(f"Progress: {percent}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(20 * _HEIGHT, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        radius = rect.height() / 2
        paint.box(painter, rect, radius, fill=colours.line)
        if self._share:
            done = QRectF(0, 0, max(rect.height(), rect.width() * self._share), rect.height())
            paint.box(painter, done, radius, fill=colours.text)
