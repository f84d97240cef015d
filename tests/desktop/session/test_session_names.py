"""When a session tells which system was which, and what it tells with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.helpers.rehearsal import PATIENCE_MS, TWO, battles, echo_entry, voting
from tests.helpers.visible_words import words_of
from ui.state import Phase


def test_a_study_that_never_reveals_tells_no_names_at_the_end(rehearse):
    stage = voting(rehearse(TWO, reveal="never"))
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert (seen[0].voted, seen[0].rows) == (1, ())
    assert not stage.window.finished.results.isVisible()  # the board would tell
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]


def test_the_names_come_with_the_end_of_the_session(rehearse):
    stage = rehearse(TWO)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_2)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    (row,) = seen[0].rows
    assert {row.name_a, row.name_b} == {"Label of canary-one", "Label of canary-two"}
    assert (row.said, row.vote_text) == ("what i said", "Tie")


def test_what_was_heard_is_what_a_recogniser_stands_by(rehearse):
    """Each system has a recogniser of its own here, and each of them is the left one once."""
    catalogue = {
        "sure": echo_entry("sure", recogniser={"heard": ["what i said"]}),
        "unsure": echo_entry(
            "unsure", recogniser={"heard": ["watt eyes head"], "understood": False}
        ),
    }
    stage = rehearse({name: {} for name in catalogue}, battles=2, catalogue=catalogue)
    seen = []
    stage.program.session_finished.connect(seen.append)
    for _ in range(2):
        stage.press(Qt.Key.Key_Return)
        stage.until(Phase.READY)
        stage.speak()
        stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert {row.name_a for row in seen[0].rows} == {"Label of sure", "Label of unsure"}
    assert [row.said for row in seen[0].rows] == ["what i said"] * 2


def test_no_name_of_a_system_is_anywhere_in_the_window_before_the_end(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    found = [text for text in words_of(stage.window) if "canary" in text.lower()]
    assert not found
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    shown = [text for text in words_of(stage.window) if "canary" in text.lower()]
    assert shown, "the walk sees names where there are some"


def test_where_the_study_tells_after_each_vote_it_tells_nothing_sooner(rehearse):
    stage = rehearse(TWO, battles=2, reveal="each_vote")
    voting(stage)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.NAMED)
    (battle,) = battles(stage)
    cards = stage.window.arena.judge.cards
    assert battle.a.label in cards.a.name
    assert battle.b.label in cards.b.name
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.speak()
    stage.vote(Qt.Key.Key_2)
    stage.next()
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    assert [text for text in words_of(stage.window) if "canary" in text.lower()]


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_S, Qt.Key.Key_4, Qt.Key.Key_R])
def test_once_the_names_are_told_nothing_can_be_added_to_the_vote(rehearse, key: Qt.Key):
    stage = voting(rehearse(TWO, battles=2, reveal="each_vote"))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.NAMED)
    stage.press(key)
    assert stage.state.phase is Phase.NAMED
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]
    assert not battle.justifications
