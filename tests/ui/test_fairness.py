"""Nothing but the words of the two answers differs."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import place_in, tab_order
from tests.ui.states import (
    ALL_ASKED,
    ANSWER_A,
    ARENA,
    BATTLE_FAILED,
    JUDGING,
    LONG_ANSWER,
    NAMED,
    NAMES,
    SOME_JUDGED,
    STRENGTH,
    TAKE,
    VOTED,
)
from ui import judging_state, state, theme
from ui.judging_state import Judged, Strength
from ui.pages.arena import ArenaPage
from ui.state import ArenaState, CardState, Phase, Vote
from ui.widgets.key_cap import KeyCap
from ui.widgets.text import Text
from ui.window import MainWindow

TEXTS = ("", "Yes.", ANSWER_A, LONG_ANSWER, "x" * 100_000, "漢" * 3_000, "\n" * 500)
WIDTHS = (801, 1000, 1279, 1280, 1601)


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    window.show_page("arena")
    return window.arena


def draw(page: ArenaPage, state: ArenaState) -> None:
    page.draw(state)
    QApplication.processEvents()


def inside(widget: QWidget) -> QImage:
    return widget.grab().toImage()


@pytest.mark.parametrize("text_a", TEXTS)
def test_a_card_has_one_size_whatever_it_holds(page: ArenaPage, text_a: str) -> None:
    draw(page, JUDGING)
    cards = page.judge.cards
    before = (cards.a.geometry(), cards.b.geometry())
    draw(page, replace(JUDGING, card_a=CardState(text_a), card_b=CardState("No.")))
    assert (cards.a.geometry(), cards.b.geometry()) == before
    assert cards.a.text.lineWrapColumnOrWidth() == cards.b.text.lineWrapColumnOrWidth()


@pytest.mark.parametrize("width", WIDTHS)
def test_left_and_right_mirror_each_other(window: MainWindow, page: ArenaPage, width: int) -> None:
    window.resize(width, 720)
    draw(page, JUDGING)
    a, b = (place_in(card, window) for card in (page.judge.cards.a, page.judge.cards.b))
    assert a.size() == b.size()
    assert a.left() == window.width() - 1 - b.right()
    buttons = page.judge.votes.buttons
    left, tie, bad, right = (
        place_in(buttons[vote], window) for vote in (Vote.A, Vote.TIE, Vote.BOTH_BAD, Vote.B)
    )
    assert left.size() == right.size()
    assert tie.size() == bad.size()
    assert left.left() == window.width() - 1 - right.right()
    assert tie.left() == window.width() - 1 - bad.right()
    assert left.left() == a.left()
    assert right.right() == b.right()


@pytest.mark.parametrize(("width", "scale"), [(801, 1.0), (1280, 1.0), (1279, 2.0)])
def test_votes_by_strength_mirror_each_other(
    window: MainWindow, page: ArenaPage, width: int, scale: float
) -> None:
    theme.now.set_scale(scale)
    theme.refresh()
    window.resize(width, 720)
    draw(page, replace(JUDGING, asked=STRENGTH))
    bar = page.judge.votes
    clearly, slightly = Strength.CLEARLY, Strength.SLIGHTLY
    for one, other in (
        (bar.button(Vote.A, clearly), bar.button(Vote.B, clearly)),
        (bar.button(Vote.A, slightly), bar.button(Vote.B, slightly)),
        (bar.button(Vote.TIE), bar.button(Vote.BOTH_BAD)),
    ):
        left, right = one.geometry(), other.geometry()
        assert (left.size(), left.top()) == (right.size(), right.top())
        assert left.left() == bar.width() - 1 - right.right()
        assert bar.rect().contains(left)
    assert not bar.button(Vote.A).isVisible()


def test_what_is_asked_of_each_side_is_the_same_picture_but_for_the_letter(
    page: ArenaPage,
) -> None:
    same = SOME_JUDGED.a
    draw(page, replace(VOTED, asked=ALL_ASKED, judged=Judged(same, same)))
    a, b = page.judge.sheet.a, page.judge.sheet.b
    assert a.size() == b.size()
    for side in (a, b):
        cap = side.findChild(KeyCap)
        cap._key = "?"
        cap.updateGeometry()
        for text in side.findChildren(Text):
            text.setText("?")
    for _ in range(3):  # one round for each layout within another
        QApplication.processEvents()
    pictures = [inside(side) for side in (a, b)]
    assert pictures[0] == pictures[1]


def test_the_sheet_is_gone_through_side_by_side_and_takes_no_focus_itself(
    window: MainWindow, page: ArenaPage
) -> None:
    draw(page, replace(VOTED, asked=ALL_ASKED))
    assert QApplication.focusWidget() is page.footer.next
    sheet = page.judge.sheet
    places = [place for place in tab_order(window) if sheet.isAncestorOf(place)]
    assert places == [sheet.a, *sheet.a.ticks(), sheet.b, *sheet.b.ticks()]


@pytest.mark.parametrize(
    "blank",
    [
        replace(ARENA, phase=Phase.THINKING, take=TAKE),
        replace(JUDGING, phase=Phase.FAILED, problem=BATTLE_FAILED, card_a=CardState(failed=True)),
        replace(JUDGING, card_a=CardState(ANSWER_A), card_b=CardState(ANSWER_A)),
    ],
)
def test_both_cards_are_the_same_picture_but_for_the_letter(
    page: ArenaPage, blank: ArenaState
) -> None:
    draw(page, blank)
    page.judge.cards.a.chip.setText("?")
    page.judge.cards.b.chip.setText("?")
    QApplication.processEvents()
    assert page.judge.cards.a.chip.size() == page.judge.cards.b.chip.size()
    assert inside(page.judge.cards.a) == inside(page.judge.cards.b)


def test_a_chosen_vote_looks_the_same_on_both_sides(page: ArenaPage) -> None:
    pictures = []
    for vote in (Vote.A, Vote.B):
        draw(page, replace(VOTED, vote=vote))
        button = page.judge.votes.buttons[vote]
        button.set_label("Chosen")
        button.set_key("0")
        pictures.append(inside(button))
    assert pictures[0] == pictures[1]


def test_the_focus_starts_on_no_side_and_goes_in_reading_order(
    window: MainWindow, page: ArenaPage
) -> None:
    draw(page, replace(JUDGING, phase=Phase.REVEALING))
    draw(page, JUDGING)
    assert QApplication.focusWidget() is page
    buttons = page.judge.votes.buttons
    expected = [
        page.header.leave,
        page.judge.strip.play,
        page.judge.strip.discard,
        page.judge.strip.rerecord,
        page.judge.cards.a.text,
        page.judge.cards.b.text,
        buttons[Vote.A],
        buttons[Vote.TIE],
        buttons[Vote.BOTH_BAD],
        buttons[Vote.B],
        page.footer.cannot_judge,
    ]
    assert [w for w in tab_order(window) if w is not page] == expected


def test_voting_never_leaves_the_focus_on_a_side(page: ArenaPage) -> None:
    draw(page, JUDGING)
    page.judge.votes.buttons[Vote.B].setFocus(Qt.FocusReason.TabFocusReason)
    draw(page, VOTED)
    assert QApplication.focusWidget() is page.footer.next


def test_a_state_of_a_session_has_no_place_for_a_name() -> None:
    blind = [
        state.ArenaState,
        state.CardState,
        state.TakeStrip,
        state.ReasonState,
        state.CompareState,
        state.Meter,
        state.Problem,
        state.DeviceRow,
        state.CastVote,
        judging_state.Judged,
        judging_state.SideJudged,
        judging_state.Asked,
        judging_state.Reading,
        judging_state.CardRead,
    ]
    for kind in blind:
        for field in fields(kind):
            assert not {"name", "system", "model", "engine"} & set(field.name.split("_"))
    # After the last vote names may be listed, and still not be tied to an answer.
    assert {field.name for field in fields(state.GuessState)} == {
        *("title", "number", "total", "said", "text_a", "text_b", "choices", "problem"),
    }
    with pytest.raises(AttributeError):
        JUDGING.title = "other"  # type: ignore[misc]


def test_the_page_keeps_no_answer_after_its_battle(page: ArenaPage) -> None:
    draw(page, replace(JUDGING, card_a=CardState("SECRET-A")))
    draw(page, replace(ARENA, number=5))
    texts = [page.judge.cards.a.text.toPlainText(), page.judge.cards.b.text.toPlainText()]
    assert texts == ["", ""]


def names_shown(page: ArenaPage) -> list[str]:
    shown = [label.text() for label in page.findChildren(QLabel) if label.isVisibleTo(page)]
    return [name for name in (NAMES.name_a, NAMES.name_b) if any(name in text for text in shown)]


def test_names_are_shown_in_their_own_phase_and_leave_with_it(page: ArenaPage) -> None:
    page.take_names(NAMES)
    for before in (ARENA, JUDGING, VOTED, replace(VOTED, phase=Phase.REASON_EDITING)):
        draw(page, before)
        assert not names_shown(page), before.phase
    draw(page, replace(NAMED, number=NAMES.number + 1))
    assert not names_shown(page)
    draw(page, NAMED)
    assert len(names_shown(page)) == 2
    for later in (VOTED, ARENA, JUDGING):
        draw(page, replace(later, number=NAMES.number + 1))
        assert not names_shown(page), later.phase


def test_both_cards_count_the_same_seconds_while_they_wait(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("arena")
    page = window.arena
    page.draw(replace(ARENA, phase=Phase.THINKING, take=TAKE))
    cards = page.judge.cards
    assert cards.a.words == cards.b.words == "Answering"
    qtbot.waitUntil(lambda: cards.a.words == "Answering for 1 s", timeout=10_000)
    assert cards.b.words == "Answering for 1 s"
