"""What gives systems away, on the Results page: asked for, told in figures and in words."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, shown_below
from tests.ui.states import LEAKS, RESULTS
from ui.results_state import LeaksState, ResultsState
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def test_measuring_is_asked_for_by_key_and_by_click(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    with qtbot.waitSignal(window.results.measure_requested):
        press(window, K.Key_M)
    with qtbot.waitSignal(window.results.measure_requested):
        qtbot.mouseClick(window.results.leaks.measure, LEFT)
    window.results.draw(replace(RESULTS, leaks=LeaksState(working=True)))
    with qtbot.assertNotEmitted(window.results.measure_requested):
        press(window, K.Key_M)


def test_a_leak_is_told_in_figures_and_in_words(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(replace(RESULTS, leaks=LEAKS))
    model = window.results.leaks.table.model()
    row = [str(model.data(model.index(2, column))) for column in range(4)]
    assert row == [
        "Pair, from the wait and the pace that both share. More often than chance.",
        "60.0 % to 75.0 %, chance 34.0 %",
        "68.0 %",
        "34.0 %",
    ]
    assert str(model.data(model.index(7, 0))).endswith("Nobody was asked.")
    assert LEAKS.line in [w.text() for w in shown_below(window) if isinstance(w, QLabel)]


def test_without_votes_there_is_nothing_to_measure(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(ResultsState())
    assert not window.results.leaks.isVisible()
