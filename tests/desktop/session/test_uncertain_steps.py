"""The disk says of any step of a battle that it was not kept, and it was: tried again, nothing is
there twice and nothing is missing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from tests.helpers.rehearsal import TWO, Rehearsal, battles
from tests.helpers.uncertain_disk import commits_look_failed, why_not
from ui.state import Phase

K = Qt.Key
pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be had")


def tried_again(stage: Rehearsal) -> None:
    """Until the participant reads that something was not kept; then the button."""
    stage.until_state(lambda state: state.problem is not None, "a sentence")
    assert stage.state.problem.action == "Try again"
    stage.press(K.Key_Return)


def one_whole(stage: Rehearsal) -> None:
    (battle,) = battles(stage)
    (turn,) = battle.turns
    assert (battle.state, len(battle.takes), len(battle.votes)) == ("voted", 1, 1)
    assert turn.shown is not None
    assert turn.a is not None
    assert turn.b is not None
    assert turn.a.supersedes is turn.b.supersedes is None


@pytest.mark.parametrize("commits_before", [0, 1, 2], ids=["take", "answers", "shown"])
def test_a_step_that_was_kept_is_not_kept_twice(rehearse, commits_before):
    """A battle with two good systems commits its take, its answers, and when they were shown."""
    stage = rehearse(TWO)
    stage.start()
    with commits_look_failed(1, after=commits_before) as failed:
        stage.speak()
        stage.until_state(lambda state: state.problem is not None, "a sentence")
        assert len(failed) == 1
    tried_again(stage)
    stage.vote(K.Key_1)
    one_whole(stage)


def test_a_battle_that_was_opened_is_not_opened_twice(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(K.Key_1)
    with commits_look_failed(1):
        stage.press(K.Key_Return)
        stage.until_state(lambda state: state.problem is not None, "a sentence")
    assert [battle.state for battle in battles(stage)] == ["voted", "open"]
    tried_again(stage)
    stage.until(Phase.READY)
    assert [battle.state for battle in battles(stage)] == ["voted", "open"]
    assert [battle.draw.step for battle in battles(stage)] == [0, 1]


def test_a_battle_that_was_given_up_is_given_up_once(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    with commits_look_failed(1):
        stage.press(K.Key_R)
        stage.until_state(lambda state: state.problem is not None, "a sentence")
    tried_again(stage)
    stage.until(Phase.READY)
    assert [battle.state for battle in battles(stage)] == ["skipped", "open"]
    stage.speak()
    stage.vote(K.Key_1)
    first, second = battles(stage)
    assert (first.state, second.state, second.repeats) == ("skipped", "voted", first.battle_id)
