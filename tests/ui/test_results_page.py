"""The Results page: every number and what it means, and what can be done with it."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, words
from tests.ui.states import (
    DISK_FULL,
    NO_MICROPHONE,
    RESULTS,
    RESULTS_OPEN,
    many_results,
)
from ui.pages.results_text import matrix_help, number_text, reading_help
from ui.results_state import ExportState, ResultsState
from ui.widgets.interval_chart import Interval, Scale, place, scale_for
from ui.widgets.text import Text
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def test_what_can_be_done_with_results(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    page = window.results
    page.draw(RESULTS)
    for key, button, signal in (
        (K.Key_E, page.export, page.export_requested),
        (K.Key_R, page.refresh, page.refresh_requested),
    ):
        with qtbot.waitSignal(signal):
            press(window, key)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    with qtbot.waitSignal(page.include_simulated_toggled) as caught:
        qtbot.mouseClick(page.simulated, LEFT)
    assert caught.args == [True]
    page.draw(replace(RESULTS, problem=NO_MICROPHONE))
    with qtbot.waitSignal(page.problem_action):
        qtbot.mouseClick(page.banner.action, LEFT)


def test_an_export_has_its_own_line_and_its_own_try_again(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    page = window.results
    page.draw(replace(RESULTS, export=ExportState(working=True, line="Exporting to /x …")))
    assert not page.export.isEnabled()
    assert page.refresh.isEnabled()
    for line in (RESULTS.headline, "Exporting to /x …"):
        assert line in words(window)
    page.draw(ResultsState(working="Counting.", export=ExportState(line="Exported to /x.")))
    assert "Exported to /x." in words(window)
    page.draw(replace(RESULTS, export=ExportState(problem=DISK_FULL)))
    for again in (
        lambda: press(window, K.Key_Return),
        lambda: qtbot.mouseClick(page.export_banner.action, LEFT),
    ):
        with (
            qtbot.waitSignal(page.export_problem_action),
            qtbot.assertNotEmitted(page.problem_action),
        ):
            again()
    page.setFocus()
    page.draw(replace(RESULTS, problem=NO_MICROPHONE, export=ExportState(problem=DISK_FULL)))
    with (
        qtbot.waitSignal(page.problem_action),
        qtbot.assertNotEmitted(page.export_problem_action),
    ):
        press(window, K.Key_Return)


def test_the_drawing_and_the_numbers_say_the_same(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    drawn = [window.results.board.model().index(row, 2).data() for row in range(6)]
    press(window, K.Key_N)
    model = window.results.board.model()
    numbers = [[model.index(row, column).data() for column in (2, 3, 4)] for row in range(6)]
    assert drawn == [f"{score}, from {low} to {high}" for score, low, high in numbers]
    assert window.results.matrix.model().index(0, 1).data() == "44–6–36"
    press(window, K.Key_N)
    assert window.results.matrix.model().index(0, 1).data() == "55"


def test_everything_that_was_said_is_on_the_page(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    read = words(window)
    for sentence in (
        RESULTS.headline,
        RESULTS.verdict,
        RESULTS.notices,
        RESULTS.exclusions,
        RESULTS.balance,
    ):
        assert sentence in read
    assert "n\u00a0=\u00a0" in read
    assert "95 % interval" in read


def test_the_verdict_and_what_speaks_against_it_stand_before_the_numbers(
    window: MainWindow,
) -> None:
    window.show_page("results")
    window.results.draw(RESULTS_OPEN)
    page = window.results
    top = page.board.mapTo(page, page.board.rect().topLeft()).y()
    for sentence in (RESULTS_OPEN.verdict, RESULTS_OPEN.doubts):
        (shown,) = (text for text in page.findChildren(Text) if text.text() == sentence)
        assert shown.isVisible()
        assert shown.mapTo(page, shown.rect().bottomLeft()).y() < top


def test_results_that_are_not_there(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    window.results.draw(ResultsState())
    assert "No votes yet" in words(window)
    with qtbot.assertNotEmitted(window.results.export_requested):
        press(window, K.Key_E)
    window.results.draw(ResultsState(working="Counting 7 votes."))
    assert "Counting 7 votes." in words(window)
    window.results.draw(ResultsState(problem=NO_MICROPHONE))
    assert "No votes yet" not in words(window)


def test_forty_systems_fit(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(many_results(40))
    QApplication.processEvents()
    board, matrix = window.results.board, window.results.matrix
    assert board.verticalScrollBar().maximum() == 0
    assert matrix.verticalScrollBar().maximum() == 0
    assert matrix.horizontalScrollBar().maximum() > 0


@pytest.mark.parametrize("width", [800, 1280, 1920])
def test_fewer_systems_after_many(window: MainWindow, width: int) -> None:
    """Headers ask for rows that have gone while a table is being exchanged."""
    window.show_page("results")
    window.resize(width, 720)
    for results in (many_results(40), RESULTS, RESULTS_OPEN, many_results(40), many_results(3)):
        for _ in range(2):
            window.results.draw(results)
            press(window, K.Key_N)
            QApplication.processEvents()
    assert window.results.matrix.model().columnCount() == 3


def test_no_dot_runs_into_an_arrow() -> None:
    chart, scale = QRectF(10, 0, 200, 24), Scale(-1.0, 1.0)
    assert [place(chart, scale, value) for value in (-inf, inf)] == [10, 210]
    lowest, middle, highest = (place(chart, scale, value) for value in (-1.0, 0.0, 1.0))
    arrow_and_dot = 6 + 5
    assert lowest - 10 > arrow_and_dot
    assert 210 - highest > arrow_and_dot
    assert middle == 110


def test_a_scale_shows_every_end_and_zero() -> None:
    scale = scale_for([Interval(1, 0.5, 2), Interval(inf, 0.2, inf), Interval(nan, -inf, inf)])
    assert scale.low < 0 < 2 < scale.high
    assert scale.share(inf) == 1
    assert scale.share(-inf) == 0
    assert 0 < scale.share(0) < scale.share(2) < 1
    nothing = scale_for([])
    assert nothing.low < 0 < nothing.high
    assert Scale(0, 4).share(1) == 0.25


def test_numbers_are_written_with_a_real_minus() -> None:
    written = [number_text(value) for value in (0.5, -0.5, 0.0, -0.001, inf, -inf, nan)]
    assert written == ["+0.50", "−0.50", "0.00", "0.00", "∞", "−∞", "–"]


@pytest.mark.parametrize("numbers", [False, True])
def test_the_page_says_what_becomes_of_both_bad(window: MainWindow, numbers: bool) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    if numbers:
        press(window, K.Key_N)
    assert "both bad” " in words(window).casefold()
    cell = window.results.matrix.model().index(0, 1)
    assert "6 tied or both bad" in cell.data(Qt.ItemDataRole.AccessibleTextRole)


def test_an_arrow_or_a_dash_is_explained_only_where_there_is_one() -> None:
    assert "arrow" not in reading_help(RESULTS.rows, drawn=True)
    assert "arrow" in reading_help(RESULTS_OPEN.rows, drawn=True)
    assert "dash" not in matrix_help(RESULTS.cells, drawn=True)
    assert "dash" in matrix_help(RESULTS_OPEN.cells, drawn=True)
    assert "n\u00a0=\u00a032." in matrix_help(RESULTS_OPEN.cells, drawn=True)
