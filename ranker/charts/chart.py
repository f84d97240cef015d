"""What every chart has: a drawing, the same numbers as rows, and what they were made from."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ranker.board import Board
from ranker.charts import render
from ranker.charts.drawing import Drawing, Sketch, wrapped
from ranker.charts.lettering import lettering
from ranker.charts.look import LARGE, SEMIBOLD, UNIT
from ranker.circumstances import Circumstances
from ranker.scale import NATURAL, Scale
from ranker.sources import Source
from ranker.verdict import count

Value = str | int | float

MARGIN = 3 * UNIT
WIDTH = 100 * UNIT
"""Of a chart that needs no more."""
_LINE = 20
_FEW = 3
"""Sources that are named in small print."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that charts are made from."""

    board: Board
    circumstances: Circumstances
    sources: tuple[Source, ...]
    program: str
    """Name and version, for example `Earshot 0.1.0`."""
    call: Callable[[str], str] = str
    """What a chart calls the system with this name."""
    scale: Scale = NATURAL

    @property
    def stamp(self) -> str:
        """Small print: what it takes to make the same again."""
        board = self.board
        named = ", ".join(source.short for source in self.sources[:_FEW])
        more = len(self.sources) - _FEW
        named += f" and {more} more" * (more > 0)
        return (
            f"{named or 'no source'} · seed {board.seed} · {board.bootstraps:,} resamples · "
            f"{self.program}"
        )

    @property
    def counted(self) -> str:
        board = self.board
        people = count(board.n_participants, "participant")
        return f"{count(board.n_votes, 'vote')}, {people}, {count(board.n_stations, 'station')}."

    @property
    def interval(self) -> str:
        board = self.board
        units = "participants" if board.resampled == "participant" else "votes"
        return f"{100 * board.confidence:g} % intervals resample {units}."

    @property
    def facts(self) -> Mapping[str, Any]:
        """The same as `stamp`, whole, for programs."""
        board = self.board
        return {
            "program": self.program,
            "lettering": lettering(),
            "sources": [
                {"what": s.what, "sha256": s.sha256, "stations": s.stations, "schema": s.schema}
                for s in self.sources
            ],
            "seed": board.seed,
            "bootstraps": board.bootstraps,
            "confidence": board.confidence,
            "resampled": board.resampled,
            "votes": board.n_votes,
        }


@dataclass(frozen=True, slots=True)
class Chart:
    name: str
    """Of a file, without its ending."""
    title: str
    alt: str
    """What there is to see, in a sentence."""
    drawing: Drawing
    header: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    facts: Mapping[str, Any]

    def svg(self) -> str:
        """In the light scheme. Raises render.NoCharts, as `png` does."""
        return render.svg(self.drawing, self.title, self.alt, self._facts())

    def png(self, *, dark: bool = False) -> bytes:
        return render.png(self.drawing, self.title, self._facts(), dark=dark)

    def csv(self) -> str:
        """The numbers unrounded; the first line says what they were made from."""
        return as_csv(self.header, self.rows, self.facts)

    def _facts(self) -> str:
        return json.dumps(self.facts, sort_keys=True)


def as_csv(
    header: tuple[str, ...], rows: tuple[tuple[Value, ...], ...], facts: Mapping[str, Any]
) -> str:
    """A comment line, a header, rows. A text that a spreadsheet would take for a formula gets an
    apostrophe before it."""
    stream = io.StringIO()
    stream.write(f"# {json.dumps(facts, sort_keys=True)}\n")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([_safe(value) for value in row] for row in rows)
    return stream.getvalue()


def told(value: Value) -> str:
    """A cell for people."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return f"{value:,}"
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    return f"{value:.3f}".replace("-", "−")


def percent(part: float, places: int = 1) -> str:
    return "–" if math.isnan(part) else f"{100 * part:.{places}f} %"


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


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
