"""When the votes were given."""

from __future__ import annotations

import math

from ranker.charts.calendar import span_of
from ranker.charts.chart import Chart, Frame
from ranker.charts.look import UNIT
from ranker.charts.material import Material
from ranker.charts.tables import days_table
from ranker.verdict import count

_HEIGHT = 20 * UNIT
_WIDEST = 6 * UNIT
_LABELLED = 3.5 * UNIT
"""Narrowest bar with its number on top."""
_DATE = 11 * UNIT
"""Room that a date needs below."""


def votes_by_day(material: Material) -> Chart | None:
    """Bars by day, by week or by month, whichever is the finest that fits; None without dates."""
    table = days_table(material)
    if table is None:
        return None
    unit = table.header[0]
    bars = [(str(label), int(n)) for label, n in table.rows]
    undated = material.circumstances.undated
    frame = Frame(table.title, (f"{material.counted} Votes by {unit}, days in UTC.",))
    step = (frame.right - frame.left) / len(bars)
    wide = min(step * 0.75, _WIDEST)
    step = min(step, _WIDEST * 1.5)
    most = max(n for _, n in bars)
    highest = next(k for k, (_, n) in enumerate(bars) if n == most)
    frame.y += 3 * UNIT
    foot = frame.y + _HEIGHT
    every = math.ceil(_DATE / step)
    for number, (label, n) in enumerate(bars):
        x = frame.left + step * number
        high = round(_HEIGHT * n / most, 3)
        if n:
            frame.box(x, foot - high, wide, high, "accent", 0.75)
        if n and (wide >= _LABELLED or number == highest):
            top = foot - high - 1.25 * UNIT
            frame.words(x + wide / 2, top, f"{n:,}", anchor="center", tabular=True)
        if number % every == 0 and x + _DATE <= frame.right + UNIT:
            frame.words(x, foot + 2 * UNIT, label, ink="muted", tabular=True)
    frame.line(frame.left, foot, frame.right, foot, "muted")
    frame.y = foot + 3 * UNIT
    note = f"{count(undated, 'vote has', 'votes have')} no date." if undated else ""
    span = span_of(material.circumstances.days)
    alt = f"Bars of the votes by {unit}, {span}, {most:,} at most."
    drawing = frame.finished(material, f"Votes of {span}.", note)
    return Chart(table, alt, drawing, material.facts)
