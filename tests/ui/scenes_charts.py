"""The card of charts on the Results page, in all its states."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QApplication

from tests.helpers.published import drawn_charts
from tests.ui.scene_makers import Scene, on_results
from tests.ui.states import CHARTS, DISK_FULL, EXPORT_FOLDER, NO_CHARTS, RESULTS, UNDRAWN
from ui.charts_state import ChartsState
from ui.widgets.scroll import PageScroll
from ui.window import MainWindow


def _charts(state: ChartsState, *, numbers: bool = False, place: int = 0) -> Scene:
    def show(window: MainWindow) -> None:
        on_results(RESULTS)(window)
        page = window.results
        page.draw_charts(state)
        page.charts.choose(place)
        if numbers:
            page.charts.form.click()
        page.findChild(PageScroll).bring_into_view(page.charts)

    return show


def _real_charts(place: int, n_systems: int = 5) -> Scene:
    """As the program draws them; takes matplotlib."""

    def show(window: MainWindow) -> None:
        _charts(drawn_charts(n_systems), place=place)(window)
        QApplication.processEvents()
        page = window.results
        page.findChild(PageScroll).bring_into_view(page.charts)

    return show


CHART_SCENES: dict[str, Scene] = {
    "results_charts": _charts(CHARTS),
    "results_charts_numbers": _charts(CHARTS, numbers=True, place=6),
    "results_charts_drawing": _charts(UNDRAWN),
    "results_charts_missing": _charts(NO_CHARTS, place=2),
    "results_charts_saved": _charts(replace(CHARTS, line=f"Saved to {EXPORT_FOLDER}/slots.svg.")),
    "results_charts_failed": _charts(replace(CHARTS, problem=DISK_FULL)),
}
MORE_CHARTS: dict[str, Scene] = {
    **{f"results_real_{place + 1}": _real_charts(place) for place in range(7)},
    "results_real_many": _real_charts(1, 12),
    "results_real_two": _real_charts(0, 2),
}
