"""A drawing as large as the text around it asks for, as far as its place allows."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from ui import paint, theme

SMALLEST = 0.8
"""Of the size that goes with the text; where that is still too wide, it scrolls sideways."""


class SvgView(QScrollArea):
    """As high as the drawing; told in words to screen readers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas = _Canvas()
        self.setWidget(self.canvas)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for ground in (self.viewport(), self.canvas):
            ground.setAutoFillBackground(False)

    def show_svg(self, light: str, dark: str, told: str) -> None:
        self.setAccessibleName(told)
        self.canvas.svg = (light, dark)
        self.canvas.load()
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(round(self.canvas.natural().width() * theme.now.scale), self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def focusInEvent(self, event: QEvent) -> None:
        super().focusInEvent(event)
        self.canvas.update()

    def focusOutEvent(self, event: QEvent) -> None:
        super().focusOutEvent(event)
        self.canvas.update()

    def _fit(self) -> None:
        natural, scale = self.canvas.natural(), theme.now.scale
        if natural.width() <= 0:
            return
        factor = min(max(self.width() / natural.width(), SMALLEST * scale), scale)
        width, height = round(natural.width() * factor), round(natural.height() * factor)
        self.canvas.setFixedSize(width, height)
        bar = self.horizontalScrollBar().sizeHint().height() if width > self.width() else 0
        self.setFixedHeight(height + bar)


class _Canvas(QWidget):
    """In the scheme of the moment, sharp at the screen's own resolution."""

    def __init__(self) -> None:
        super().__init__()
        self.svg = ("", "")
        """Light, dark."""
        self._loaded = ""
        self._renderer = QSvgRenderer(self)

    def natural(self) -> QSize:
        return self._renderer.defaultSize()

    def load(self) -> None:
        wanted = self.svg[theme.now.dark]
        if wanted != self._loaded:
            self._loaded = wanted
            self._renderer.load(QByteArray(wanted.encode()))
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        self.load()
        painter = paint.painter_for(self)
        self._renderer.render(painter, QRectF(self.rect()))
        view = self.parentWidget().parentWidget()
        if view is not None and view.hasFocus():
            rect = QRectF(self.rect()).adjusted(8, 8, -8, -8)
            line = theme.now.colours.accent
            paint.box(painter, rect, theme.BUTTON_RADIUS, line=line, width=2)
