"""Whether it matters on which side an answer stands."""

from __future__ import annotations

from ranker.board import SlotBalance
from ranker.charts.axis import Axis, interval
from ranker.charts.chart import Chart, Frame, percent
from ranker.charts.labels import labels_of
from ranker.charts.look import BODY, MEDIUM, REGULAR, UNIT
from ranker.charts.material import Material
from ranker.charts.tables import slots_table

_ROW = 5 * UNIT
_LABEL = 29 * UNIT
_COLUMNS = (9 * UNIT, 15 * UNIT)
_HARMLESS = 0.5
_LEAST = 0.1
"""Smallest distance from one half to the edge: a small bias looks small."""


def slot_balance(material: Material) -> Chart | None:
    """Points of slot a, over all votes and in the battles of each system; None without votes."""
    table = slots_table(material)
    if table is None:
        return None
    balances = [
        (str(label), SlotBalance(float(points), float(low), float(high)))
        for label, points, low, high in table.rows
    ]
    line = f"{material.counted} {material.interval}"
    frame = Frame(table.title, (line,))
    axis = _axis(frame, [balance for _, balance in balances])
    middle = frame.y + _ROW / 2
    frame.words(frame.left, middle, "Battles of", ink="muted")
    frame.words(axis.x(_HARMLESS), middle, "50 %", ink="muted", anchor="center")
    value, bounds = frame.right - _COLUMNS[1], frame.right
    frame.words(value, middle, "Left got", ink="muted", anchor="right")
    frame.words(bounds, middle, "Interval", ink="muted", anchor="right")
    frame.y += _ROW
    end = frame.y + _ROW * len(balances)
    frame.line(axis.x(_HARMLESS), frame.y, axis.x(_HARMLESS), end, "muted")
    everything, *systems = [label for label, _ in balances]
    labels = [everything, *labels_of(systems, _LABEL - 2 * UNIT, BODY)]
    for number, (label, (_, balance)) in enumerate(zip(labels, balances, strict=True)):
        middle = frame.y + _ROW / 2
        weight = REGULAR if number else MEDIUM
        frame.words(frame.left, middle, label, size=BODY, weight=weight)
        frame.line(axis.left, middle, axis.right, middle)
        frame.line(frame.left, frame.y, frame.right, frame.y)
        interval(frame, axis, middle, balance.points, balance.low, balance.high)
        frame.words(value, middle, percent(balance.points), anchor="right", tabular=True)
        both = f"{100 * balance.low:.1f}–{100 * balance.high:.1f}"
        frame.words(bounds, middle, both, anchor="right", tabular=True)
        frame.y += _ROW
    frame.line(frame.left, frame.y, frame.right, frame.y)
    note = (
        "Points of the left answer: a win is one, a tie or both bad a half. 50 % when the side is "
        "harmless; where each order is shown equally often, a bias moves no score."
    )
    overall = percent(balances[0][1].points)
    alt = f"Points of the left answer: {overall} over all votes, and in the battles of each system."
    drawing = frame.finished(material, note)
    return Chart(table, alt, drawing, material.facts)


def _axis(frame: Frame, balances: list[SlotBalance]) -> Axis:
    furthest = max(abs(x - _HARMLESS) for b in balances for x in (b.points, b.low, b.high))
    reach = max(furthest * 1.1, _LEAST)
    left, right = frame.left + _LABEL, frame.right - sum(_COLUMNS) - 2 * UNIT
    return Axis(_HARMLESS - reach, _HARMLESS + reach, left, right)
