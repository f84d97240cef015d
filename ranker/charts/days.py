"""When the votes were given."""

from __future__ import annotations

import math
from collections import Counter
from datetime import date, timedelta

from ranker.charts.chart import Chart, Frame, Material
from ranker.charts.look import UNIT
from ranker.verdict import count

MOST_BARS = 45
_HEIGHT = 20 * UNIT
_WIDEST = 6 * UNIT
_LABELLED = 3.5 * UNIT
"""Narrowest bar with its number on top."""
_DATE = 11 * UNIT
"""Room that a date needs below."""


def votes_by_day(material: Material) -> Chart | None:
    """Bars by day, by week or by month, whichever is the finest that fits; None without dates."""
    days = [(day, n) for day, n in material.circumstances.days if _date(day) is not None]
    if not days:
        return None
    unit, bars = _grouped(days)
    title = "Votes over time"
    undated = material.circumstances.undated
    frame = Frame(title, (f"{material.counted} Votes by {unit}, days in UTC.",))
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
    span = f"From {bars[0][0]} to {bars[-1][0]}."
    alt = f"Bars of the votes by {unit} from {bars[0][0]} to {bars[-1][0]}, {most:,} at most."
    drawing = frame.finished(material, span, note)
    return Chart("days", title, alt, drawing, (unit, "votes"), tuple(bars), material.facts)


def _grouped(days: list[tuple[str, int]]) -> tuple[str, list[tuple[str, int]]]:
    votes: Counter[date] = Counter()
    for day, n in days:
        votes[date.fromisoformat(day)] += n
    first, last = min(votes), max(votes)
    if (last - first).days < MOST_BARS:
        every = [first + timedelta(k) for k in range((last - first).days + 1)]
        return "day", [(day.isoformat(), votes[day]) for day in every]
    weeks: Counter[date] = Counter()
    for when, n in votes.items():
        weeks[when - timedelta(when.weekday())] += n
    begin, end = min(weeks), max(weeks)
    if (end - begin).days // 7 < MOST_BARS:
        every = [begin + timedelta(7 * k) for k in range((end - begin).days // 7 + 1)]
        return "week", [(day.isoformat(), weeks[day]) for day in every]
    months: Counter[int] = Counter()
    for when, n in votes.items():
        months[when.year * 12 + when.month - 1] += n
    span = range(min(months), max(months) + 1)
    return "month", [(f"{k // 12:04}-{k % 12 + 1:02}", months[k]) for k in span]


def _date(day: str) -> date | None:
    try:
        return date.fromisoformat(day)
    except ValueError:
        return None  # a clock that was no clock; it is among the votes all the same
