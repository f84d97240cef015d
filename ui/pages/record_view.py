"""The first half of a battle: speak."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from ui import theme
from ui.state import ArenaState, Meter, Phase
from ui.widgets.answer_card import CardPair
from ui.widgets.button import Button, Kind
from ui.widgets.centred import Centred
from ui.widgets.change_button import ChangeButton
from ui.widgets.clock import clock_text
from ui.widgets.device_menu import DeviceMenu
from ui.widgets.level_meter import LevelMeter
from ui.widgets.record_control import Mode, RecordControl
from ui.widgets.text import Text
from ui.widgets.waveform import Waveform

ASKED_BEFORE = "You asked this before"
ANSWER_THEM = "Go on with the conversation"
INSTRUCTION = "Ask anything you would ask a voice assistant"
HOW = "Hold the space bar while you speak, or press it once to start and once to stop."
_HOW = {
    Phase.OPENING: "The microphone is being opened.",
    Phase.READY: HOW,
    Phase.RECORDING: HOW,
    Phase.CHECKING: "The recording is being checked.",
    Phase.FAILED: "Nothing can be recorded now.",
}
HOW_AGAIN = (
    "Press the space bar to begin and once more to ask. The whole recording is asked: nobody has "
    "to speak."
)
HOW_BEFORE = (
    "Press the space bar to see its answers once more, and choose again. Nobody has to speak."
)
SOON = "The recording starts as soon as the microphone is open. Wait a moment before you speak."
_MODES = {Phase.READY: Mode.READY, Phase.RECORDING: Mode.RECORDING, Phase.FAILED: Mode.OFF}
_GAP = 4 * theme.UNIT
_LIVE = (Phase.READY, Phase.RECORDING)


class RecordView(QWidget):
    discard_requested = Signal()
    device_chosen = Signal(str)
    rescan_requested = Signal()
    change_requested = Signal()
    """The last vote is to be changed."""
    go_back_requested = Signal()
    """To the answers of the turn before, while nothing was said in this one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._phase: Phase | None = None
        self._longest_ms = 1
        self._head = QWidget()
        self._talking = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._beside = (QWidget(), QWidget())
        self._live = QVBoxLayout()
        self._gaps = (QSpacerItem(0, _GAP), QSpacerItem(0, _GAP))
        self.cards = CardPair(earlier_alone=True)
        self._title = Text("", theme.Type.TITLE, weight=theme.SEMIBOLD, centred=True)
        self._title_beside = Text(
            ANSWER_THEM, theme.Type.LARGE, weight=theme.SEMIBOLD, centred=True
        )
        self._how = Text(HOW, ink="muted", centred=True)
        self.control = RecordControl()
        self.clock = Text(
            clock_text(0), theme.Type.TITLE, weight=theme.MEDIUM, centred=True, tabular=True
        )
        self.waveform = Waveform("What the microphone hears")
        self.waveform.setMaximumWidth(90 * theme.UNIT)
        self.device = Text(ink="muted", wrap=False)
        self.meter = LevelMeter()
        self.meter.hide()
        self.change = DeviceMenu("Change")
        self.discard = Button("Discard", "D")
        self.discard.clicked.connect(self.discard_requested)
        self.change.device_chosen.connect(self.device_chosen)
        self.change.rescan_requested.connect(self.rescan_requested)
        self.change_last = ChangeButton("Undo my last vote", "Change my last vote")
        self.change_last.clicked.connect(self.change_requested)
        self.back = Button("Back to the answers", "B", kind=Kind.QUIET)
        self.back.clicked.connect(self.go_back_requested)
        for button in (self.change, self.discard, self.change_last, self.back):
            button.space_talks = True
        self._arrange()

    def draw(self, state: ArenaState, *, early: bool = False) -> None:
        """`early`: the key was pressed already, and the take starts by itself."""
        entered = state.phase is not self._phase
        self._phase = state.phase
        self._longest_ms = max(1, state.max_duration_ms)
        recording = state.phase is Phase.RECORDING
        phase = Phase.FAILED if is_stuck(state) else state.phase
        self._title.setText(_title(state))
        self._how.setText(_how(state, phase, early=early))
        self._draw_conversation(state)
        again = state.asked_before and state.phase is Phase.READY
        self.control.set_mode(Mode.AGAIN if again else _MODES.get(phase, Mode.WAITING))
        opening = state.phase is Phase.OPENING and state.problem is None
        no_device = opening or state.asked_before
        self.device.setText("" if no_device else state.device_label or "No microphone")
        # Before a session is the place to change it, or between takes: never inside one.
        self.change.setVisible(not recording and bool(state.devices))
        self.change.setEnabled(state.phase is not Phase.CHECKING)
        self.change.show_devices(state.devices, state.device_key)
        self.discard.setVisible(recording)
        waiting = state.phase in (Phase.OPENING, Phase.READY)
        self.change_last.offer(waiting and state.can_change, state.undo_ms)
        if entered and state.phase in (Phase.OPENING, Phase.READY, Phase.FAILED):
            self.clock.setText(clock_text(0))
            self.waveform.clear()
        if again and state.take is not None:
            self.clock.setText(clock_text(state.take.duration_ms))
            self.waveform.show_take(state.take.peaks)
        if entered and state.phase not in _LIVE:
            self.meter.clear()
        if state.phase is Phase.OPENING:
            self.meter.hide()  # until there is a level: recordings have none before they play

    def _draw_conversation(self, state: ArenaState) -> None:
        """From the second turn on, what was answered before stands above, and has most of the room:
        the microphone's things stand beside each other then."""
        later = state.conversation.turn > 1
        self.cards.tell_earlier(state.card_a.earlier, state.card_b.earlier)
        for part in (self._earlier, self._title_beside, *self._beside):
            part.setVisible(later)
        self._head.setVisible(not later)
        across, down = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._talking.setDirection(across if later else down)
        for gap in self._gaps:
            gap.changeSize(0, _GAP // 2 if later else _GAP)
        self._live.invalidate()
        # The room of either stays, so that nothing moves when a recording begins.
        _keep_room(self.change_last, not later)
        _keep_room(self.back, later)
        waiting = state.phase in (Phase.OPENING, Phase.READY)
        self.back.setVisible(waiting and state.conversation.may_go_back)

    def show_meter(self, meter: Meter) -> None:
        if self._phase not in _LIVE:
            return
        self.meter.show_level(meter.level_dbfs)
        self.meter.show()
        if self._phase is Phase.RECORDING:
            self.clock.setText(clock_text(meter.elapsed_ms))
            self.control.show_elapsed(meter.elapsed_ms / self._longest_ms)
            self.waveform.extend(meter.peaks)

    def _arrange(self) -> None:
        earlier = QVBoxLayout()
        earlier.setContentsMargins(0, 0, 0, theme.GAP)
        earlier.addWidget(self.cards)
        self._earlier = Centred(earlier, above=2 * theme.UNIT)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 2 * theme.UNIT, 0, 2 * theme.UNIT)
        whole.setSpacing(0)
        whole.addStretch()
        whole.addWidget(self._earlier, 1)
        self._arrange_head()
        whole.addWidget(self._head)
        self._talking.setContentsMargins(theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN, 0)
        self._talking.setSpacing(_GAP)
        self._talking.addWidget(self._beside[0], 1)
        self._talking.addWidget(self.control, 0, Qt.AlignmentFlag.AlignCenter)
        self._arrange_live()
        self._talking.addLayout(self._live, 8)
        self._talking.addWidget(self._beside[1], 1)
        whole.addLayout(self._talking)
        whole.addStretch()

    def _arrange_head(self) -> None:
        column = QVBoxLayout(self._head)
        column.setContentsMargins(theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN, _GAP)
        column.setSpacing(theme.UNIT)
        column.addWidget(self._title)
        column.addWidget(self._how)

    def _arrange_live(self) -> None:
        """What tells of the microphone."""
        column = self._live
        column.setSpacing(0)
        column.addWidget(self._title_beside)
        column.addWidget(self.clock)
        column.addItem(self._gaps[0])
        column.addLayout(_in_the_middle((self.waveform, 8)))
        column.addItem(self._gaps[1])
        parts = (self.device, self.meter, self.change, self.discard)
        row = _in_the_middle(*((part, 0) for part in parts))
        row.setSpacing(theme.UNIT + theme.UNIT // 2)
        column.addLayout(row)
        column.addSpacing(2 * theme.UNIT)
        column.addLayout(_in_the_middle((self.change_last, 0), (self.back, 0)))


def _keep_room(button: Button, kept: bool) -> None:
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(kept)
    button.setSizePolicy(policy)


def _in_the_middle(*parts: tuple[QWidget, int]) -> QHBoxLayout:
    """Widgets with their stretch."""
    row = QHBoxLayout()
    row.addStretch()
    for part, stretch in parts:
        row.addWidget(part, stretch)
    row.addStretch()
    return row


def _title(state: ArenaState) -> str:
    if state.asked_before:
        return ASKED_BEFORE
    return state.instruction or INSTRUCTION


def _how(state: ArenaState, phase: Phase, *, early: bool) -> str:
    if early and phase is Phase.OPENING:
        return SOON
    if state.asked_before and phase is Phase.READY:
        return HOW_BEFORE
    if state.replays and phase in _LIVE:
        return HOW_AGAIN
    return _HOW.get(phase, HOW)


def is_stuck(state: ArenaState) -> bool:
    """The microphone is not being opened: the button of the problem would do that."""
    return state.phase is Phase.OPENING and state.problem is not None and bool(state.problem.action)
