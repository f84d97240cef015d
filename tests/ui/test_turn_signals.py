"""Several turns, by keyboard and mouse: who goes on with what, and what stands above it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import place_in, press, tab_order
from tests.ui.states import (
    ANSWER_A,
    ARENA,
    EARLIER_A,
    EARLIER_B,
    HOSTILE_ANSWER,
    JUDGING,
    LONG_ANSWER,
    SECOND_TURN,
    SPEAK_AGAIN,
    THIRD_TURN,
)
from ui.conversation_state import Conversation, Earlier
from ui.pages.arena import ArenaPage
from ui.speak import announcer
from ui.state import ArenaState, CardState, Phase
from ui.window import MainWindow

TALKS = replace(JUDGING, conversation=Conversation(turn=1, most=3, may_go_on=True))
K = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    window.show_page("arena")
    return window.arena


def draw(page: ArenaPage, state: ArenaState) -> None:
    page.draw(state)
    QApplication.processEvents()


@pytest.mark.parametrize(("key", "slot"), [(K.Key_A, "a"), (K.Key_B, "b")])
def test_the_answer_to_go_on_with_is_a_key_or_a_click(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, key: K, slot: str
) -> None:
    draw(page, SECOND_TURN)
    button = getattr(page.judge.go_on, slot)
    assert button.accessibleDescription() == f"Key {chr(key)}"
    for act in (
        lambda: press(window, key),
        lambda: qtbot.mouseClick(button, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(page.go_on_requested) as gone:
            act()
        assert gone.args == [slot]


def test_who_goes_on_by_talking_talks_already(page: ArenaPage, qtbot: QtBot) -> None:
    """The key that goes on is the talk key: held, it is the recording that follows."""
    page.go_on_requested.connect(
        lambda _: page.draw(replace(SPEAK_AGAIN, number=4, phase=Phase.OPENING))
    )
    draw(page, TALKS)
    with qtbot.waitSignals([page.go_on_requested, page.record_started]):
        QTest.keyPress(page, K.Key_Space)
        draw(page, SPEAK_AGAIN)  # the microphone is open
    QTest.keyRelease(page, K.Key_Space)


@pytest.mark.parametrize("phase", [Phase.THINKING, Phase.REVEALING, Phase.VOTED, Phase.CHANGING])
def test_nobody_goes_on_before_both_are_shown_or_after_a_vote(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, phase: Phase
) -> None:
    for state, keys in ((SECOND_TURN, (K.Key_A, K.Key_B)), (TALKS, (K.Key_Space,))):
        draw(page, replace(state, phase=phase))
        with qtbot.assertNotEmitted(page.go_on_requested):
            for key in keys:
                press(window, key)
            for button in (page.judge.go_on.a, page.judge.go_on.b, page.judge.go_on.talk):
                button.click()


def test_the_last_turn_offers_votes_only(page: ArenaPage, window: MainWindow, qtbot: QtBot) -> None:
    draw(page, THIRD_TURN)
    assert not page.judge.go_on.isVisible()
    with qtbot.assertNotEmitted(page.go_on_requested):
        press(window, K.Key_A)


def test_back_to_the_answers_is_a_key_or_a_click(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, SPEAK_AGAIN)
    for act in (
        lambda: press(window, K.Key_B),
        lambda: qtbot.mouseClick(page.record.back, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(page.go_back_requested):
            act()
    for state in (ARENA, replace(SPEAK_AGAIN, phase=Phase.RECORDING)):
        draw(page, state)
        assert not page.record.back.isVisible()
        with qtbot.assertNotEmitted(page.go_back_requested):
            press(window, K.Key_B)


@pytest.mark.parametrize("text", ["", "No.", ANSWER_A, LONG_ANSWER, HOSTILE_ANSWER, "x" * 9_000])
def test_what_came_before_takes_the_same_room_on_both_sides(page: ArenaPage, text: str) -> None:
    earlier = (Earlier(text, gone_on_with=True),)
    for state, cards in ((SECOND_TURN, page.judge.cards), (SPEAK_AGAIN, page.record.cards)):
        draw(
            page,
            replace(
                state,
                card_a=replace(state.card_a, earlier=earlier),
                card_b=replace(state.card_b, earlier=(Earlier("Yes."),)),
            ),
        )
        assert cards.a.size() == cards.b.size()
        a, b = cards.a.earlier, cards.b.earlier
        assert a.geometry() == b.geometry()
        assert a.isVisible()
        assert cards.a.rect().contains(a.geometry())
    assert page.record.cards.a.width() == page.judge.cards.a.width()


def test_an_answer_is_read_below_what_came_before(page: ArenaPage) -> None:
    draw(page, THIRD_TURN)
    card = page.judge.cards.a
    assert place_in(card.earlier, card).bottom() < place_in(card.text, card).top()
    told = card.earlier.toPlainText()
    assert told.index("Turn 1") < told.index("Turn 2: the conversation went on with this")
    assert card.text.laid_out == ANSWER_A  # the earlier ones are no part of what is revealed
    draw(page, JUDGING)
    assert not card.earlier.isVisible()


def test_earlier_answers_are_literal_text(page: ArenaPage) -> None:
    hostile = (Earlier(HOSTILE_ANSWER),)
    draw(
        page,
        replace(
            SPEAK_AGAIN, card_a=CardState(earlier=hostile), card_b=CardState(earlier=EARLIER_B)
        ),
    )
    told = page.record.cards.a.earlier.toPlainText()
    assert "<b>Bold</b>" in told
    assert "\x1b" not in told


def test_all_of_it_is_reached_by_keyboard(window: MainWindow, page: ArenaPage) -> None:
    draw(page, replace(SECOND_TURN, card_a=CardState(ANSWER_A, earlier=EARLIER_A)))
    order = tab_order(window)
    go_on = page.judge.go_on
    for part in (page.judge.cards.a.earlier, page.judge.cards.b.earlier, go_on.a, go_on.b):
        assert part in order
    assert order.index(page.judge.cards.a.earlier) < order.index(page.judge.cards.a.text)


@pytest.mark.parametrize(
    ("state", "how"), [(SECOND_TURN, "keys A or B"), (TALKS, "space bar"), (THIRD_TURN, "or 0")]
)
def test_how_to_go_on_is_said(
    page: ArenaPage, monkeypatch: pytest.MonkeyPatch, state: ArenaState, how: str
) -> None:
    said: list[str] = []
    monkeypatch.setattr(announcer, "announce", lambda _, words: said.append(words))
    draw(page, state)
    assert said[-1].endswith(how)


def test_turns_are_counted_only_where_there_may_be_several(page: ArenaPage) -> None:
    draw(page, JUDGING)
    assert page.header._count.text() == "Battle 4 of 10"
    draw(page, SECOND_TURN)
    assert page.header._count.text() == "Battle 4 of 10, turn 2 of 3"
