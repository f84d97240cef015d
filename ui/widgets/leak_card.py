"""What gives systems away besides what they say: measured when somebody asks."""

from __future__ import annotations

from math import isnan

from PySide6.QtWidgets import QWidget

from ui import theme
from ui.results_state import LeakRow, LeaksState
from ui.speak import announcer
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.interval_chart import Interval, scale_for
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.section_heading import SectionHeading
from ui.widgets.table import Cell, Column, Table
from ui.widgets.text import Text

_COLUMNS = (
    Column("What is named, from what", stretch=5),
    Column("Beyond chance, 99 % interval", stretch=4),
    Column("Named rightly", right=True),
    Column("Chance", right=True),
)
_BEFORE = (
    "How often the moment an answer appears, the wait, length, layout, language, words or a "
    "participant’s guess name the system that wrote it, against chance."
)
_WORKING = "Measuring. This takes some seconds."


class LeakCard(Card):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.measure = Button("Measure", "M")
        self.banner = ProblemBanner()
        self.table = Table("What gives systems away")
        self._line = Text(ink="muted")
        self._was_working = False
        # A section's heading is as high as a button, so it starts nearer to the edge.
        side = 3 * theme.UNIT
        self.column.setContentsMargins(side, 2 * theme.UNIT, side, side)
        self.column.addWidget(SectionHeading("What gives systems away", self.measure))
        for part in (self.banner, self.table, self._line):
            self.column.addWidget(part)

    def draw(self, state: LeaksState) -> None:
        self.measure.setEnabled(not state.working)
        self.banner.show_problem(state.problem, primary=False)
        self.table.setVisible(bool(state.rows))
        self._line.setText(state.line or (_WORKING if state.working else _BEFORE))
        if state.rows:
            beyond = {row.title: _beyond(row) for row in state.rows if not isnan(row.share)}
            rows = tuple(_cells(row, beyond.get(row.title)) for row in state.rows)
            self.table.show_rows(_COLUMNS, rows, scale_for(beyond.values()))
        if state.rows and self._was_working:
            announcer.announce(self, "Measured")
        self._was_working = state.working


def _beyond(row: LeakRow) -> Interval:
    return Interval(row.share - row.chance, row.low - row.chance, row.high - row.chance)


def _cells(row: LeakRow, beyond: Interval | None) -> tuple[Cell, ...]:
    if beyond is None:
        return (Cell(row.title, row.note, muted=True), Cell(), Cell("–"), Cell("–"))
    spoken = f"{_percent(row.low)} to {_percent(row.high)}, chance {_percent(row.chance)}"
    return (
        Cell(row.title, row.note),
        Cell(spoken, interval=beyond),
        Cell(_percent(row.share)),
        Cell(_percent(row.chance)),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
