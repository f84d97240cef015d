"""How loud the microphone is now: a row of segments and the number."""

from __future__ import annotations

from math import ceil, isfinite

from PySide6.QtCore import QEvent, QRectF, QSize
from PySide6.QtGui import QFontMetricsF, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import paint, theme
from ui.widgets.text import Text

SEGMENTS = 12
DB_PER_SEGMENT = 4.0
_FLOOR_DBFS = -SEGMENTS * DB_PER_SEGMENT
_WIDTH, _PITCH, _HEIGHT = 6, 9, 16


def lit_segments(level_dbfs: float) -> int:
    """How many of the segments a level lights, 0 to 12; any sound that is heard lights one."""
    if level_dbfs <= _FLOOR_DBFS or not isfinite(level_dbfs):
        return 0
    return min(SEGMENTS, max(1, int((level_dbfs - _FLOOR_DBFS) / DB_PER_SEGMENT)))


def level_text(level_dbfs: float) -> str:
    """A level in words short enough to stand beside the meter."""
    if level_dbfs == float("-inf"):
        return "silent"
    number = round(max(level_dbfs, -99.0))
    return f"{'−' if number < 0 else ''}{abs(number)} dB"


class LevelMeter(QWidget):
    """Takes a level in dBFS up to 30 times a second; paints only what changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._segments = _Segments(self)
        self._number = Text("", ink="muted", wrap=False, tabular=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.UNIT + theme.UNIT // 2)
        row.addWidget(self._segments)
        row.addWidget(self._number)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._keep_width()
        self.clear()

    @property
    def lit(self) -> int:
        """How many segments are lit."""
        return self._segments.lit

    def show_level(self, level_dbfs: float) -> None:
        self._segments.light(lit_segments(level_dbfs))
        self._write(level_text(level_dbfs))

    def clear(self) -> None:
        """No microphone is open."""
        self._segments.light(0)
        self._write("–")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._keep_width()
        super().changeEvent(event)

    def _write(self, text: str) -> None:
        if text != self._number.text():
            self._number.setText(text)
            self.setAccessibleName(f"Microphone level {text}".rstrip(" –"))

    def _keep_width(self) -> None:
        # As wide as its widest text, so that nothing beside it moves.
        metrics = QFontMetricsF(self._number.font_in_use())
        self._number.setFixedWidth(ceil(metrics.horizontalAdvance("−88 dB")) + 2)


class _Segments(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lit = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize((SEGMENTS - 1) * _PITCH + _WIDTH, _HEIGHT)

    def light(self, count: int) -> None:
        if count != self.lit:
            self.lit = count
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        for index in range(SEGMENTS):
            rect = QRectF(index * _PITCH, 0, _WIDTH, _HEIGHT)
            fill = colours.accent if index < self.lit else colours.line
            paint.box(painter, rect, 2, fill=fill)
