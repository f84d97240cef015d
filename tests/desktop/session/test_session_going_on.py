"""A session that broke off goes on where it was, or is ended by another one."""

from __future__ import annotations

from PySide6.QtCore import Qt

from tests.helpers.rehearsal import PATIENCE_MS, TWO, battles, voting
from ui.state import Phase


def test_a_session_that_broke_off_goes_on_where_it_was(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.close()  # as a power cut would: the session is not ended, the battle is open
    again = rehearse(TWO, battles=2)
    assert "after 1 of 2" in again.program.compare_state.resume_text
    seen = []
    again.program.session_finished.connect(seen.append)
    again.press(Qt.Key.Key_Return)
    again.until(Phase.READY)
    assert again.state.number == 2
    again.speak()
    again.vote(Qt.Key.Key_4)
    again.press(Qt.Key.Key_Return)
    again.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert [(row.number, row.vote_text) for row in seen[0].rows] == [
        (1, "A is better"),
        (2, "B is better"),
    ]
    found = battles(again)
    assert [battle.state for battle in found] == ["voted", "abandoned", "voted"]
    assert len({battle.session for battle in found}) == 1
    seeds_and_steps = [(battle.draw.seed, battle.draw.step) for battle in found]
    assert len(set(seeds_and_steps)) == 3


def test_a_session_that_goes_on_draws_the_step_after_its_last_one(rehearse):
    stage = voting(rehearse(TWO, battles=2))
    stage.press(Qt.Key.Key_R)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    again.start()
    assert [battle.draw.step for battle in battles(again)] == [0, 0, 1]


def test_a_new_session_ends_the_one_that_broke_off(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    assert "Starting a new one ends it" in again.program.compare_state.resume_text
    again.begin_anew()
    again.until(Phase.READY)
    assert again.state.number == 1
    again.close()
    assert rehearse(TWO, battles=2).program.compare_state.resume_text == ""


def test_a_session_that_has_all_its_votes_is_not_offered_again(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.close()  # before Next
    assert rehearse(TWO).program.compare_state.resume_text == ""


def test_a_session_of_another_study_file_is_not_offered(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    assert rehearse(TWO, battles=3).program.compare_state.resume_text == ""
