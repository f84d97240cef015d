"""One chart at a time, or its numbers; each can be saved."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.charts_state import ChartsState, ChartState
from ui.safe_text import in_line
from ui.speak import announcer
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.choice_button import ChoiceButton
from ui.widgets.flow import Flow
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.section_heading import SectionHeading
from ui.widgets.svg_view import SvgView
from ui.widgets.table import Cell, Column, Table
from ui.widgets.text import Text

MOST = 9
"""Charts there can be: each has a digit."""
_SIDE = 3 * theme.UNIT


class ChartsCard(Card):
    wanted = Signal(str)
    """A chart that is looked at and not yet drawn, by name."""
    save_requested = Signal(str)
    problem_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=0)
        self._state = ChartsState()
        self._chosen = ""
        self._asked = ""
        self._numbers = False
        self.form = Button("Show table", "T")
        self.save = Button("Save as…", "S")
        self.choices = [ChoiceButton("", str(k + 1)) for k in range(MOST)]
        self.banner = ProblemBanner()
        self.line = Text(ink="muted")
        self.view = SvgView()
        self.table = Table("Numbers of the chart")
        self._waiting = Text("Drawing …", ink="muted")
        self._more = Text(ink="muted")
        self._arrange()
        self.banner.acted.connect(self.problem_action)
        self.form.clicked.connect(self._switch)
        self.save.clicked.connect(lambda: self.save_requested.emit(self._chosen))
        for place, choice in enumerate(self.choices):
            choice.clicked.connect(lambda _=False, k=place: self.choose(k))

    @property
    def has_charts(self) -> bool:
        return bool(self._state.charts)

    def draw(self, state: ChartsState) -> None:
        if [c.name for c in state.charts] != [c.name for c in self._state.charts]:
            self._asked = ""
        if state.line and state.line != self._state.line:
            announcer.announce(self, state.line)
        self._state = state
        names = [chart.name for chart in state.charts]
        if names and self._chosen not in names:
            self._chosen = names[0]
        for place, choice in enumerate(self.choices):
            choice.setVisible(place < len(names))
            if place < len(names):
                choice.set_label(state.charts[place].title)
                choice.set_chosen(names[place] == self._chosen)
        self.line.show_or_hide(state.line)
        self.banner.show_problem(state.problem, primary=False)
        self._draw_chosen()

    def choose(self, place: int) -> None:
        """The chart with this place in the row, from 0."""
        if place < len(self._state.charts):
            self._chosen = self._state.charts[place].name
            self._asked = ""
            self.draw(replace(self._state, line=""))
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Whoever paints is being looked at: only then is a chart worth drawing."""
        super().paintEvent(event)
        chart = self._chart()
        if chart is None or chart.light or self._state.undrawn or self._state.problem:
            return
        if self._asked != chart.name:
            self._asked = chart.name
            self.wanted.emit(chart.name)

    def _chart(self) -> ChartState | None:
        return next((c for c in self._state.charts if c.name == self._chosen), None)

    def _draw_chosen(self) -> None:
        chart = self._chart()
        if chart is None:
            return
        drawable = not self._state.undrawn
        table = self._numbers or not drawable
        self.form.setVisible(drawable)
        self.view.setVisible(not table and bool(chart.light))
        if not table and chart.light:
            self.view.show_svg(chart.light, chart.dark, f"{chart.title}. {in_line(chart.alt)}")
        waits = not table and not chart.light and self._state.problem is None
        self._waiting.setVisible(waits)
        self.table.setVisible(table)
        if table:
            self._draw_table(chart)
        left_out = f"{chart.left_out:,} more rows are in the CSV file." if chart.left_out else ""
        self._more.show_or_hide(left_out if table else self._state.undrawn)
        if table and not drawable:
            self._more.show_or_hide(" ".join(filter(None, (self._state.undrawn, left_out))))
        self._body.setVisible(waits or table or bool(self._more.text()))

    def _draw_table(self, chart: ChartState) -> None:
        columns = tuple(
            Column(title, right=number, stretch=0 if number else 1)
            for title, number in zip(chart.header, chart.numbers, strict=True)
        )
        rows = tuple(tuple(Cell(in_line(text)) for text in row) for row in chart.rows)
        self.table.show_rows(columns, rows)
        self.table.setAccessibleName(f"{chart.title}, numbers")

    def _switch(self) -> None:
        self._numbers = not self._numbers
        self.form.set_label("Show drawing" if self._numbers else "Show table")
        self._draw_chosen()
        self.update()

    def _arrange(self) -> None:
        head, self._body = QWidget(), QWidget()
        above, below = QVBoxLayout(head), QVBoxLayout(self._body)
        above.setContentsMargins(_SIDE, 2 * theme.UNIT, _SIDE, 0)
        below.setContentsMargins(_SIDE, 2 * theme.UNIT, _SIDE, _SIDE)
        for column in (above, below):
            column.setSpacing(2 * theme.UNIT)
        above.addWidget(SectionHeading("Charts", self.form, self.save))
        for part in (Flow(self.choices), self.banner, self.line):
            above.addWidget(part)
        for part in (self._waiting, self.table, self._more):
            below.addWidget(part)
        self.column.setSpacing(0)
        for part in (head, self.view, self._body):
            self.column.addWidget(part)
