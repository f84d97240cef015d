"""Numbers to pixels, and marks on the way."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ranker.charts.drawing import Sketch

_DOT, _SMALLEST = 4.0, 2.0
_BAR = 2
_ARROW = 5
_OPEN = 0.12
"""Part of the finite values that is left free beside them on an open side."""
_TICK_GAP = 64
"""Pixels between two ticks, at least."""


@dataclass(frozen=True, slots=True)
class Axis:
    low: float
    high: float
    left: float
    right: float

    def x(self, value: float) -> float:
        """In pixels; what lies outside is drawn at the edge."""
        part = (value - self.low) / (self.high - self.low)
        return self.left + (self.right - self.left) * min(max(part, 0.0), 1.0)

    def ticks(self) -> list[tuple[float, str]]:
        """Round numbers, and how they are written."""
        room = max(int((self.right - self.left) / _TICK_GAP), 1)
        rough = (self.high - self.low) / room
        unit = 10.0 ** math.floor(math.log10(rough))
        step = next(unit * k for k in (1, 2, 5, 10) if unit * k >= rough * 0.999)
        first, last = math.ceil(self.low / step), math.floor(self.high / step)
        places = max(0, -math.floor(math.log10(step) + 1e-9))
        values = [round(k * step, 12) for k in range(first, last + 1)]
        return [(value, f"{value:.{places}f}".replace("-", "−")) for value in values]


def axis_over(values: Iterable[float], left: float, right: float, least: float = 0.1) -> Axis:
    """Room for all finite `values`, and a little more; `least`: smallest span."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    more = max((least - (high - low)) / 2, 0.04 * (high - low))
    return Axis(low - more, high + more, left, right)


def beyond(values: Sequence[float]) -> list[float]:
    """Where an arrow may end: outside all finite `values`, on a side on which any is infinite."""
    finite = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(finite), max(finite)
    room = _OPEN * (high - low)
    return [low - room] * (-math.inf in values) + [high + room] * (math.inf in values)


def interval(
    sketch: Sketch, axis: Axis, middle: float, value: float, low: float, high: float
) -> None:
    """A dot on a line; an open end has an arrow."""
    if math.isnan(value):
        return
    begin, end = (axis.left if low == -math.inf else axis.x(low)), axis.x(high)
    end = axis.right if high == math.inf else end
    sketch.line(begin, middle, end, middle, "text", _BAR)
    for open_end, x, way in ((low == -math.inf, axis.left, -1), (high == math.inf, axis.right, 1)):
        if open_end:
            back = x - way * _ARROW
            sketch.area(((x + way * 2, middle), (back, middle - 4), (back, middle + 4)), "text")
    if math.isfinite(value):
        # A short line still shows on both sides of its dot.
        radius = min(_DOT, max(_SMALLEST, (end - begin) / 4))
        sketch.dot(axis.x(value), middle, radius, "accent")
