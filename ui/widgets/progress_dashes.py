"""How far a session is: one dash a battle."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import paint, theme

_DASH, _GAP, _HEIGHT = 24, 8, 4
_WIDEST = 10 * (_DASH + _GAP) - _GAP


class ProgressDashes(QWidget):
    """Done, current, to come. Many battles get shorter dashes, very many one bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._done = 0
        self._current = 0
        self._total = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_progress(self, number: int, total: int) -> None:
        """Battle `number` of `total` is open; `number` 0 means that none is."""
        self._done, self._current, self._total = max(0, number - 1), number, total
        self._redraw()

    def show_done(self, done: int, total: int) -> None:
        """The session is over after `done` of `total`."""
        self._done, self._current, self._total = done, 0, total
        self._redraw()

    def _redraw(self) -> None:
        total = self._total
        self.setVisible(total > 0)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        wanted = self._total * (_DASH + _GAP) - _GAP
        return QSize(max(0, min(wanted, round(_WIDEST / theme.now.scale))), _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._total:
            return
        colours = theme.now.colours
        painter = paint.painter_for(self)
        step = (self.width() + _GAP) / self._total
        gap = _GAP if step >= 2 * _GAP else (2 if step >= _GAP else 0)
        step = (self.width() + gap) / self._total
        for index in range(self._total):
            fill = colours.line
            if index < self._done:
                fill = colours.text
            elif index + 1 == self._current:
                fill = colours.accent
            rect = QRectF(index * step, 0, step - gap, _HEIGHT)
            paint.box(painter, rect, 2 if gap else 0, fill=fill)
