"""A matrix of numbers in one hue: rows have names, columns their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ranker.charts.chart import MARGIN, WIDTH, Frame
from ranker.charts.drawing import shortened
from ranker.charts.labels import labels_of
from ranker.charts.look import DEEPEST, MEDIUM, REGULAR, SMALL, UNIT

_LABEL = 26 * UNIT
_NUMBER = 3 * UNIT
_WIDEST, _NARROWEST = 10 * UNIT, 5 * UNIT
_ROW = 4 * UNIT


@dataclass(frozen=True, slots=True)
class GridCell:
    text: str
    depth: float = 0.0
    """Of the colour, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class GridRow:
    label: str
    cells: Sequence[GridCell]
    """None of them below a heading."""
    number: str = ""


def grid_width(n_columns: int) -> float:
    """Of a drawing that holds a grid of so many columns."""
    return max(WIDTH, 2 * MARGIN + _NUMBER + _LABEL + n_columns * _NARROWEST)


def grid(frame: Frame, heads: Sequence[str], rows: Sequence[GridRow]) -> None:
    """At the frame's place, which moves on."""
    first = frame.left + _NUMBER + _LABEL
    wide = min((frame.right - first) / max(len(heads), 1), _WIDEST)
    end = first + wide * len(heads)
    for column, head in enumerate(heads):
        x = first + wide * (column + 0.5)
        short = shortened(head, wide - 4, SMALL)
        frame.words(x, frame.y + _ROW / 2, short, ink="muted", anchor="center")
    frame.y += _ROW
    frame.line(frame.left, frame.y, end, frame.y)
    left = _NUMBER if any(row.number for row in rows) else 0
    labels = labels_of([row.label for row in rows], _LABEL + _NUMBER - left - UNIT, SMALL)
    for row, label in zip(rows, labels, strict=True):
        middle = frame.y + _ROW / 2
        frame.words(frame.left, middle, row.number, ink="muted", tabular=True)
        weight, ink = (REGULAR, "text") if row.cells else (MEDIUM, "muted")
        frame.words(frame.left + left, middle, label, weight=weight, ink=ink)
        for column, cell in enumerate(row.cells):
            x = first + wide * column
            if cell.depth > 0:
                frame.box(x, frame.y, wide, _ROW, "accent", round(DEEPEST * cell.depth, 4))
            faint = "muted" if cell.text in "·–" else "text"
            frame.words(x + wide / 2, middle, cell.text, ink=faint, anchor="center", tabular=True)
        frame.y += _ROW
        frame.line(frame.left, frame.y, end, frame.y)
