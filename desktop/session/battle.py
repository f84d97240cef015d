"""The course of one battle: which step may follow which, and which votes are legal.

Pure. `desktop.session.session` asks here before it does anything, so that a key pressed at the
wrong moment changes nothing and no second vote can be cast.
"""

from __future__ import annotations

from enum import StrEnum

from ui.state import Phase


class Step(StrEnum):
    """Something that happens to a battle."""

    MICROPHONE_OPEN = "microphone_open"
    RECORD = "record"
    STOP = "stop"
    REFUSE = "refuse"  # the take cannot be used
    ASK = "ask"
    NOTHING_TO_RECORD = "nothing_to_record"  # an earlier take and its answers are shown again
    SHOW_AGAIN = "show_again"
    BOTH_ANSWERED = "both_answered"
    FAIL = "fail"
    SHOWN = "shown"
    GIVE_UP = "give_up"  # these answers; the same pair is asked again with a new take
    GO_ON = "go_on"  # with another turn, instead of a vote
    GO_BACK = "go_back"  # nothing was said in that turn yet
    VOTE = "vote"
    CHANGE = "change"  # the vote stands, and another one may be chosen
    VOTE_AGAIN = "vote_again"
    KEEP_VOTE = "keep_vote"
    NAME = "name"  # where the study tells who was who after each vote
    REASON_RECORD = "reason_record"
    REASON_STOP = "reason_stop"
    REASON_EDIT = "reason_edit"
    REASON_DONE = "reason_done"
    REOPEN = "reopen"  # the microphone, or another one, is opened once more
    MICROPHONE_FAIL = "microphone_fail"  # it is opened again when the participant says so


_NEXT: dict[tuple[Phase, Step], Phase] = {
    (Phase.OPENING, Step.MICROPHONE_OPEN): Phase.READY,
    (Phase.OPENING, Step.REOPEN): Phase.OPENING,
    (Phase.OPENING, Step.MICROPHONE_FAIL): Phase.OPENING,
    (Phase.OPENING, Step.FAIL): Phase.FAILED,
    (Phase.OPENING, Step.NOTHING_TO_RECORD): Phase.READY,
    (Phase.READY, Step.RECORD): Phase.RECORDING,
    (Phase.READY, Step.SHOW_AGAIN): Phase.REVEALING,
    (Phase.READY, Step.REOPEN): Phase.OPENING,
    (Phase.READY, Step.MICROPHONE_FAIL): Phase.OPENING,
    (Phase.RECORDING, Step.STOP): Phase.CHECKING,
    (Phase.RECORDING, Step.REOPEN): Phase.OPENING,
    (Phase.CHECKING, Step.REFUSE): Phase.READY,
    (Phase.CHECKING, Step.REOPEN): Phase.OPENING,
    (Phase.CHECKING, Step.MICROPHONE_FAIL): Phase.OPENING,
    (Phase.CHECKING, Step.ASK): Phase.THINKING,
    (Phase.THINKING, Step.BOTH_ANSWERED): Phase.REVEALING,
    (Phase.THINKING, Step.FAIL): Phase.FAILED,
    (Phase.THINKING, Step.GIVE_UP): Phase.GIVEN_UP,
    (Phase.REVEALING, Step.GIVE_UP): Phase.GIVEN_UP,
    (Phase.VOTING, Step.GIVE_UP): Phase.GIVEN_UP,
    (Phase.REVEALING, Step.SHOWN): Phase.VOTING,
    (Phase.VOTING, Step.GO_ON): Phase.OPENING,
    (Phase.OPENING, Step.GO_BACK): Phase.VOTING,
    (Phase.READY, Step.GO_BACK): Phase.VOTING,
    (Phase.VOTING, Step.VOTE): Phase.VOTED,
    (Phase.VOTED, Step.CHANGE): Phase.CHANGING,
    (Phase.CHANGING, Step.VOTE_AGAIN): Phase.VOTED,
    (Phase.CHANGING, Step.KEEP_VOTE): Phase.VOTED,
    (Phase.VOTED, Step.NAME): Phase.NAMED,
    (Phase.VOTED, Step.REASON_RECORD): Phase.REASON_RECORDING,
    (Phase.VOTED, Step.REASON_EDIT): Phase.REASON_EDITING,
    (Phase.REASON_RECORDING, Step.REASON_STOP): Phase.REASON_CHECKING,
    (Phase.REASON_RECORDING, Step.REASON_DONE): Phase.VOTED,
    (Phase.REASON_CHECKING, Step.REASON_EDIT): Phase.REASON_EDITING,
    (Phase.REASON_CHECKING, Step.REASON_DONE): Phase.VOTED,
    (Phase.REASON_EDITING, Step.REASON_DONE): Phase.VOTED,
}

RERECORDABLE = frozenset(phase for phase, step in _NEXT if step is Step.GIVE_UP)
"""Phases in which the participant may give up these answers and speak again."""

SETTLED = frozenset(
    {
        Phase.VOTED,
        Phase.CHANGING,
        Phase.NAMED,
        Phase.REASON_RECORDING,
        Phase.REASON_CHECKING,
        Phase.REASON_EDITING,
        Phase.FAILED,
    }
)
"""Phases in which the battle already has its terminal state."""


def follows(phase: Phase, step: Step, *, turn: int = 1) -> Phase | None:
    """The phase that `step` leads to, or None when it is not legal now.

    `turn` of the battle, from 1: before the first there are no answers to go back to.
    """
    if step is Step.GO_BACK and turn == 1:
        return None
    return _NEXT.get((phase, step))
