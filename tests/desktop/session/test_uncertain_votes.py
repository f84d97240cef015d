"""The disk says that a vote was not kept, and it was: the last choice counts, and counts once."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from local_db import kept
from tests.desktop.session.test_changed_votes import tick
from tests.helpers.no_room import fill_disk
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles, voting
from tests.helpers.uncertain_disk import commits_look_failed, why_not
from ui.state import FinishedState, Phase, Vote

K = Qt.Key
pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be had")


def refused(stage: Rehearsal, *keys: K) -> Rehearsal:
    """Each key's row is kept, and the participant reads that it is not."""
    with commits_look_failed(len(keys)) as failed:
        for nth, key in enumerate(keys, 1):
            stage.press(key)
            stage.until_state(lambda state: state.problem is not None, "a sentence")
            assert len(failed) == nth
    return stage


def only(stage: Rehearsal) -> kept.Battle:
    (battle,) = battles(stage)
    assert battle.state == "voted"
    return battle


def choices(battle: kept.Battle) -> list[str]:
    return [vote.choice for vote in battle.votes]


def test_another_key_after_it_wins(rehearse):
    stage = refused(voting(rehearse(TWO)), K.Key_2)
    assert (stage.state.phase, only(stage).vote.choice) == (Phase.VOTING, "tie")
    stage.press(K.Key_1)
    stage.until(Phase.VOTED)
    assert (stage.state.problem, stage.state.vote) == (None, Vote.A)
    battle = only(stage)
    assert (choices(battle), battle.vote.choice) == (["tie", "a"], "a")
    stage.press(K.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)


@pytest.mark.local
def test_the_same_vote_again_is_no_second_one(rehearse):
    stage = refused(voting(rehearse(TWO)), K.Key_1)
    stage.press(K.Key_Return)  # “Try again”
    stage.until(Phase.VOTED)
    assert choices(only(stage)) == ["a"]


@pytest.mark.local
def test_it_may_happen_to_each_of_several_choices(rehearse):
    stage = refused(voting(rehearse(TWO)), K.Key_2, K.Key_1, K.Key_4)
    stage.press(K.Key_Return)
    stage.until(Phase.VOTED)
    assert stage.state.vote is Vote.B
    assert choices(only(stage)) == ["tie", "a", "b"]


@pytest.mark.local
def test_who_leaves_after_it_has_voted(rehearse):
    stage = rehearse(TWO, battles=2)
    seen: list[FinishedState] = []
    stage.program.session_finished.connect(seen.append)
    refused(voting(stage), K.Key_1)
    stage.press(K.Key_Escape)
    stage.press(K.Key_L)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert seen[0].voted == 1
    assert choices(only(stage)) == ["a"]


@pytest.mark.local
def test_what_was_voted_cannot_be_given_up_any_more(rehearse):
    stage = refused(voting(rehearse(TWO)), K.Key_1)
    stage.press(K.Key_R)
    stage.until(Phase.VOTED)
    assert stage.state.problem is not None
    assert stage.state.problem.title == "Your vote was saved after all, and it counts."
    assert choices(only(stage)) == ["a"]


@pytest.mark.local
def test_a_change_that_was_kept_is_taken_back_with_the_vote_that_stays(rehearse):
    stage = voting(rehearse(TWO))
    stage.vote(K.Key_1)
    stage.press(K.Key_U)
    stage.until(Phase.CHANGING)
    refused(stage, K.Key_4)
    assert only(stage).vote.choice == "b"
    stage.press(K.Key_1)
    stage.until(Phase.VOTED)
    assert stage.state.vote is Vote.A
    assert choices(only(stage)) == ["a", "b", "a"]


@pytest.mark.local
def test_a_change_that_was_not_kept_leaves_no_row_where_the_vote_stays(rehearse):
    stage = voting(rehearse(TWO))
    stage.vote(K.Key_1)
    stage.press(K.Key_U)
    stage.until(Phase.CHANGING)
    make_room = fill_disk()
    try:
        stage.press(K.Key_4)
        stage.until_state(lambda state: state.problem is not None, "a sentence")
    finally:
        make_room()
    stage.press(K.Key_1)
    stage.until(Phase.VOTED)
    assert choices(only(stage)) == ["a"]


@pytest.mark.local
def test_what_was_ticked_and_kept_can_be_unticked(rehearse):
    stage = rehearse(TWO, vote="each_side = true", battles=2)
    voting(stage).vote(K.Key_1)
    tick(stage, K.Key_A, K.Key_1)
    refused(stage, K.Key_Return)
    assert only(stage).vote.judged is not None
    tick(stage, K.Key_A, K.Key_1)
    stage.press(K.Key_Return)
    stage.until_state(lambda state: state.number == 2, "the next battle")
    first, _ = battles(stage)
    assert first.vote.judged is None


@pytest.mark.local
@pytest.mark.parametrize("again", ["", " In two words."])
def test_a_reason_that_was_kept_is_one_reason(rehearse, again: str):
    stage = voting(rehearse(TWO))
    stage.vote(K.Key_1)
    stage.press(K.Key_T)
    stage.until(Phase.REASON_EDITING)
    save = (K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QApplication.focusWidget(), "Shorter.")
    with commits_look_failed() as failed:
        QTest.keyClick(QApplication.focusWidget(), *save)
        assert failed
    assert stage.state.problem is not None
    if again:
        stage.window.arena.setFocus()
        editor = stage.window.arena.footer.editor
        editor.set_text(f"Shorter.{again}")
        stage.window.arena.footer.save_text()
    else:
        stage.program._session.problem_action()  # “Try again”
    stage.until(Phase.VOTED)
    in_force = [why.text for why in only(stage).justifications if why.in_force]
    assert in_force == [f"Shorter.{again}"]
