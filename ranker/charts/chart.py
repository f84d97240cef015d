"""What every chart has: a drawing, the same numbers as rows, and what they were made from."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ranker.charts import render
from ranker.charts.drawing import Drawing, Sketch, wrapped
from ranker.charts.lettering import lettering
from ranker.charts.look import LARGE, SEMIBOLD, UNIT
from ranker.charts.material import Material
from ranker.charts.tables import ChartTable, as_csv

MARGIN = 3 * UNIT
WIDTH = 100 * UNIT
"""Of a chart that needs no more."""
_LINE = 20


@dataclass(frozen=True, slots=True)
class Chart:
    table: ChartTable
    alt: str
    """What there is to see, in a sentence."""
    drawing: Drawing
    facts: Mapping[str, Any]
    """As `Material.facts`."""

    @property
    def name(self) -> str:
        return self.table.name

    def svg(self) -> str:
        """In the light scheme. Raises render.NoCharts, as `png` does."""
        return render.svg(self.drawing, self.table.title, self.alt, self._facts())

    def png(self, *, dark: bool = False) -> bytes:
        return render.png(self.drawing, self.table.title, self._facts(), dark=dark)

    def csv(self) -> str:
        """The numbers unrounded; the first line says what they were made from."""
        return as_csv(self.table, self.facts)

    def _facts(self) -> str:
        return json.dumps({**self.facts, "lettering": lettering()}, sort_keys=True)


def percent(part: float, places: int = 1) -> str:
    return "–" if math.isnan(part) else f"{100 * part:.{places}f} %"


class Frame(Sketch):
    """A sketch with its title on top and its notes below."""

    def __init__(self, title: str, lines: tuple[str, ...], width: float = WIDTH) -> None:
        super().__init__()
        self.width = width
        self.left, self.right = float(MARGIN), float(width - MARGIN)
        self.words(self.left, MARGIN + 14, title, size=LARGE, weight=SEMIBOLD)
        self.y = float(MARGIN + 28)
        for line in lines:
            self._paragraph(line)
        self.y += UNIT
        """Where the body begins, and after it where it ends."""

    def finished(self, material: Material, *notes: str) -> Drawing:
        self.y += 2 * UNIT
        for note in filter(None, notes):
            self._paragraph(note)
        self.y += UNIT / 2 if notes else 0
        self._paragraph(material.stamp)
        return self.done(self.width, self.y + MARGIN)

    def _paragraph(self, text: str) -> None:
        for line in wrapped(text, self.right - self.left):
            self.words(self.left, self.y + _LINE / 2, line, ink="muted")
            self.y += _LINE
