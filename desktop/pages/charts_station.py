"""Charts of the Results page: drawn when they are looked at, saved where somebody wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from desktop.background import Background
from desktop.pages.charts_desk import draw_one, save_chart, tables_state
from ui.charts_state import ChartsState
from ui.state import Problem
from ui.window import MainWindow

if TYPE_CHECKING:
    from ranker.report import Report

T = TypeVar("T")


class ChartsStation:
    """Belongs to the window's thread."""

    def __init__(
        self, window: MainWindow, background: Background, show: Callable[[ChartsState], None]
    ) -> None:
        self._window = window
        self._background = background
        self._show_state = show
        self._report: Report | None = None
        self._state = ChartsState()
        self._again: Callable[[], None] = lambda: None

    @property
    def report(self) -> Report | None:
        """What the page shows now; None while nothing is counted."""
        return self._report

    def begin(self, report: Report | None) -> None:
        """Votes were counted, or are about to be: what was drawn of others is gone."""
        self._report = report
        self._show(ChartsState() if report is None else tables_state(report))

    def draw(self, name: str) -> None:
        """Draw one; what was counted meanwhile is drawn anew."""
        report, before = self._report, self._state
        if report is None:
            return

        def drawn(state: ChartsState) -> None:
            done = {chart.name: chart for chart in state.charts if chart.name == name}
            charts = tuple(done.get(chart.name, chart) for chart in self._state.charts)
            self._show(replace(self._state, charts=charts, undrawn=state.undrawn))

        self._later(lambda: draw_one(report, before, name), drawn, lambda: self.draw(name))

    def ask_and_save(self, name: str) -> None:
        from desktop.pages import saving  # late: only who saves needs it

        if self._report is not None and (
            path := saving.ask_where(self._window, "Save the chart", f"{name}.svg", saving.CHARTS)
        ):
            self.save(name, path)

    def save(self, name: str, path: Path) -> None:
        if (report := self._report) is not None:
            self._write(path, lambda: save_chart(report, name, path))

    def again(self) -> None:
        """What failed last."""
        self._again()

    def _write(self, path: Path, write: Callable[[], Path]) -> None:
        self._show(replace(self._state, line=f"Saving to {path} …", problem=None))
        self._later(
            write,
            lambda where: self._show(replace(self._state, line=f"Saved to {where}.")),
            lambda: self._write(path, write),
        )

    def _later(
        self, work: Callable[[], T], done: Callable[[T], None], again: Callable[[], None]
    ) -> None:
        report = self._report

        def finished(result: T) -> None:
            if report is self._report:
                done(result)

        def failed(problem: Problem) -> None:
            if report is self._report:
                self._again = again
                self._show(replace(self._state, line="", problem=problem))

        self._background.later(work, finished, failed)

    def _show(self, state: ChartsState) -> None:
        self._state = state
        self._show_state(state)
