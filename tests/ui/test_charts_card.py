"""Charts on the Results page: one at a time, drawn when it is looked at, by keyboard alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, spoken_name
from tests.ui.states import CHARTS, DISK_FULL, NO_CHARTS, RESULTS, UNDRAWN
from ui import theme
from ui.charts_state import ChartsState
from ui.results_state import ResultsState
from ui.widgets.charts_card import ChartsCard
from ui.widgets.scroll import PageScroll
from ui.window import MainWindow

K = Qt.Key


def look_at(window: MainWindow, state: ChartsState) -> ChartsCard:
    window.show_page("results")
    page = window.results
    page.draw(RESULTS)
    page.draw_charts(state)
    QApplication.processEvents()
    page.findChild(PageScroll).bring_into_view(page.charts)
    QApplication.processEvents()
    return page.charts


def test_a_chart_is_wanted_once_and_only_when_it_is_looked_at(
    window: MainWindow, qtbot: QtBot
) -> None:
    page = window.results
    wanted: list[str] = []
    page.charts.wanted.connect(wanted.append)
    window.show_page("compare")
    page.draw(RESULTS)
    page.draw_charts(UNDRAWN)
    QApplication.processEvents()
    assert wanted == []
    card = look_at(window, UNDRAWN)
    qtbot.waitUntil(lambda: wanted == ["leaderboard"])
    card.update()
    page.draw_charts(UNDRAWN)
    QApplication.processEvents()
    assert wanted == ["leaderboard"]
    press(window, K.Key_4)
    qtbot.waitUntil(lambda: wanted == ["leaderboard", "left and right"])


@pytest.mark.parametrize("state", [CHARTS, NO_CHARTS, replace(UNDRAWN, problem=DISK_FULL)])
def test_what_is_drawn_or_cannot_be_is_not_wanted(
    window: MainWindow, qtbot: QtBot, state: ChartsState
) -> None:
    with qtbot.assertNotEmitted(window.results.charts.wanted):
        look_at(window, state)


def test_by_keyboard_alone(window: MainWindow, qtbot: QtBot) -> None:
    card = look_at(window, CHARTS)
    press(window, K.Key_2)
    assert [choice.chosen for choice in card.choices[:3]] == [False, True, False]
    with qtbot.waitSignal(card.save_requested) as caught:
        press(window, K.Key_S)
    assert caught.args == ["who beats whom"]
    assert card.view.isVisible()
    press(window, K.Key_T)
    assert card.table.isVisible()
    assert not card.view.isVisible()
    assert card.form.label == "Show drawing"
    press(window, K.Key_9)  # there are seven
    assert card.choices[1].chosen
    with qtbot.waitSignal(window.results.report_requested):
        press(window, K.Key_P)


def test_the_drawing_is_told_in_words_and_its_table_holds_the_numbers(window: MainWindow) -> None:
    card = look_at(window, CHARTS)
    assert spoken_name(card.view) == "Leaderboard. \u2068A green box.\u2069"
    press(window, K.Key_T)
    assert spoken_name(card.table) == "Leaderboard, numbers"
    model = card.table.model()
    told = tuple(model.index(0, column).data().strip("\u2068\u2069") for column in range(2))
    assert told == CHARTS.charts[0].rows[0][:2]


def middle(card: ChartsCard) -> str:
    picture: QImage = card.view.canvas.grab().toImage()
    ratio = picture.devicePixelRatio()
    return picture.pixelColor(round(400 * ratio), round(50 * ratio)).name()


def test_it_follows_the_scheme(window: MainWindow) -> None:
    card = look_at(window, CHARTS)
    assert middle(card) == "#0b6b62"
    theme.now.dark = True
    theme.refresh()
    try:
        assert middle(card) == "#4cc9b8"
    finally:
        theme.now.dark = False
        theme.refresh()


def test_with_large_letters_it_is_larger_and_scrolls_by_itself(window: MainWindow) -> None:
    theme.now.set_scale(2.0)
    theme.refresh()
    card = look_at(window, CHARTS)
    assert card.view.canvas.width() == 1280
    assert card.view.horizontalScrollBar().maximum() > 0


def test_where_nothing_can_be_drawn_the_tables_stand_and_it_says_why(window: MainWindow) -> None:
    card = look_at(window, NO_CHARTS)
    assert card.table.isVisible()
    assert not card.form.isVisible()
    assert card.save.isVisible()
    assert NO_CHARTS.undrawn in [card._more.text()]


def test_a_failure_is_tried_again(window: MainWindow, qtbot: QtBot) -> None:
    card = look_at(window, replace(UNDRAWN, problem=DISK_FULL))
    with qtbot.waitSignal(card.problem_action):
        press(window, K.Key_Return)


def test_without_votes_there_is_no_card(window: MainWindow) -> None:
    card = look_at(window, CHARTS)
    assert card.isVisible()
    window.results.draw(ResultsState())
    assert not card.isVisible()
    window.results.draw_charts(ChartsState())
    window.results.draw(RESULTS)
    assert not card.isVisible()
