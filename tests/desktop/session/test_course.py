"""Where the battles of a session went is on every page that a participant sees of it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from desktop.session.view import course_of
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles, voting
from tests.helpers.visible_words import words_of
from ui.state import FinishedState, Phase

K = Qt.Key
ONE_FAILS = {"canary-one": {"answers": ["Fine."]}, "canary-two": {"fail": "timeout"}}


def finished(stage: Rehearsal) -> FinishedState:
    seen: list[FinishedState] = []
    stage.program.session_finished.connect(seen.append)
    stage.press(K.Key_Escape)
    stage.press(K.Key_L)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    return seen[0]


def test_what_was_skipped_and_abandoned_is_told(rehearse) -> None:
    stage = voting(rehearse(TWO, battles=3))
    assert stage.state.course == ""
    stage.press(K.Key_R)
    stage.until(Phase.READY)
    assert stage.state.course == "1 skipped"
    assert any("Battle 1 of 3, 1 skipped" in words for words in words_of(stage.window))
    stage.speak()
    stage.vote(K.Key_1)
    stage.next()
    stage.until(Phase.READY)
    end = finished(stage)
    assert end.course == "3 battles started: 1 voted, 1 skipped, 1 abandoned."
    assert any(end.course in words for words in words_of(stage.window))


@pytest.mark.local
def test_what_failed_is_told_and_after_a_break_too(rehearse) -> None:
    stage = rehearse(ONE_FAILS, battles=3)
    stage.start()
    stage.speak()
    stage.until(Phase.FAILED)
    stage.press(K.Key_Return)
    stage.until(Phase.READY)
    assert stage.state.course == "1 failed"
    assert finished(stage).course == "2 battles started: 0 voted, 1 failed, 1 abandoned."


@pytest.mark.local
def test_a_session_that_goes_on_knows_what_was_lost_before(rehearse) -> None:
    stage = voting(rehearse(TWO, battles=2))
    stage.press(K.Key_R)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(K.Key_1)
    stage.next()
    stage.until(Phase.READY)
    stage.close()
    again = rehearse(TWO, battles=2)
    again.start()
    assert again.state.course == "1 abandoned, 1 skipped"


def test_where_every_battle_has_a_vote_nothing_is_added(rehearse) -> None:
    stage = voting(rehearse(TWO))
    stage.vote(K.Key_1)
    assert course_of(battles(stage)) == ""
