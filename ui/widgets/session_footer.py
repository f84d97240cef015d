"""The line under a battle: what to do now, and, after the vote, why."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import paint, theme
from ui.conversation_state import Conversation
from ui.safe_text import in_line
from ui.state import ArenaState, CastVote, Meter, NamesState, Phase, Vote
from ui.widgets.button import Button, Kind
from ui.widgets.change_button import ChangeButton
from ui.widgets.clock import clock_text
from ui.widgets.level_meter import LevelMeter
from ui.widgets.reason_editor import ReasonEditor
from ui.widgets.text import Text
from ui.widgets.vote_bar import VoteButton, in_words

_JUDGING = (Phase.THINKING, Phase.REVEALING, Phase.VOTING, Phase.CHANGING)
_REASON_OPEN = (Phase.REASON_RECORDING, Phase.REASON_CHECKING, Phase.REASON_EDITING)


class SessionFooter(QWidget):
    voted = Signal(object)
    speak_requested = Signal()
    stop_requested = Signal()
    type_requested = Signal()
    saved = Signal(str)
    dismissed = Signal()
    next_requested = Signal()
    change_requested = Signal()
    change_dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase: Phase | None = None
        self._drawn_reason = ""
        self._dot = _Dot()
        self._words = Text(ink="muted")
        self._clock = Text(weight=theme.MEDIUM, wrap=False, tabular=True)
        self._meter = LevelMeter()
        self.speak = Button("Speak", "S")
        self.type = Button("Type", "T")
        self.editor = ReasonEditor()
        self.change = ChangeButton("Undo vote", "Change vote")
        self.cannot_judge = VoteButton(CastVote(Vote.CANNOT_JUDGE), height=5 * theme.UNIT)
        self.cannot_judge.set_kind(Kind.QUIET)
        self.cancel = Button("Cancel", "Esc", kind=Kind.QUIET)
        self.stop = Button("Stop", "S", kind=Kind.RECORDING)
        self.save = Button("Save", "Ctrl ⏎", kind=Kind.PRIMARY)
        self.next = Button("Next", "⏎", kind=Kind.PRIMARY)
        self._arrange()
        self._connect()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._fit()

    def draw(self, state: ArenaState, names: NamesState | None = None) -> None:
        """`names` only where this battle's may be told."""
        phase = state.phase
        entered = phase is not self._phase
        self._phase = phase
        voted = phase is Phase.VOTED
        recording = phase is Phase.REASON_RECORDING and not state.reason.opening
        editing = phase is Phase.REASON_EDITING
        self._words.setText(told(names) if names else _words(state))
        self._dot.setVisible(recording)
        self._clock.setVisible(recording)
        self._meter.setVisible(recording)
        if phase is Phase.REASON_RECORDING and entered:
            self._clock.setText(clock_text(0))
        self.speak.setVisible(voted and state.can_speak_reason)
        self.type.setVisible(voted)
        self.type.set_label("Edit" if voted and state.reason.saved else "Type")
        self.editor.setVisible(editing)
        side, above = theme.PAGE_MARGIN, 2 * theme.UNIT if editing else theme.UNIT
        self._around.setContentsMargins(side, above, side, above)
        self.change.offer(voted and state.can_change, state.undo_ms)
        self.cancel.setVisible(phase in _REASON_OPEN or phase is Phase.CHANGING)
        self.stop.setVisible(phase is Phase.REASON_RECORDING)
        self.save.setVisible(editing)
        self.next.setVisible(voted or phase is Phase.NAMED)
        self.next.set_label("Who was who" if voted and state.tells_names else "Next")
        unsure = state.vote is Vote.CANNOT_JUDGE
        told_by_it = phase is Phase.NAMED and unsure
        self.cannot_judge.setVisible(phase in _JUDGING or told_by_it)
        self.cannot_judge.setEnabled(phase in (Phase.VOTING, Phase.CHANGING))
        self.cannot_judge.set_chosen(unsure)
        if editing and (entered or state.reason.text != self._drawn_reason):
            self._drawn_reason = state.reason.text
            self.editor.set_text(state.reason.text)
            self.editor.set_name(self._words.text())
        self._allow_saving()

    def show_meter(self, meter: Meter) -> None:
        if self._phase is Phase.REASON_RECORDING:
            self._clock.setText(clock_text(meter.elapsed_ms))
            self._meter.show_level(meter.level_dbfs)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        painter.fillRect(0, 0, self.width(), 1, theme.now.colours.line)

    def _fit(self) -> None:
        self.setMinimumHeight(theme.now.control(7 * theme.UNIT))

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * theme.UNIT)
        for part in (self._dot, self._clock, self._meter):
            row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(theme.UNIT)
        words.addStretch()
        words.addWidget(self._words)
        words.addWidget(self.editor)
        words.addStretch()
        row.addLayout(words, 1)
        for button in (self.change, self.speak, self.type, self.cancel, self.cannot_judge):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        for button in (self.stop, self.save, self.next):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._around = QVBoxLayout(self)
        self._around.addLayout(row)

    def _connect(self) -> None:
        self.cannot_judge.clicked.connect(self._vote)
        self.speak.clicked.connect(self.speak_requested)
        self.type.clicked.connect(self.type_requested)
        self.stop.clicked.connect(self.stop_requested)
        self.change.clicked.connect(self.change_requested)
        self.cancel.clicked.connect(self._cancel)
        self.save.clicked.connect(self.save_text)
        self.next.clicked.connect(self.next_requested)
        self.editor.saved.connect(self.save_text)
        self.editor.dismissed.connect(self.dismissed)
        self.editor.changed.connect(self._allow_saving)

    def _cancel(self) -> None:
        changing = self._phase is Phase.CHANGING
        (self.change_dismissed if changing else self.dismissed).emit()

    def _vote(self) -> None:
        if self._phase in (Phase.VOTING, Phase.CHANGING):
            self.voted.emit(self.cannot_judge.choice)

    def save_text(self) -> None:
        """Save what the editor holds; an empty reason is none."""
        if text := self.editor.text():
            self.saved.emit(text)

    def _allow_saving(self) -> None:
        self.save.setEnabled(bool(self.editor.text()))


def told(names: NamesState) -> str:
    return f"A was {in_line(names.name_a)}. B was {in_line(names.name_b)}."


def _words(state: ArenaState) -> str:
    if state.phase is Phase.THINKING:
        return "Both assistants are answering"
    if state.phase is Phase.REVEALING:
        return "Read both answers"
    if state.phase is Phase.VOTING:
        return _asks(state.conversation)
    if state.phase is Phase.CHANGING:
        return "Choose again. Your vote stands until you do"
    if state.phase is Phase.REASON_RECORDING:
        opening = "The microphone is being opened"
        return opening if state.reason.opening else "Say why you chose this"
    if state.phase is Phase.REASON_CHECKING:
        return "Writing down what you said"
    if state.phase is Phase.REASON_EDITING:
        return "This was heard. Correct it if it is wrong" if state.reason.spoken else "Why?"
    return _voted(state) if state.phase is Phase.VOTED else ""


def _asks(conversation: Conversation) -> str:
    asked = "Which answer is better?"
    if conversation.turn > 1:
        asked = "Which side is better, over all turns?"
    return f"{asked} Vote, or go on first" if conversation.may_go_on else asked


def _voted(state: ArenaState) -> str:
    """What stands, and what may be added."""
    saved = "Saved"
    unseen = state.asked.sheet or state.vote is Vote.CANNOT_JUDGE
    if state.vote is not None and unseen:  # its button is not on the screen
        saved = f"Saved: {in_words(CastVote(state.vote, state.strength))}"
    if state.reason.saved:
        return f"{saved}, with your reason"
    ways = "Say or type" if state.can_speak_reason else "Type"
    return f"{saved}. {ways} why, if you like"


class _Dot(QWidget):
    """The microphone is open."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(12, 12)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        paint.box(painter, QRectF(self.rect()), 6, fill=theme.now.colours.recording)
