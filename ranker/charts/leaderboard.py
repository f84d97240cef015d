"""Scores with their intervals, best first."""

from __future__ import annotations

from ranker.board import BoardRow
from ranker.charts.axis import axis_over, beyond, interval
from ranker.charts.chart import Chart, Frame, percent
from ranker.charts.labels import labels_of
from ranker.charts.look import BODY, UNIT
from ranker.charts.material import Material
from ranker.charts.tables import leaderboard_table

ROW = 5 * UNIT
_TICK = 0.75 * UNIT
"""Half the height of the tick at the origin of scores."""
_LABEL, _NUMBER = 29 * UNIT, 3 * UNIT
_COLUMNS = (("Score", 9 * UNIT), ("Best in", 9 * UNIT), ("Votes", 8 * UNIT), ("Rank", 7 * UNIT))
"""Right of the drawing, with their widths."""


def leaderboard(material: Material) -> Chart:
    """Dot and interval for every system."""
    board = material.board
    table = leaderboard_table(material)
    frame = Frame(table.title, (f"{material.counted} {material.interval}",))
    drawn = [row for row in board.rows if row.beta == row.beta]
    bounds = [x for row in drawn for x in (row.beta, row.low, row.high)]
    first = frame.left + _NUMBER + _LABEL
    last = frame.right - sum(width for _, width in _COLUMNS) - UNIT
    axis = axis_over([0.0, *bounds, *beyond(bounds)], first, last)
    _head(frame, first, material)
    labels = labels_of([material.call(row.system) for row in board.rows], _LABEL - 2 * UNIT, BODY)
    for number, (row, label) in enumerate(zip(board.rows, labels, strict=True), 1):
        middle = frame.y + ROW / 2
        frame.words(frame.left, middle, str(number), ink="muted", tabular=True)
        frame.words(frame.left + _NUMBER, middle, label, size=BODY)
        frame.line(axis.left, middle, axis.right, middle)
        frame.line(axis.x(0), middle - _TICK, axis.x(0), middle + _TICK, "muted")
        interval(frame, axis, middle, row.beta, row.low, row.high)
        for right, text in zip(_rights(frame), _numbers(row, material), strict=True):
            frame.words(right, middle, text, anchor="right", tabular=True)
        frame.y += ROW
        frame.line(frame.left, frame.y, frame.right, frame.y)
    all_placed = all(row.is_ranked for row in material.board.rows)
    placed = "" if all_placed else " that can be placed"
    notes = (
        f"{material.unit} The tick is where scores begin, {material.scale.text(0)}. The line is "
        "the interval of the score, an arrow means that it is open. “Best in”: part of the "
        f"resamples in which a system is above every other{placed}. Rank: what the resamples "
        "allow.",
        *(f"{material.call(row.system)}: {row.note}." for row in board.rows if row.note),
    )
    alt = f"Scores of {len(board.rows)} systems with intervals. {board.verdict}"
    drawing = frame.finished(material, *notes)
    return Chart(table, alt, drawing, material.facts)


def _head(frame: Frame, first: float, material: Material) -> None:
    middle = frame.y + ROW / 2
    frame.words(frame.left + _NUMBER, middle, "System", ink="muted")
    interval_of = f"{100 * material.board.confidence:g} % interval"
    frame.words(first, middle, interval_of, ink="muted")
    for right, (name, _) in zip(_rights(frame), _COLUMNS, strict=True):
        frame.words(right, middle, name, ink="muted", anchor="right")
    frame.y += ROW
    frame.line(frame.left, frame.y, frame.right, frame.y)


def _rights(frame: Frame) -> list[float]:
    after = [sum(width for _, width in _COLUMNS[k + 1 :]) for k in range(len(_COLUMNS))]
    return [frame.right - width for width in after]


def _numbers(row: BoardRow, material: Material) -> tuple[str, ...]:
    return (
        material.scale.text(row.beta),
        "<1 %" if 0 < row.first_in < 0.005 else percent(row.first_in, 0),
        f"{row.votes:,}",
        row.rank_text,
    )
