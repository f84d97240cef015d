"""The Results page: joins it to counting and export.

What takes time runs in the background; the page shows that it works, and draws what came of it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Wishes
from desktop.catalogue.known_systems import KnownSystems
from desktop.pages.charts_desk import save_report
from desktop.pages.charts_station import ChartsStation
from desktop.pages.exporting import export_station
from desktop.pages.leaks_desk import measure
from desktop.pages.results_desk import count_and_rank
from desktop.paths import Home
from ui.charts_state import ChartsState
from ui.results_state import ExportState, LeaksState, ResultsState
from ui.window import MainWindow

if TYPE_CHECKING:
    from ranker.report import Report
    from ui.pages.results import ResultsPage


class ResultsStation(QObject):
    """Belongs to the window's thread. The page is made when it is first opened."""

    drawn = Signal(object)
    """`ResultsState` that is not just working."""

    def __init__(
        self,
        window: MainWindow,
        home: Home,
        known: KnownSystems,
        background: Background,
        *,
        include_simulated: bool,
        can_continue: Callable[[], bool],
    ) -> None:
        """While a session `can_continue`, no results are shown: whoever looks may be sitting it."""
        super().__init__(window)
        self._window = window
        self._home = home
        self._known = known
        self._include_simulated = include_simulated
        self._can_continue = can_continue
        self._background = background
        self._wishes = Wishes(background)
        self._board = ResultsState()
        self._export = ExportState()
        self._leaks = LeaksState()
        self._export_again: Callable[[], None] = lambda: None
        """What wrote last, once more."""
        self._results: ResultsPage | None = None
        self._charts = ChartsStation(window, background, self._draw_charts)

    def count(self) -> None:
        """Count the votes of this station again and draw the Results page; the newest wish wins."""
        simulated = self._include_simulated
        self._wishes.drop()
        self._leaks = LeaksState()  # of other votes than will be shown
        self._charts.begin(None)
        if self._can_continue():
            self._draw_results(ResultsState(broken_off=True, includes_simulated=simulated))
            return
        self._draw_board(ResultsState(working="Counting the votes …", includes_simulated=simulated))

        def counted(state: ResultsState, report: Report | None = None) -> None:
            self._charts.begin(report)
            self._draw_results(state)

        self._wishes.later(
            lambda: count_and_rank(self._home, self._known.entries, include_simulated=simulated),
            lambda found: counted(*found),
            lambda problem: counted(ResultsState(problem=problem, includes_simulated=simulated)),
        )

    def export_to(self, folder: Path) -> None:
        """Write this station's battles; the page says how it went."""
        self._export_again = lambda: self.export_to(folder)
        self._draw_export(ExportState(working=True, line=f"Exporting to {folder} …"))
        self._background.later(
            lambda: export_station(self._home, folder).folder,
            lambda written: self._draw_export(ExportState(line=f"Exported to {written}.")),
            lambda problem: self._draw_export(ExportState(problem=problem)),
        )

    def measure(self) -> None:
        """Measure what gives systems away in what is shown; a newer count makes it worthless."""
        simulated = self._include_simulated
        self._draw_leaks(LeaksState(working=True))
        self._wishes.later(
            lambda: measure(self._home, include_simulated=simulated),
            self._draw_leaks,
            lambda problem: self._draw_leaks(LeaksState(problem=problem)),
        )

    def _draw_charts(self, charts: ChartsState) -> None:
        self._results_page().draw_charts(charts)

    def _draw_leaks(self, leaks: LeaksState) -> None:
        self._leaks = leaks
        self._draw_board(self._board)

    def _draw_export(self, export: ExportState) -> None:
        self._export = export
        self._draw_board(self._board)

    def _draw_results(self, state: ResultsState) -> None:
        self._draw_board(state)
        self.drawn.emit(state)

    def _draw_board(self, state: ResultsState) -> None:
        self._board = state
        self._results_page().draw(replace(state, export=self._export, leaks=self._leaks))

    def _include(self, simulated: bool) -> None:
        self._include_simulated = simulated
        self.count()

    def _ask_where_to_export(self) -> None:
        from PySide6.QtWidgets import QFileDialog  # late: only who exports needs it

        chosen = QFileDialog.getExistingDirectory(self._window, "Export into a new or empty folder")
        if chosen:
            self.export_to(Path(chosen))

    def save_report(self, path: Path) -> None:
        """What the page shows, as one HTML file; the page says how it went."""
        report = self._charts.report
        if report is None:
            return
        self._export_again = lambda: self.save_report(path)
        self._draw_export(ExportState(working=True, line=f"Saving the report to {path} …"))
        self._background.later(
            lambda: save_report(report, path),
            lambda where: self._draw_export(ExportState(line=f"Saved the report to {where}.")),
            lambda problem: self._draw_export(ExportState(problem=problem)),
        )

    def _ask_where_to_save(self) -> None:
        from desktop.pages import saving  # late: only who saves needs it

        kinds = saving.REPORT
        if path := saving.ask_where(self._window, "Save the report", "report.html", kinds):
            self.save_report(path)

    def _results_page(self) -> ResultsPage:
        if self._results is None:
            self._results = page = self._window.results
            page.refresh_requested.connect(self.count)
            page.problem_action.connect(self.count)
            page.measure_requested.connect(self.measure)
            page.export_problem_action.connect(lambda: self._export_again())
            page.export_requested.connect(self._ask_where_to_export)
            page.include_simulated_toggled.connect(self._include)
            page.charts.wanted.connect(self._charts.draw)
            page.charts.save_requested.connect(self._charts.ask_and_save)
            page.charts.problem_action.connect(self._charts.again)
            page.report_requested.connect(self._ask_where_to_save)
        return self._results
