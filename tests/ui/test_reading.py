"""How both answers are read: do this, then that is told of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press
from tests.ui.states import ARENA, JUDGING, LONG_ANSWER, VOTED
from ui import theme
from ui.conversation_state import Conversation
from ui.pages.arena import ArenaPage
from ui.reading import ReadingWatch
from ui.state import CardState, Phase
from ui.window import MainWindow

K = Qt.Key
LONG = replace(JUDGING, card_a=CardState(LONG_ANSWER), card_b=CardState("Yes."))


class Clock:
    """Stands still until it is told to go on."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    theme.now.reduced_motion = True
    window.show_page("arena")
    window.arena.draw(replace(LONG, phase=Phase.REVEALING))
    QApplication.processEvents()
    window.arena.draw(LONG)
    QApplication.processEvents()
    return window.arena


@pytest.fixture
def clock(page: ArenaPage) -> Clock:
    clock = Clock()
    page.judge.reading = ReadingWatch(page.judge.cards, page, clock)
    return clock


def test_what_fits_was_in_view_and_of_what_does_not_its_top(page: ArenaPage) -> None:
    read = page.judge.reading.report()
    assert 0 < read.a.scrolled < 1
    assert read.b.scrolled == 1
    assert (read.first_scrolled, read.first_focused, read.first_hovered) == ("", "", "")


def test_the_furthest_part_in_view_counts(window: MainWindow, page: ArenaPage) -> None:
    text = page.judge.cards.a.text
    text.setFocus()
    at_first = page.judge.reading.report().a.scrolled
    press(window, K.Key_PageDown)
    further = page.judge.reading.report()
    assert at_first < further.a.scrolled < 1
    assert (further.first_scrolled, further.first_focused) == ("a", "a")
    press(window, K.Key_End)
    press(window, K.Key_Home)
    assert page.judge.reading.report().a.scrolled == 1


def test_seconds_of_focus_by_side(page: ArenaPage, clock: Clock) -> None:
    a, b = page.judge.cards.a.text, page.judge.cards.b.text
    for text, seconds in ((b, 2.0), (a, 3.0), (b, 5.0), (page, 7.0)):
        text.setFocus()
        clock.now_s += seconds
    read = page.judge.reading.report()
    assert (read.a.focus_s, read.b.focus_s, read.first_focused) == (3.0, 7.0, "b")


def test_a_pointer_reads_from_its_first_move_in_a_card_on(page: ArenaPage, clock: Clock) -> None:
    a, b = page.judge.cards.a, page.judge.cards.b
    for card, seconds in ((b, 2.0), (a, 3.0)):
        QTest.mouseMove(card.text.viewport(), QPoint(20, 20))
        QTest.mouseMove(card.text.viewport(), QPoint(25, 25))
        QApplication.processEvents()
        clock.now_s += seconds
    QTest.mouseMove(page.footer, QPoint(5, 5))
    QApplication.processEvents()
    clock.now_s += 10
    read = page.judge.reading.report()
    assert (read.a.hover_s, read.b.hover_s, read.first_hovered) == (3.0, 2.0, "b")


def test_a_vote_carries_how_it_was_read_and_a_changed_one_begins_anew(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    page.judge.cards.a.text.setFocus()
    press(window, K.Key_End)
    with qtbot.waitSignal(page.vote_chosen) as caught:
        press(window, K.Key_1)
    assert caught.args[0].reading.a.scrolled == 1
    page.draw(replace(LONG, phase=Phase.VOTED, vote=VOTED.vote, can_change=True))
    page.judge.cards.a.text.verticalScrollBar().setValue(0)
    page.draw(replace(LONG, phase=Phase.CHANGING, vote=VOTED.vote))
    with qtbot.waitSignal(page.vote_chosen) as caught:
        press(window, K.Key_4)
    assert caught.args[0].reading.a.scrolled < 1


def test_the_next_battle_begins_anew(page: ArenaPage) -> None:
    page.judge.cards.a.text.setFocus()
    page.judge.cards.a.text.verticalScrollBar().setValue(10_000)
    page.draw(replace(LONG, number=5, phase=Phase.REVEALING))
    QApplication.processEvents()
    read = page.judge.reading.report()
    assert read.a.scrolled < 1
    assert (read.first_scrolled, read.first_focused) == ("", "")


def test_who_comes_back_from_the_next_turn_has_read_no_more(page: ArenaPage, clock: Clock) -> None:
    """The cards are emptied for a turn in which nothing is said, and filled again."""
    text = page.judge.cards.a.text
    text.verticalScrollBar().setValue(60)
    QTest.mouseMove(text.viewport(), QPoint(20, 20))
    QTest.mouseMove(text.viewport(), QPoint(25, 25))
    QApplication.processEvents()
    clock.now_s += 2
    before = page.judge.reading.report()
    assert 0 < before.a.scrolled < 1
    assert (before.first_scrolled, before.a.hover_s) == ("a", 2.0)
    second = Conversation(turn=2, most=3, may_go_back=True)
    page.draw(replace(ARENA, number=LONG.number, conversation=second))
    QApplication.processEvents()
    clock.now_s += 30
    page.draw(LONG)
    QApplication.processEvents()
    assert page.judge.reading.report() == before


def test_only_texts_that_stand_on_the_cards_are_read(window: MainWindow, page: ArenaPage) -> None:
    page.judge.cards.a.text.verticalScrollBar().setValue(60)
    page.draw(replace(ARENA, number=LONG.number + 1))
    page.draw(replace(LONG, phase=Phase.CHANGING, vote=VOTED.vote))  # from the page after it
    QApplication.processEvents()
    read = page.judge.reading.report()
    assert 0 < read.a.scrolled < 1
    assert read.first_scrolled == ""
    page.judge.cards.b.text.setFocus()
    press(window, K.Key_Tab)
    assert page.judge.reading.report().first_focused == "b"
