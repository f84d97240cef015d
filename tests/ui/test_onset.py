"""Both answers begin on the same frame, however different they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.performance.bench_reveal import ANSWERS, SHARE, TEN_WORDS, onsets
from tests.ui.states import JUDGING
from ui.state import CardState, Phase
from ui.widgets.answer_text import AnswerText
from ui.window import MainWindow

FRAME_MS = 1000 / 60

pytestmark = [pytest.mark.serial, pytest.mark.usefixtures("qtbot")]


def test_among_the_answers_are_a_very_long_one_and_one_of_ten_words() -> None:
    assert max(len(answer.encode()) for answer in ANSWERS) > 64_000
    assert len(TEN_WORDS.split()) == 10


def test_both_answers_begin_together() -> None:
    """Half of a few: a busy machine may hold up any one paint."""
    assert median(onsets(8)) <= FRAME_MS


def shown(window: MainWindow) -> Iterator[AnswerText]:
    """Both answers of a battle that is being revealed, before anything was painted."""
    page = window.arena
    page.draw(replace(JUDGING, phase=Phase.THINKING))
    cards = {"card_a": CardState(ANSWERS[0]), "card_b": CardState(TEN_WORDS)}
    page.draw(replace(JUDGING, phase=Phase.REVEALING, **cards))
    return iter((page.judge.cards.a.text, page.judge.cards.b.text))


def test_what_one_frame_shows_has_one_time(window: MainWindow, qtbot: QtBot) -> None:
    """One card is painted after the other, by what its text takes; both are seen at once."""
    window.show_page("arena")
    a, b = shown(window)
    qtbot.waitUntil(lambda: None not in (a.first_paint_ms, b.first_paint_ms))
    assert a.first_paint_ms == b.first_paint_ms


def test_a_card_that_comes_a_frame_late_has_a_later_time(window: MainWindow, qtbot: QtBot) -> None:
    """What the figures must be able to show."""
    window.show_page("arena")
    a, b = shown(window)
    b.viewport().setUpdatesEnabled(False)
    qtbot.waitUntil(lambda: a.first_paint_ms is not None)
    b.viewport().setUpdatesEnabled(True)
    qtbot.waitUntil(lambda: b.first_paint_ms is not None)
    assert a.first_paint_ms is not None
    assert b.first_paint_ms is not None
    assert b.first_paint_ms > a.first_paint_ms


def test_a_time_is_not_given_to_the_next_text(window: MainWindow) -> None:
    window.show_page("arena")
    a, _ = shown(window)
    a.viewport().repaint()
    window.arena.judge.reveal.stop()
    a.set_text("The next one.")
    QApplication.processEvents()
    assert a.first_paint_ms is None


@pytest.mark.full
def test_of_a_thousand_battles_nearly_all_begin_within_one_frame() -> None:
    apart_ms = list(onsets(1_000))
    assert sum(gap <= FRAME_MS for gap in apart_ms) >= SHARE * len(apart_ms)
