"""A battle: speak, read two answers, choose, say why. The only page inside a session.

Draws `ArenaState` and turns keys, clicks and the end of the reveal into signals. What may follow
what is decided by whoever sends the states; the page only offers what the phase allows.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from ui import theme
from ui.held_key import HeldKey
from ui.pages.arena_keys import action_for, escape_leaves
from ui.pages.judge_view import JudgeView
from ui.pages.record_view import SOON, RecordView, is_stuck
from ui.speak import announcer
from ui.state import ArenaState, Meter, NamesState, Phase, Problem
from ui.talk_key import Talk, TalkKey
from ui.widgets.centred import Centred
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.session_footer import SessionFooter, told
from ui.widgets.session_header import SessionHeader

LEAVE = Problem(
    "End this session?",
    "The votes you have given are saved. It cannot be continued later.",
    "End session",
)
_RECORD_PHASES = (Phase.OPENING, Phase.READY, Phase.RECORDING, Phase.CHECKING)
_AFTER_VOTE = (
    Phase.VOTED,
    Phase.NAMED,
    Phase.REASON_RECORDING,
    Phase.REASON_CHECKING,
    Phase.REASON_EDITING,
)
_SAID = {
    Phase.RECORDING: "Recording",
    Phase.CHECKING: "Recording stopped",
    Phase.THINKING: "Both assistants are answering",
    Phase.VOTING: "Both answers are shown. Choose with the keys 1 to {most}, or 0",
    Phase.VOTED: "Vote saved",
    Phase.CHANGING: "Choose again. Your vote stands until you do",
    Phase.REASON_RECORDING: "Recording your reason",
    Phase.REASON_CHECKING: "Recording stopped",
}


class ArenaPage(QWidget):
    record_started = Signal()
    record_stopped = Signal(float)
    """When the participant stopped, in seconds of `clock`; a little before the signal."""
    play_toggled = Signal()
    rerecord_requested = Signal()
    discard_requested = Signal()
    device_chosen = Signal(str)
    rescan_requested = Signal()
    revealed = Signal(object)
    """`ui.reveal.RevealReport`: both answers have been painted to the end."""
    vote_chosen = Signal(object)
    """The `CastVote`."""
    sides_judged = Signal(object)
    """`Judged`: each answer by itself."""
    go_on_requested = Signal(str)
    """Another turn: `separate`, or the slot whose answer the conversation goes on with."""
    go_back_requested = Signal()
    """From a turn in which nothing was said, to the answers of the one before."""
    change_requested = Signal()
    """The vote on the screen, or before a recording the last one."""
    change_dismissed = Signal()
    speak_reason = Signal()
    stop_reason = Signal()
    type_reason = Signal()
    reason_saved = Signal(str)
    reason_dismissed = Signal()
    next_requested = Signal()
    problem_action = Signal()
    leave_requested = Signal()
    """Confirmed by the participant."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: ArenaState | None = None
        self._names: NamesState | None = None
        self._talk = TalkKey()
        self.space = HeldKey(self)
        self.clock: Callable[[], float] = monotonic
        """Seconds, monotonic; tells holding from tapping."""
        self._leaving = False
        self.header = SessionHeader()
        self.leave_bar = ProblemBanner(sign="info", key="L")
        self.banner = ProblemBanner(key="⏎")
        self.record = RecordView()
        self.judge = JudgeView()
        self.footer = SessionFooter()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._arrange()
        self._connect()

    @property
    def state(self) -> ArenaState | None:
        return self._state

    def take_names(self, names: NamesState) -> None:
        """Who is who in a battle; shown when that battle is drawn in phase NAMED."""
        self._names = names

    def draw(self, state: ArenaState) -> None:
        before = self._state
        self._state = state
        new_battle = before is None or before.number != state.number
        entered = new_battle or before is None or before.phase is not state.phase
        if is_stuck(state) or (entered and not self._goes_on_talking(state.phase)):
            self._talk.reset()
        recording_half = _in_record_half(state)
        self.setAccessibleName(f"Battle {state.number} of {state.total}")
        self.header.show_progress(
            state.title, state.number, state.total, state.conversation, state.course
        )
        self._name_escape()
        self.banner.show_problem(state.problem, primary=state.phase not in _AFTER_VOTE)
        self._make_room()
        self.banner.action.set_key("" if state.phase in _AFTER_VOTE else "⏎")
        if recording_half:
            self.record.draw(state, early=self._talk.is_early)
            self.judge.clear()
        else:
            self.judge.draw(state, self._told(state))
        self._halves.setCurrentIndex(0 if recording_half else 1)
        self.footer.setVisible(not recording_half and state.phase is not Phase.FAILED)
        self.footer.draw(state, self._told(state))
        if entered:
            self._enter(state, before if not new_battle else None)
        elif before is not None and before.reason.opening and not state.reason.opening:
            self._say(state, _SAID[Phase.REASON_RECORDING])
        if state.phase is Phase.READY and self._talk.is_early:
            QTimer.singleShot(0, self._start_at_last)  # whoever sent this state is still at it

    def show_meter(self, meter: Meter) -> None:
        self.record.show_meter(meter)
        self.footer.show_meter(meter)

    def ask_to_leave(self) -> None:
        """Ask on the page, not in a dialogue; `leave_requested` follows only after a yes.

        What is being recorded ends first, and is kept: nobody talks to a question.
        """
        self._leaving = True
        self._name_escape()
        self._close_microphone()
        self.leave_bar.show_problem(LEAVE, second="Stay", primary=False)
        self._make_room()
        self.leave_bar.second.setFocus(Qt.FocusReason.OtherFocusReason)

    def stay(self) -> None:
        self._settle_leaving()
        self._place_focus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._state is None:
            return
        if event.key() == Qt.Key.Key_Space and self._goes_on_by_talking(event):
            self.go_on_requested.emit("separate")  # and this press is already that of the talk key
        if event.key() == Qt.Key.Key_Space and _in_record_half(self._state):
            self.space.press(event)
            return
        if event.isAutoRepeat():
            return
        action = self._leave_action(event) if self._leaving else action_for(self, event)
        if action is None:
            event.ignore()
        else:
            action()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.space.release(event, self.clock())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowDeactivate:
            self._close_microphone()
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._close_microphone()
        self._settle_leaving()  # the question belongs to the session that is over
        super().hideEvent(event)

    def toggle_record(self) -> None:
        """Start or stop by Return or a screen reader: what a tap does."""
        at_s = self.clock()
        self._press_talk(at_s)
        self._release_talk(at_s)

    def _press_talk(self, at_s: float) -> None:
        if self._state is None or self._leaving:
            return
        phase = self._state.phase
        talk = self._talk.press(
            at_s * 1000,
            can_start=phase is Phase.READY,
            recording=phase is Phase.RECORDING,
            opening=phase is Phase.OPENING and not is_stuck(self._state),
        )
        self._tell_what_is_to_come()
        if self._talk.is_early:
            announcer.announce(self, SOON)
        self._obey(talk, at_s)

    def _release_talk(self, at_s: float) -> None:
        talk = self._talk.release(at_s * 1000)
        self._tell_what_is_to_come()
        self._obey(talk, at_s)

    def _start_at_last(self) -> None:
        """The microphone is open, for a key that was pressed before it was."""
        if self._state is not None and self._state.phase is Phase.READY:
            self._obey(self._talk.ready(), self.clock())

    def _goes_on_by_talking(self, event: QKeyEvent) -> bool:
        state = self._state
        if state is None or self._leaving or event.isAutoRepeat():
            return False
        return state.phase is Phase.VOTING and state.conversation.goes_on_by_talking

    def _goes_on_talking(self, phase: Phase) -> bool:
        return phase is Phase.RECORDING or (phase is Phase.READY and self._talk.is_early)

    def _tell_what_is_to_come(self) -> None:
        """While the microphone is opened: whether a take starts by itself."""
        if self._state is not None and self._state.phase is Phase.OPENING:
            self.record.draw(self._state, early=self._talk.is_early)

    def _obey(self, talk: Talk | None, at_s: float) -> None:
        if talk is Talk.START:
            self.record_started.emit()
        elif talk is Talk.STOP:
            self.record_stopped.emit(at_s)

    def _close_microphone(self) -> None:
        """Nobody is talking to it now: whatever was being recorded ends, and is kept."""
        phase = self._state.phase if self._state is not None else None
        talk = self._talk.lose_focus(recording=phase is Phase.RECORDING)
        self._tell_what_is_to_come()
        self._obey(talk, self.clock())
        if phase is Phase.REASON_RECORDING:
            self.stop_reason.emit()

    def _leave_action(self, event: QKeyEvent) -> Callable[[], None] | None:
        if event.key() == Qt.Key.Key_Escape:
            return self.stay
        return self._leave if event.key() == Qt.Key.Key_L else None

    def _leave(self) -> None:
        self._settle_leaving()
        self.leave_requested.emit()

    def _settle_leaving(self) -> None:
        self._leaving = False
        self._name_escape()
        self.leave_bar.show_problem(None)
        self._make_room()

    def _name_escape(self) -> None:
        """Escape is shown on “Leave” only while that is what it does."""
        free = self._state is None or escape_leaves(self._state.phase)
        self.header.leave.show_key(free and not self._leaving)

    def _enter(self, state: ArenaState, before: ArenaState | None) -> None:
        """A phase has begun: say so, and put the focus where it means nothing for A or B."""
        came_from_reason = before is not None and before.phase.name.startswith("REASON")
        said = "" if state.reason.opening else _SAID.get(state.phase, "")
        said = said.format(most=6 if state.asked.strength else 4) + _how_to_go_on(state)
        if names := self._told(state):
            said = told(names)
        came_from_change = before is not None and before.phase is Phase.CHANGING
        if state.phase is Phase.VOTED and came_from_change and _same_vote(before, state):
            said = "Your vote stands"
        if state.phase is Phase.VOTED and came_from_reason:
            said = "Reason saved" if state.reason.saved else ""
        self._say(state, said)
        if not self._leaving:
            self._place_focus()

    def _told(self, state: ArenaState) -> NamesState | None:
        """The names that may be shown now."""
        names = self._names if state.phase is Phase.NAMED else None
        return names if names is not None and names.number == state.number else None

    def _say(self, state: ArenaState, said: str) -> None:
        if said and state.problem is None:  # a problem has been said already, and matters more
            announcer.announce(self, said)

    def _make_room(self) -> None:
        problem = self._state is not None and self._state.problem is not None
        self._banners.setVisible(problem or self._leaving)

    def _place_focus(self) -> None:
        if self._state is None:
            return
        places: dict[Phase, QWidget] = {
            Phase.VOTED: self.footer.next,
            Phase.NAMED: self.footer.next,
            Phase.REASON_RECORDING: self.footer.stop,
            Phase.REASON_CHECKING: self.footer.cancel,
            Phase.REASON_EDITING: self.footer.editor,
        }
        place = places.get(self._state.phase, self)
        if place is self and self._state.problem and self._state.problem.action:
            place = self.banner.action
        place.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        self._halves = QStackedWidget()
        self._halves.addWidget(PageScroll(self.record))
        self._halves.addWidget(PageScroll(self.judge))
        banners = QVBoxLayout()
        banners.setContentsMargins(0, 0, 0, 0)
        banners.setSpacing(2 * theme.UNIT)
        banners.addWidget(self.leave_bar)
        banners.addWidget(self.banner)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.header)
        self._banners = Centred(banners, above=theme.GAP)
        column.addWidget(self._banners)
        column.addWidget(self._halves, 1)
        column.addWidget(self.footer)

    def _connect(self) -> None:
        record, judge, footer = self.record, self.judge, self.footer
        self.header.leave.clicked.connect(self.ask_to_leave)
        self.leave_bar.acted.connect(self._leave)
        self.leave_bar.dismissed.connect(self.stay)
        self.banner.acted.connect(self.problem_action)
        self.space.pressed.connect(lambda: self._press_talk(self.clock()))
        self.space.released.connect(self._release_talk)
        record.control.held.connect(lambda: self._press_talk(self.clock()))
        record.control.let_go.connect(lambda: self._release_talk(self.clock()))
        record.control.clicked.connect(self.toggle_record)
        record.discard_requested.connect(self.discard_requested)
        record.device_chosen.connect(self.device_chosen)
        record.rescan_requested.connect(self.rescan_requested)
        judge.strip.play_toggled.connect(self.play_toggled)
        judge.strip.rerecord_requested.connect(self.rerecord_requested)
        judge.strip.discard_requested.connect(self.discard_requested)
        judge.revealed.connect(self.revealed)
        judge.voted.connect(self.vote_chosen)
        judge.judged.connect(self.sides_judged)
        judge.gone_on.connect(self.go_on_requested)
        record.go_back_requested.connect(self.go_back_requested)
        footer.voted.connect(judge.cast)
        footer.change_requested.connect(self.change_requested)
        footer.change_dismissed.connect(self.change_dismissed)
        record.change_requested.connect(self.change_requested)
        footer.speak_requested.connect(self.speak_reason)
        footer.stop_requested.connect(self.stop_reason)
        footer.type_requested.connect(self.type_reason)
        footer.saved.connect(self.reason_saved)
        footer.dismissed.connect(self.reason_dismissed)
        footer.next_requested.connect(self.next_requested)


def _how_to_go_on(state: ArenaState) -> str:
    if state.phase is not Phase.VOTING or not state.conversation.may_go_on:
        return ""
    if state.conversation.chooses:
        return ". Or go on with an answer, with the keys A or B"
    return ". Or go on talking, with the space bar"


def _same_vote(one: ArenaState | None, other: ArenaState) -> bool:
    return one is not None and (one.vote, one.strength) == (other.vote, other.strength)


def _in_record_half(state: ArenaState) -> bool:
    return state.phase in _RECORD_PHASES or (state.phase is Phase.FAILED and state.take is None)
