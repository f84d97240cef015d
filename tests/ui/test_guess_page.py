"""Which assistant was this? By keys alone, for both answers, and with a way past it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, tab_order, words
from tests.ui.states import DISK_FULL, GUESS
from ui.pages.guess import NOT_KNOWN, GuessPage
from ui.safe_text import in_line
from ui.window import MainWindow

K = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> GuessPage:
    window.show_page("guess")
    window.guess.draw(GUESS)
    window.activateWindow()
    QApplication.processEvents()
    return window.guess


def test_two_digits_and_return_answer_for_both(
    window: MainWindow, page: GuessPage, qtbot: QtBot
) -> None:
    press(window, K.Key_2)
    assert QApplication.focusWidget() is page.b
    press(window, K.Key_0)
    assert QApplication.focusWidget() is page.next
    with qtbot.waitSignal(page.answered) as told:
        press(window, K.Key_Return)
    assert told.args == [1, None]


def test_arrows_choose_too(window: MainWindow, page: GuessPage, qtbot: QtBot) -> None:
    press(window, K.Key_Down)
    press(window, K.Key_Down)
    press(window, K.Key_Tab)
    press(window, K.Key_Up)
    assert (page.a.choice, page.b.choice) == (1, 3)
    with qtbot.waitSignal(page.answered) as told:
        press(window, K.Key_Return)
    assert told.args == [1, None]


def test_nothing_is_chosen_before_somebody_chooses(
    window: MainWindow, page: GuessPage, qtbot: QtBot
) -> None:
    """A choice that stands there already would be taken by whoever wants to go on."""
    assert (page.a.choice, page.b.choice) == (None, None)
    with qtbot.assertNotEmitted(page.answered):
        press(window, K.Key_Return)
        press(window, K.Key_1)
        press(window, K.Key_Return)
    assert not page.next.isEnabled()


def test_escape_and_skip_lead_past_one_question(
    window: MainWindow, page: GuessPage, qtbot: QtBot
) -> None:
    with qtbot.assertNotEmitted(page.all_skipped):
        with qtbot.waitSignal(page.skipped):
            press(window, K.Key_Escape)
        with qtbot.waitSignal(page.skipped):
            qtbot.mouseClick(page.skip, Qt.MouseButton.LeftButton)


def test_all_that_is_left_can_be_skipped_by_hand_and_by_keys(
    window: MainWindow, page: GuessPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(page.all_skipped):
        qtbot.mouseClick(page.skip_all, Qt.MouseButton.LeftButton)
    assert page.skip_all in tab_order(window)
    page.skip_all.setFocus()
    with qtbot.waitSignal(page.all_skipped):
        press(window, K.Key_Return)
    page.draw(replace(GUESS, number=GUESS.total))
    assert not page.skip_all.isVisible()  # the last one is all that is left


@pytest.mark.usefixtures("page")
def test_half_an_answer_is_said_not_to_be_kept_before_it_is_skipped(window: MainWindow) -> None:
    assert "Choose for both answers" in words(window)
    press(window, K.Key_1)
    assert "Choose for both answers: half of it is not kept" in words(window)
    press(window, K.Key_0)
    assert "Choose for both answers" not in words(window)


def test_both_lists_offer_the_same(page: GuessPage) -> None:
    offered = [[of.item(row).text() for row in range(of.count())] for of in (page.a, page.b)]
    assert offered == [[*map(in_line, (*GUESS.choices, NOT_KNOWN))]] * 2
    assert page.a.size() == page.b.size()


def test_the_next_question_begins_anew(window: MainWindow, page: GuessPage) -> None:
    press(window, K.Key_2)
    press(window, K.Key_2)
    page.draw(replace(GUESS, number=2, text_a="Other."))
    assert (page.a.choice, page.b.choice) == (None, None)
    assert page.cards.a.text.toPlainText() == "Other."
    assert QApplication.focusWidget() is page.a


def test_what_was_chosen_stays_while_the_disk_is_full(
    window: MainWindow, page: GuessPage, qtbot: QtBot
) -> None:
    press(window, K.Key_1)
    press(window, K.Key_3)
    page.draw(replace(GUESS, problem=DISK_FULL))
    with qtbot.waitSignal(page.answered) as told:
        qtbot.mouseClick(page.banner.action, Qt.MouseButton.LeftButton)
    assert told.args == [0, 2]
