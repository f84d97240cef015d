"""A score and how far it could be off: a dot on a line, readable without colour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite, isnan

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from ui import theme

_DOT = 4.5
_ARROW = 6.0
_TICK = 5.0
_MARGIN = 0.06
"""Free room at each end of the scale, as a share of it."""
_ENDS = _ARROW + 2 * _DOT
"""Of the chart on either side, in pixels: where arrows are drawn, and no dot runs into them."""


@dataclass(frozen=True, slots=True)
class Interval:
    score: float
    """May be infinite where no maximum exists, nan where there is none at all."""
    low: float
    high: float
    """Infinite where the interval is open."""

    @property
    def is_open(self) -> bool:
        return not (isfinite(self.score) and isfinite(self.low) and isfinite(self.high))


@dataclass(frozen=True, slots=True)
class Scale:
    """The values at the left and right end of the chart."""

    low: float
    high: float

    def share(self, value: float) -> float:
        """Where a value stands, 0 at the left end and 1 at the right, held within."""
        if value == inf:
            return 1.0
        if value == -inf:
            return 0.0
        return min(max((value - self.low) / (self.high - self.low), 0.0), 1.0)


def scale_for(intervals: Iterable[Interval]) -> Scale:
    """A scale that shows every finite end, and zero (the average system)."""
    ends = [0.0]
    for interval in intervals:
        ends += [v for v in (interval.score, interval.low, interval.high) if isfinite(v)]
    low, high = min(ends), max(ends)
    margin = _MARGIN * (high - low) or 1.0
    return Scale(low - margin, high + margin)


def place(rect: QRectF, scale: Scale, value: float) -> float:
    """Where a value stands in `rect`; only what is infinite reaches its ends."""
    if not isfinite(value):
        return rect.left() + scale.share(value) * rect.width()
    return rect.left() + _ENDS + scale.share(value) * (rect.width() - 2 * _ENDS)


def draw(painter: QPainter, rect: QRectF, interval: Interval, scale: Scale) -> None:
    """Draw one interval across `rect`; an open end is an arrow, an infinite score a ring."""
    colours = theme.now.colours
    middle = rect.center().y()

    def at(value: float) -> float:
        return place(rect, scale, value)

    painter.setPen(QPen(colours.line, 2))
    painter.drawLine(QPointF(rect.left(), middle), QPointF(rect.right(), middle))
    painter.setPen(QPen(colours.muted, 1))
    painter.drawLine(QPointF(at(0), middle - _TICK), QPointF(at(0), middle + _TICK))
    if isnan(interval.score):
        return
    left, right = at(interval.low), at(interval.high)
    painter.setPen(QPen(colours.text, 2))
    painter.drawLine(QPointF(left, middle), QPointF(right, middle))
    for end, tip, inwards in ((interval.low, left, 1), (interval.high, right, -1)):
        if not isfinite(end):
            _draw_arrow(painter, tip, middle, inwards)
    if isfinite(interval.score):
        painter.setPen(QPen(colours.surface, 1.5))
        painter.setBrush(colours.accent)
        painter.drawEllipse(QPointF(at(interval.score), middle), _DOT + 0.75, _DOT + 0.75)
    else:
        inwards = -1 if interval.score > 0 else 1
        centre = QPointF(at(interval.score) + inwards * (_ARROW + 2 * _DOT), middle)
        painter.setPen(QPen(colours.accent, 2))
        painter.setBrush(colours.surface)
        painter.drawEllipse(centre, _DOT, _DOT)


def _draw_arrow(painter: QPainter, tip: float, middle: float, inwards: int) -> None:
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.now.colours.text)
    back = tip + inwards * _ARROW
    points = [QPointF(tip, middle), QPointF(back, middle - 4), QPointF(back, middle + 4)]
    painter.drawPolygon(QPolygonF(points))
    painter.restore()
