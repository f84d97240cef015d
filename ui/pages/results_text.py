"""The rows of the results page in words and numbers."""

from __future__ import annotations

from math import inf, isfinite, isnan

from ui.results_state import BoardRow, PairCell
from ui.safe_text import in_line
from ui.widgets.interval_chart import Interval
from ui.widgets.table import Cell, Column

NUMBER_COLUMNS = (
    Column("#", right=True),
    Column("System", stretch=1),
    Column("Score", right=True),
    Column("Low", right=True),
    Column("High", right=True),
    Column("Best in", right=True),
    Column("Votes", right=True),
    Column("Rank", right=True),
)


def drawn_rows(rows: tuple[BoardRow, ...]) -> tuple[tuple[Cell, ...], ...]:
    """One row a system; the third cell is drawn."""
    return tuple(
        (
            *_who(number, row),
            Cell(_spoken(row), interval=Interval(row.score, row.low, row.high)),
            Cell(part_text(row.best_in)),
            Cell(f"{row.votes:,}"),
            Cell(row.rank_text or "–"),
        )
        for number, row in enumerate(rows, 1)
    )


def number_rows(rows: tuple[BoardRow, ...]) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            *_who(number, row),
            Cell(number_text(row.score)),
            Cell(number_text(row.low)),
            Cell(number_text(row.high)),
            Cell(part_text(row.best_in)),
            Cell(f"{row.votes:,}"),
            Cell(row.rank_text or "–"),
        )
        for number, row in enumerate(rows, 1)
    )


def number_text(value: float) -> str:
    """A score in two decimals with a real minus; `–` where there is none."""
    if isnan(value):
        return "–"
    if not isfinite(value):
        return "∞" if value == inf else "−∞"
    text = f"{value:+.2f}".replace("-", "−")
    return "0.00" if text in ("+0.00", "−0.00") else text


def part_text(part: float) -> str:
    """In whole per cent; what is not nothing is not called 0 %."""
    if isnan(part):
        return "–"
    return "<1 %" if 0 < part < 0.005 else f"{100 * part:.0f} %"


def reading_help(rows: tuple[BoardRow, ...], *, drawn: bool) -> str:
    """How to read the board; an arrow is explained only where there is one."""
    unit = "Scores are log-odds of winning; 0 is the average system."
    if not drawn:
        return f"{unit} Low and high bound the 95 % interval. Votes counts battles of a system."
    placed = "" if all(isfinite(row.score) for row in rows) else " that can be placed"
    best = f"Best in: the part of the resamples in which a system is above every other{placed}."
    open_end = any(Interval(row.score, row.low, row.high).is_open for row in rows)
    parts = [unit.replace("0 is", "the tick is"), "The line is the 95 % interval.", best]
    if open_end:
        parts.append("An arrow: the votes so far set no limit on that side.")
    return " ".join(parts)


def matrix_help(cells: tuple[tuple[PairCell, ...], ...], *, drawn: bool) -> str:
    """How to read the matrix, and how many battles it counts."""
    pairs = [(i, j) for i in range(len(cells)) for j in range(i)]
    battles = sum(cells[i][j].wins + cells[i][j].ties + cells[i][j].losses for i, j in pairs)
    n = f"n = {battles:,}".replace(" ", "\u00a0")  # it is one word to who reads it
    parts = [
        f"Points of the row, in per cent; {n}. A win is one point, a tie or “both bad” "
        "half a point."
        if drawn
        else f"Battles the row won, tied and lost; {n}. “Both bad” counts as a tie."
    ]
    if drawn and any(cells[i][j].marks for i, j in pairs):
        tests = f"{len(pairs)} pairs" if len(pairs) > 1 else "the pair"
        parts.append(f"* differs from 50: P < 0.05, two-sided; † for all {tests} together too.")
    if any(cells[i][j].points is None for i, j in pairs):
        parts.append("A dash: they never met.")
    return " ".join(parts)


def _who(number: int, row: BoardRow) -> tuple[Cell, Cell]:
    return Cell(str(number)), Cell(in_line(row.label), note=in_line(row.note))


def _spoken(row: BoardRow) -> str:
    if isnan(row.score):
        return "cannot be compared"
    return f"{number_text(row.score)}, from {number_text(row.low)} to {number_text(row.high)}"
