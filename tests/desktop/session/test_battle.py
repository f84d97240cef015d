"""The course of a battle: every legal road, and nothing besides."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.session.battle import RERECORDABLE, SETTLED, Step, follows
from ui.state import Phase

UNHEARD = {Phase.OPENING, Phase.READY, Phase.CHECKING}
"""Where a microphone can fail; while it records, its take is ended first."""


def walk(*steps: Step, start: Phase = Phase.OPENING) -> Phase:
    phase = start
    for step in steps:
        after = follows(phase, step)
        assert after is not None, f"{step} is not legal in {phase}"
        phase = after
    return phase


def test_the_straight_road_ends_in_a_vote():
    assert (
        walk(
            Step.MICROPHONE_OPEN,
            Step.RECORD,
            Step.STOP,
            Step.ASK,
            Step.BOTH_ANSWERED,
            Step.SHOWN,
            Step.VOTE,
        )
        is Phase.VOTED
    )


def test_a_refused_take_leads_back_to_the_microphone():
    assert walk(Step.MICROPHONE_OPEN, Step.RECORD, Step.STOP, Step.REFUSE) is Phase.READY


@pytest.mark.parametrize(
    "before",
    [
        (),
        (Step.MICROPHONE_OPEN,),
        (Step.MICROPHONE_OPEN, Step.RECORD, Step.STOP),  # the take was lost with it
    ],
)
def test_a_microphone_that_fails_can_be_opened_again(before):
    assert walk(*before, Step.MICROPHONE_FAIL, Step.REOPEN, Step.MICROPHONE_OPEN) is Phase.READY


@given(st.sampled_from([phase for phase in Phase if phase not in UNHEARD]))
def test_a_microphone_that_fails_once_the_take_is_there_changes_nothing(phase):
    assert follows(phase, Step.MICROPHONE_FAIL) is None


@given(st.lists(st.sampled_from(Step)))
def test_whatever_is_pressed_there_is_at_most_one_vote_and_none_before_both_texts_are_shown(steps):
    phase, votes, turn, shown = Phase.OPENING, 0, 1, False
    for step in steps:
        after = follows(phase, step, turn=turn)
        if after is None:
            continue
        if step is Step.GO_ON:
            assert shown
            turn, shown = turn + 1, False
        if step is Step.GO_BACK:  # the answers there were shown, or nobody could have gone on
            assert turn > 1
            turn, shown = turn - 1, True
        if step is Step.SHOWN:
            shown = True
        if step is Step.VOTE:
            assert shown
            votes += 1
        phase = after
    assert votes <= 1


@given(st.lists(st.integers(0, 99), max_size=12))
def test_a_vote_is_changed_only_where_one_stands_and_no_name_is_told(choices):
    """Only legal steps are tried, so that most roads are long."""
    phase, voted, named = Phase.REVEALING, False, False
    for choice in choices:
        legal = [step for step in Step if follows(phase, step)]
        if not legal:
            break
        step = legal[choice % len(legal)]
        if step in (Step.CHANGE, Step.VOTE_AGAIN, Step.KEEP_VOTE):
            assert voted
            assert not named
        voted, named = voted or step is Step.VOTE, named or step is Step.NAME
        phase = follows(phase, step) or phase


@given(st.sampled_from(Phase), st.sampled_from(Step))
def test_a_settled_battle_never_becomes_open_again(phase, step):
    after = follows(phase, step)
    if phase in SETTLED and after is not None:
        assert after in SETTLED


def test_answers_can_be_given_up_only_while_no_vote_is_cast():
    assert not RERECORDABLE & SETTLED
