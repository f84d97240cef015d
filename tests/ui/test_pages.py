"""The page after a session and the window about the pages: what is pressed is asked for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, words
from tests.ui.states import (
    FINISHED,
)
from ui.state import FinishedState
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def test_after_a_session(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("finished")
    page = window.finished
    page.draw(FINISHED)
    for key, button, signal in (
        (K.Key_N, page.again, page.again_requested),
        (K.Key_R, page.results, page.results_requested),
    ):
        with qtbot.waitSignal(signal):
            press(window, key)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    assert page.table.model().rowCount() == 5
    assert page.table.model().index(3, 4).data() == "\u2068Typhoon 1.5 audio\u2069"


def test_where_nothing_is_revealed_nothing_leads_to_the_results(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("finished")
    window.finished.draw(replace(FINISHED, rows=(), reveals=False))
    assert not window.finished.results.isVisible()
    with qtbot.assertNotEmitted(window.finished.results_requested):
        press(window, K.Key_R)
    window.finished.draw(FINISHED)
    assert window.finished.results.isVisible()


@pytest.mark.parametrize(
    ("voted", "total", "sentence"),
    [
        (5, 5, "Your 5 votes are saved."),
        (1, 1, "Your vote is saved."),
        (3, 5, "Your 3 votes are saved. 2 of 5 were left out."),
        (0, 5, "No vote was given."),
    ],
)
def test_how_many_votes_are_saved(
    window: MainWindow, voted: int, total: int, sentence: str
) -> None:
    window.show_page("finished")
    window.finished.draw(FinishedState("A study", voted, total))
    assert sentence in words(window)


def test_the_rail_asks_and_waits(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    with qtbot.waitSignal(window.page_requested) as caught:
        qtbot.mouseClick(window.rail.items["results"], LEFT)
    assert caught.args == ["results"]
    assert window.current_page == "compare"
    assert window.rail.items["compare"].isChecked()
    window.show_page("results")
    assert window.rail.items["results"].isChecked()
    window.rail.items["systems"].setFocus()
    with qtbot.waitSignal(window.page_requested) as caught:
        press(window, K.Key_Return)
    assert caught.args == ["systems"]


def test_inside_a_session_there_is_no_rail(window: MainWindow) -> None:
    window.show_page("arena")
    assert not window.rail.isVisible()
    window.show_page("finished")
    assert not window.rail.isVisible()
    window.show_page("compare")
    assert window.rail.isVisible()


def test_closing_asks_while_something_could_be_lost(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("arena")
    window.hold_open = True
    with qtbot.waitSignal(window.close_requested), qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    window.hold_open = False
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()
