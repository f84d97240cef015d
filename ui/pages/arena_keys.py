"""Which key does what in which phase of a battle. The space bar is not here: see `ui.talk_key`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from ui.state import ArenaState, Phase
from ui.widgets.vote_bar import votes_by_key

if TYPE_CHECKING:
    from ui.pages.arena import ArenaPage

Action = Callable[[], None]
_WITH_TAKE = (
    Phase.THINKING,
    Phase.REVEALING,
    Phase.VOTING,
    Phase.GIVEN_UP,
    Phase.VOTED,
    Phase.CHANGING,
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
    return (
        _of_turn(page, state, letter)
        or _of_take(page, state, letter)
        or _of_vote(page, state, letter)
    )


def escape_leaves(phase: Phase) -> bool:
    """Whether Escape asks to leave, or belongs to something that is open inside the session."""
    return phase not in (Phase.RECORDING, Phase.CHANGING) and phase not in _REASON_OPEN


def _escape(page: ArenaPage, phase: Phase) -> Action:
    """Out of the innermost thing that is open; out of the session only after a question."""
    if escape_leaves(phase):
        return page.ask_to_leave
    if phase is Phase.CHANGING:
        return page.change_dismissed.emit
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


def _of_turn(page: ArenaPage, state: ArenaState, letter: str) -> Action | None:
    """On to the next turn, or back from one in which nothing was said."""
    goes = state.conversation
    if state.phase is Phase.VOTING and goes.may_go_on and goes.chooses and letter in ("A", "B"):
        return lambda: page.go_on_requested.emit(letter.lower())
    if state.phase in (Phase.OPENING, Phase.READY) and goes.may_go_back and letter == "B":
        return page.go_back_requested.emit
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
    if state.phase in (Phase.VOTING, Phase.CHANGING):
        choice = votes_by_key(by_strength=state.asked.strength).get(letter)
        return None if choice is None else lambda: page.judge.cast(choice)
    if letter == "U" and state.can_change:
        return page.change_requested.emit
    if state.phase is Phase.VOTED:
        return _of_reason(page, state, letter)
    if state.phase is Phase.REASON_RECORDING and letter == "S":
        return page.stop_reason.emit
    return None


def _of_reason(page: ArenaPage, state: ArenaState, letter: str) -> Action | None:
    """Why: said, typed, or ticked by side."""
    if letter == "S" and state.can_speak_reason:
        return page.speak_reason.emit
    side = page.judge.sheet.sides.get(letter.lower()) if state.asked.sheet else None
    if side is not None:
        return lambda: side.setFocus(Qt.FocusReason.ShortcutFocusReason)
    return page.type_reason.emit if letter == "T" else None
