"""Where things stand on a page, and that they stay there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from tests.helpers.widgets import place_in, shown_below
from tests.ui.scenes import SCENES
from tests.ui.states import ARENA, COMPARE, JUDGING, TAKE, VOTED
from tests.ui.states_systems import ROWS
from ui import theme
from ui.state import Meter, Phase, SystemsState, Vote
from ui.widgets.system_entry import SystemEntry
from ui.widgets.text import Text
from ui.window import MainWindow

ISOLATES = "\u2068\u2069"
"""What keeps a foreign text from turning ours around."""


@pytest.fixture
def doubled(window: MainWindow) -> MainWindow:
    """At 1280×720, with letters of twice the size."""
    theme.now.set_scale(2.0)
    theme.refresh()
    window.resize(1280, 720)
    return window


def settle() -> None:
    """Layouts that depend on a width they only learn settle in a second round."""
    for _ in range(5):
        QApplication.processEvents()


def test_a_scroll_bar_moves_nothing(window: MainWindow) -> None:
    SCENES["finished"](window)
    settle()
    short = place_in(window.finished.table, window)
    SCENES["finished_long"](window)
    settle()
    long = place_in(window.finished.table, window)
    assert (short.left(), short.width()) == (long.left(), long.width())


def test_what_comes_after_a_session_is_in_view_under_a_long_table(window: MainWindow) -> None:
    SCENES["finished_long"](window)
    settle()
    for button in (window.finished.again, window.finished.results):
        assert window.rect().contains(place_in(button, window))


def test_where_recordings_stand_in_there_is_no_meter(window: MainWindow) -> None:
    window.show_page("compare")
    window.compare.draw(replace(COMPARE, meter_open=False, listens=False))
    assert not window.compare.meter.isVisible()
    said = [label.text() for label in shown_below(window) if isinstance(label, QLabel)]
    assert "Not listening yet." not in said


def test_nobody_is_asked_to_speak_where_earlier_recordings_are_asked(window: MainWindow) -> None:
    for scene in ("compare_replays", "arena_replays", "arena_replayed"):
        SCENES[scene](window)
        said = [label.text() for label in shown_below(window) if isinstance(label, QLabel)]
        assert not [words for words in said if "out loud" in words or "while you speak" in words]
    assert window.arena.judge.strip.rerecord.text() == "Ask again"


def test_the_meter_of_a_battle_comes_with_its_first_level(window: MainWindow) -> None:
    window.show_page("arena")
    window.arena.draw(replace(ARENA, phase=Phase.OPENING))
    window.arena.draw(ARENA)
    assert not window.arena.record.meter.isVisible()
    window.arena.show_meter(Meter(-38.0))
    assert window.arena.record.meter.isVisible()


def test_the_first_page_opens_at_its_top_and_follows_what_is_typed(doubled: MainWindow) -> None:
    page = doubled.compare
    page.draw(COMPARE)
    doubled.show_page("compare")
    settle()
    assert QApplication.focusWidget() is page.code.edit
    title = next(text for text in page.findChildren(Text) if text.text() == COMPARE.study_title)
    assert not title.visibleRegion().isEmpty()
    assert page.code.visibleRegion().isEmpty()
    QTest.keyClicks(page.code.edit, "P")
    settle()
    assert doubled.rect().contains(place_in(page.code, doubled))


def test_the_question_before_a_session_is_ended_is_in_view(doubled: MainWindow) -> None:
    SCENES["compare_resume_question"](doubled)
    settle()
    assert doubled.rect().contains(place_in(doubled.compare.question, doubled))


def test_a_system_is_told_in_lines(window: MainWindow) -> None:
    window.show_page("systems")
    row = replace(ROWS[0], detail="Version 1.", kind="Two parts", memory="")
    window.systems.draw(SystemsState(rows=(row,)))
    settle()
    (entry,) = window.systems.findChildren(SystemEntry)
    texts = {t.text().strip(ISOLATES): t for t in entry.findChildren(Text) if t.isVisible()}
    assert "Ready" in texts
    middles = [place_in(texts[words], window).center().y() for words in ("Two parts", "Version 1.")]
    assert abs(middles[0] - middles[1]) <= 2


def test_the_waveform_is_the_same_before_and_after_the_vote(window: MainWindow) -> None:
    window.show_page("arena")
    window.arena.draw(JUDGING)
    settle()
    before = place_in(window.arena.judge.strip.waveform, window)
    window.arena.draw(replace(VOTED, take=replace(TAKE, can_rerecord=False, can_discard=False)))
    settle()
    assert place_in(window.arena.judge.strip.waveform, window) == before


@pytest.mark.parametrize("vote", [Vote.A, Vote.TIE])
def test_the_vote_buttons_are_the_same_before_and_after_the_vote(
    doubled: MainWindow, vote: Vote
) -> None:
    buttons = doubled.arena.judge.votes.buttons.values()
    doubled.show_page("arena")
    doubled.arena.draw(JUDGING)
    settle()
    before = [button.geometry() for button in buttons]
    doubled.arena.draw(replace(VOTED, vote=vote))
    doubled.resize(1281, 720)  # they are placed anew whenever the window is
    doubled.resize(1280, 720)
    settle()
    assert [button.geometry() for button in buttons] == before


def test_an_answer_shows_whole_lines(doubled: MainWindow) -> None:
    doubled.show_page("arena")
    doubled.arena.draw(JUDGING)
    settle()
    line = theme.now.line_height(theme.Type.ANSWER)
    for card in (doubled.arena.judge.cards.a, doubled.arena.judge.cards.b):
        lines, rest = divmod(card.text.viewport().height(), line)
        assert lines >= 2
        assert rest == 0
        assert card.text.verticalScrollBar().singleStep() == line
