"""Which key does what in which phase of a battle. The space bar is not here: see `ui.talk_key`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.state import ArenaState, Phase
from ui.widgets.vote_bar import KEYS

if TYPE_CHECKING:
    from ui.pages.arena import ArenaPage

Action = Callable[[], None]
_WITH_TAKE = (
    Phase.THINKING,
    Phase.REVEALING,
    Phase.VOTING,
    Phase.GIVEN_UP,
    Phase.VOTED,
    Phase.NAMED,
    Phase.FAILED,
)
_REASON_OPEN = (Phase.REASON_RECORDING, Phase.REASON_CHECKING, Phase.REASON_EDITING)
_PLAIN = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.KeypadModifier,
    Qt.KeyboardModifier.ShiftModifier,  # figures on a French keyboard
)


def action_for(page: ArenaPage, event: QKeyEvent) -> Action | None:
    """What a key does now; None where it does nothing."""
    state = page.state
    if state is None or event.modifiers() not in _PLAIN:
        return None
    key = event.key()
    if key == Qt.Key.Key_Escape:
        return _escape(page, state.phase)
    if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        return _return(page, state)
    letter = chr(key) if 0x20 < key < 0x7F else ""
    return _of_take(page, state, letter) or _of_vote(page, state, letter)


def escape_leaves(phase: Phase) -> bool:
    """Whether Escape asks to leave, or belongs to something that is open inside the session."""
    return phase is not Phase.RECORDING and phase not in _REASON_OPEN


def _escape(page: ArenaPage, phase: Phase) -> Action:
    """Out of the innermost thing that is open; out of the session only after a question."""
    if escape_leaves(phase):
        return page.ask_to_leave
    in_reason = phase in _REASON_OPEN
    return page.reason_dismissed.emit if in_reason else page.discard_requested.emit


def _return(page: ArenaPage, state: ArenaState) -> Action | None:
    if state.phase in (Phase.VOTED, Phase.NAMED):
        return page.next_requested.emit
    if state.phase is Phase.REASON_RECORDING:
        return page.stop_reason.emit
    after_vote = state.phase in (Phase.REASON_CHECKING, Phase.REASON_EDITING)
    if state.problem is not None and state.problem.action and not after_vote:
        return page.problem_action.emit
    return None


def _of_take(page: ArenaPage, state: ArenaState, letter: str) -> Action | None:
    if state.phase in (Phase.RECORDING, Phase.CHECKING):
        return page.discard_requested.emit if letter == "D" else None
    take = state.take
    if take is None or state.phase not in _WITH_TAKE:
        return None
    if letter == "R" and take.can_rerecord:
        return page.rerecord_requested.emit
    if letter == "D" and take.can_discard and take.can_rerecord:
        return page.discard_requested.emit
    return page.play_toggled.emit if letter == "P" else None


def _of_vote(page: ArenaPage, state: ArenaState, letter: str) -> Action | None:
    if state.phase is Phase.VOTING and letter in KEYS:
        vote = KEYS[letter]
        return lambda: page.vote_chosen.emit(vote)
    if state.phase is Phase.VOTED:
        if letter == "S" and state.can_speak_reason:
            return page.speak_reason.emit
        return page.type_reason.emit if letter == "T" else None
    if state.phase is Phase.REASON_RECORDING and letter == "S":
        return page.stop_reason.emit
    return None
