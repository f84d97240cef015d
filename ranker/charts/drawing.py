"""A chart as shapes: where everything stands, before anybody draws it.

Pixels from the upper left corner; colours are tokens of `ranker.charts.look`, so that one drawing
serves both schemes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ranker.charts.lettering import width_of
from ranker.charts.look import REGULAR, SMALL

Anchor = Literal["left", "center", "right"]

_JOINTS = " -_/"
"""What does not stay beside an ellipsis."""
_CAPITAL = 0.727
"""Height of a capital letter of Inter, in ems."""


@dataclass(frozen=True, slots=True)
class Words:
    x: float
    baseline: float
    text: str
    size: int
    weight: int
    ink: str
    anchor: Anchor
    tabular: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A polygon, or an open line with `closed` false; a curve where it is a `dot`."""

    points: tuple[tuple[float, float], ...]
    fill: str | None
    stroke: str | None
    width: float
    alpha: float
    closed: bool


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    radius: float
    fill: str


@dataclass(frozen=True, slots=True)
class Drawing:
    width: float
    height: float
    parts: tuple[Words | Shape | Dot, ...]
    """In the order in which they cover each other."""


class Sketch:
    """Collects the parts of a drawing."""

    def __init__(self) -> None:
        self._parts: list[Words | Shape | Dot] = []

    def done(self, width: float, height: float) -> Drawing:
        return Drawing(width, height, tuple(self._parts))

    def words(
        self,
        x: float,
        middle: float,
        text: str,
        *,
        size: int = SMALL,
        weight: int = REGULAR,
        ink: str = "text",
        anchor: Anchor = "left",
        tabular: bool = False,
    ) -> None:
        """One line of plain text whose capitals are centred on `middle`."""
        baseline = middle + _CAPITAL * size / 2
        self._parts.append(Words(x, baseline, text, size, weight, ink, anchor, tabular))

    def line(
        self, x0: float, y0: float, x1: float, y1: float, ink: str = "line", width: float = 1
    ) -> None:
        self._parts.append(Shape(((x0, y0), (x1, y1)), None, ink, width, 1, False))

    def box(
        self, x: float, y: float, width: float, height: float, fill: str, alpha: float = 1
    ) -> None:
        corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
        self._parts.append(Shape(corners, fill, None, 0, alpha, True))

    def area(self, points: tuple[tuple[float, float], ...], fill: str, alpha: float = 1) -> None:
        self._parts.append(Shape(points, fill, None, 0, alpha, True))

    def dot(self, x: float, y: float, radius: float, fill: str) -> None:
        self._parts.append(Dot(x, y, radius, fill))


def wrapped(text: str, width: float, size: int = SMALL) -> list[str]:
    """Lines that are no wider than `width`; a longer word stands alone and is cut."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(shortened(word, width, size))
    return lines


def shortened(text: str, width: float, size: int = SMALL, head: float = 1.0) -> str:
    """`text`, or as much of it as fits, with an ellipsis for the rest: `head`, in [0, 1], is the
    part of what stays that is its beginning, the other part is its end."""
    if width_of(text, size) <= width:
        return text

    def cut(stays: int) -> str:
        begins = round(stays * head)
        ends = text[len(text) - (stays - begins) :]
        return f"{text[:begins].rstrip(_JOINTS)}…{ends.lstrip(_JOINTS)}"

    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width_of(cut(middle), size) <= width:
            low = middle
        else:
            high = middle - 1
    return cut(low)
