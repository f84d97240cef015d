"""Voting by how much, saying more of each answer, thinking better of it: by keyboard and mouse."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press
from tests.ui.states import ALL_ASKED, ARENA, JUDGING, NAMED, VOTED
from ui.judging_state import Asked, Code, Judged, SideJudged, Strength
from ui.pages.arena import ArenaPage
from ui.state import ArenaState, Phase, Vote
from ui.window import MainWindow

SHEET = replace(VOTED, asked=ALL_ASKED, strength=Strength.CLEARLY)
K = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    window.show_page("arena")
    return window.arena


def draw(page: ArenaPage, state: ArenaState) -> None:
    page.draw(state)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("key", "vote", "strength"),
    [
        (K.Key_1, Vote.A, Strength.CLEARLY),
        (K.Key_2, Vote.A, Strength.SLIGHTLY),
        (K.Key_3, Vote.TIE, None),
        (K.Key_4, Vote.BOTH_BAD, None),
        (K.Key_5, Vote.B, Strength.SLIGHTLY),
        (K.Key_6, Vote.B, Strength.CLEARLY),
        (K.Key_0, Vote.CANNOT_JUDGE, None),
    ],
)
def test_one_key_or_one_click_says_by_how_much(
    window: MainWindow,
    page: ArenaPage,
    qtbot: QtBot,
    key: K,
    vote: Vote,
    strength: Strength | None,
) -> None:
    draw(page, replace(JUDGING, asked=ALL_ASKED))
    unsure = vote is Vote.CANNOT_JUDGE
    button = page.footer.cannot_judge if unsure else page.judge.votes.button(vote, strength)
    assert f"Key {chr(key)}" == button.accessibleDescription()
    for act in (
        lambda: press(window, key),
        lambda: qtbot.mouseClick(button, Qt.MouseButton.LeftButton),
    ):
        with qtbot.waitSignal(page.vote_chosen) as caught:
            act()
        assert (caught.args[0].vote, caught.args[0].strength) == (vote, strength)
    draw(
        page, replace(JUDGING, phase=Phase.CHANGING, vote=vote, strength=strength, asked=ALL_ASKED)
    )
    chosen = [b.choice for b in page.judge.votes.findChildren(type(button)) if b.chosen]
    assert unsure or chosen == [button.choice]


def test_without_can_change_nothing_is_changed(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    for state in (ARENA, replace(VOTED, can_change=False), NAMED, JUDGING):
        draw(page, state)
        with qtbot.assertNotEmitted(page.change_requested):
            press(window, K.Key_U)
        assert not page.footer.change.isVisible()
        assert not page.record.change_last.isVisible()


@pytest.mark.parametrize(
    ("keys", "judged"),
    [
        ([K.Key_A, K.Key_1], Judged(a=SideJudged(good=True))),
        ([K.Key_B, K.Key_2], Judged(b=SideJudged(good=False))),
        ([K.Key_B, K.Key_2, K.Key_2], Judged()),
        ([K.Key_A, K.Key_1, K.Key_2], Judged(a=SideJudged(good=False))),
        ([K.Key_A, K.Key_3, K.Key_7], Judged(a=SideJudged(None, {Code.DETAIL, Code.HUMAN}))),
        ([K.Key_B, K.Key_8, K.Key_0], Judged(b=SideJudged(None, {Code.HEARD_WRONG, Code.FORM}))),
        ([K.Key_1, K.Key_2], Judged()),  # a vote pressed twice ticks nothing
        ([K.Key_A, K.Key_5, K.Key_A, K.Key_5], Judged()),
    ],
)
def test_a_letter_goes_to_its_side_and_figures_tick_there(
    window: MainWindow, page: ArenaPage, keys: list[K], judged: Judged
) -> None:
    page.sides_judged.connect(lambda said: draw(page, replace(SHEET, judged=said)))
    draw(page, SHEET)
    for key in keys:
        press(window, key)
    state = page.state
    assert state is not None
    assert state.judged == judged


def test_return_goes_on_from_anywhere_in_the_sheet(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, SHEET)
    sheet = page.judge.sheet
    for place in (page.footer.next, sheet.a, sheet.b.good, sheet.b.codes[Code.FORM]):
        place.setFocus()
        with qtbot.waitSignal(page.next_requested), qtbot.assertNotEmitted(page.sides_judged):
            press(window, K.Key_Return)


def test_only_what_is_asked_is_in_the_sheet_and_has_the_first_figures(page: ArenaPage) -> None:
    side = page.judge.sheet.a
    for asked, first, count in (
        (Asked(each_side=True), side.good, 2),
        (Asked(codes=True), side.codes[Code.DETAIL], 8),
        (ALL_ASKED, side.good, 10),
    ):
        draw(page, replace(VOTED, asked=asked))
        shown = [tick for tick in (side.good, side.bad, *side.codes.values()) if tick.isVisible()]
        assert (shown[0], len(shown)) == (first, count)
        assert first.accessibleDescription() == "Key 1"
    draw(page, replace(VOTED, asked=Asked(strength=True)))
    assert not page.judge.sheet.isVisible()
    assert page.judge.votes.isVisible()


def test_an_undo_becomes_a_change_of_mind(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, replace(VOTED, undo_ms=60_000))
    assert page.footer.change.label == "Undo vote"
    draw(page, replace(VOTED, undo_ms=1))
    qtbot.waitUntil(lambda: page.footer.change.label == "Change vote")
    draw(page, replace(ARENA, can_change=True, undo_ms=60_000))
    assert page.record.change_last.label == "Undo my last vote"  # as on the page before
    draw(page, replace(ARENA, can_change=True, undo_ms=1))
    qtbot.waitUntil(lambda: page.record.change_last.label == "Change my last vote")
