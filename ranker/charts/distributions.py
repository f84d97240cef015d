"""Scores over the resamples, a hill for every system: the paper's Figure 3, right."""

from __future__ import annotations

import math

from ranker.board import BoardRow, Distribution
from ranker.charts.axis import Axis, axis_over, interval
from ranker.charts.chart import Chart, Frame
from ranker.charts.labels import labels_of
from ranker.charts.look import BODY, UNIT
from ranker.charts.material import Material
from ranker.charts.tables import distributions_table
from ranker.verdict import count, percent

_ROW = 7 * UNIT
_HILL = 5 * UNIT
_LABEL = 29 * UNIT
_ALPHA = 0.45


def distributions(material: Material) -> Chart | None:
    """None where no system has a finite score in any resample."""
    board, scale = material.board, material.scale
    table = distributions_table(material)
    if table is None:
        return None
    line = f"{material.counted} {board.bootstraps:,} resamples of each score."
    frame = Frame(table.title, (line,))
    ends = [x for hill in board.distributions for x in _ends(hill)]
    axis = axis_over(ends, frame.left + _LABEL, frame.right)
    highest = max(max(_density(hill)) for hill in board.distributions)
    hills = {hill.system: hill for hill in board.distributions}
    labels = labels_of([material.call(row.system) for row in board.rows], _LABEL - 2 * UNIT, BODY)
    for row, label in zip(board.rows, labels, strict=True):
        foot = frame.y + _ROW - UNIT
        hill = hills.get(row.system)
        without = _without(row, hill, board.bootstraps)
        frame.words(frame.left, foot - (3 * UNIT if without else UNIT), label, size=BODY)
        frame.words(frame.left, foot - UNIT / 2, without, ink="muted")
        frame.line(axis.left, foot, axis.right, foot)
        if hill is not None:
            _draw(frame, axis, hill, foot, highest)
            interval(frame, axis, foot, row.beta, row.low, row.high)
        frame.y += _ROW
    shown = Axis(scale.of(axis.low), scale.of(axis.high), axis.left, axis.right)
    for value, text in shown.ticks():
        x = shown.x(value)
        frame.line(x, frame.y - UNIT, x, frame.y - UNIT / 2)
        frame.words(x, frame.y + UNIT, text, ink="muted", anchor="center")
    frame.y += 2 * UNIT
    note = (
        f"{material.unit} A hill is as high as there are resamples with that score; dot and line "
        f"are the score and its {100 * board.confidence:g} % interval. Hills that overlap say "
        "little: what counts is how often one system is above the other in the same resample."
    )
    bare = len(board.rows) - len(hills)
    alt = f"Histograms of the scores of {count(len(hills), 'system')} over the resamples."
    alt += f" {count(bare, 'system has', 'systems have')} no finite score." * (bare > 0)
    drawing = frame.finished(material, note)
    return Chart(table, alt, drawing, material.facts)


def _without(row: BoardRow, hill: Distribution | None, n_draws: int) -> str:
    """What the hill does not show, in words; empty where it shows every resample."""
    if hill is None:
        return "cannot be compared" if math.isnan(row.beta) else "no finite score"
    part = 1 - sum(hill.counts) / n_draws
    if part <= 0:
        return ""
    return f"{percent(part) if part < 0.995 else 'over 99 %'} without a finite score"


def _ends(hill: Distribution) -> tuple[float, float]:
    return hill.start, hill.start + hill.width * len(hill.counts)


def _density(hill: Distribution) -> list[float]:
    return [n / (hill.width or 1.0) for n in hill.counts]


def _draw(frame: Frame, axis: Axis, hill: Distribution, foot: float, highest: float) -> None:
    if not hill.width:
        return
    points = [(axis.x(hill.start), foot)]
    for k, density in enumerate(_density(hill)):
        top = round(foot - _HILL * density / highest, 3)
        begin, end = (axis.x(hill.start + (k + side) * hill.width) for side in (0, 1))
        points += [(begin, top), (end, top)]
    points.append((points[-1][0], foot))
    frame.area(tuple(points), "accent", _ALPHA)
