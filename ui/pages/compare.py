"""Before a session: what it is, a look at the microphone, start."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.safe_text import in_line
from ui.state import CompareState, Meter, Problem
from ui.widgets.beside import Beside
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.centred import Centred
from ui.widgets.chip import Chip
from ui.widgets.device_menu import NONE, DeviceMenu
from ui.widgets.level_meter import LevelMeter
from ui.widgets.line_field import LineField
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.text import Text

_SPOKEN = "You ask something out loud, as you would ask a voice assistant."
_REPLAYED = "A recording of earlier is asked again, each time another one."
_STEPS = (
    "Two assistants answer in writing. You are not told which they are.",
    "You say which answer is better, and why if you like.",
)
_CODE = "Optional. With the same code each time, your sessions count as one person's."

_END_IT = Problem(
    "End the session that was broken off?",
    "The votes given in it are saved. It cannot be continued later.",
    "Start a new session",
)
LONGEST_CODE = 64
"""Characters of a participant code."""


class ComparePage(QWidget):
    start_requested = Signal(str)
    """With the participant code as it was typed; confirmed where it ends another session."""
    resume_requested = Signal()
    code_typed = Signal(str)
    """At every change of the participant code."""
    device_chosen = Signal(str)
    rescan_requested = Signal()
    problem_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meter_open = self._broken_off = self._resume_is_next = self._asking = False
        self.setAccessibleName("Compare")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._title = Text("", theme.Type.TITLE, weight=theme.SEMIBOLD)
        self._about = Text(ink="muted", widest=90 * theme.UNIT)
        self.banner = ProblemBanner()
        self._notice = ProblemBanner(sign="info", weight=theme.REGULAR)
        self._put_aside = ProblemBanner(sign="info", weight=theme.REGULAR)
        self._question = Text(_SPOKEN)
        self._microphone = _heading("Your microphone")
        self._battles = Text(ink="muted")
        self.device = DeviceMenu("", kind=Kind.FIELD, icon="microphone")
        self._hint = Text("", theme.Type.SMALL, ink="muted")
        self.meter = LevelMeter()
        self._meter_words = Text(ink="muted")
        self.code = LineField("Participant code", hint=_CODE, longest=LONGEST_CODE)
        self.setFocusProxy(self.code)  # whoever just types and presses Return is not nameless
        self.resume = Button("Continue", "⏎", kind=Kind.PRIMARY)
        self.start = Button("Start", "⏎", kind=Kind.PRIMARY)
        self._resume_words = Text(ink="muted")
        self.question = ProblemBanner(sign="info", key="N")
        self._arrange()
        self._connect()

    def draw(self, state: CompareState) -> None:
        self._title.setText(state.study_title)
        self._about.show_or_hide(state.study_text)
        self.banner.show_problem(state.problem)
        self._notice.show_problem(Problem(state.notice) if state.notice else None)
        self._put_aside.show_problem(Problem(state.put_aside) if state.put_aside else None)
        self._battles.setText(_length(state.battles))
        self._question.setText(_REPLAYED if state.replays else _SPOKEN)
        self._microphone.setText("What is asked" if state.replays else "Your microphone")
        self._draw_device(state)
        self._broken_off = bool(state.resume_text)
        self._resume_is_next = self._broken_off and state.resume_fits
        self._resume_words.setText(state.resume_text)
        self._name_the_next_one()
        if not self._broken_off:
            self._settle()
        self._show_what_is_next()

    def show_meter(self, meter: Meter) -> None:
        if self._meter_open:
            self.meter.show_level(meter.level_dbfs)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.isAutoRepeat():
            return
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if self._asking and key in (Qt.Key.Key_N, Qt.Key.Key_Escape):
            (self.question.action if key == Qt.Key.Key_N else self.question.second).click()
        elif self._asking:
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            (self.resume if self._resume_is_next else self.start).click()
        elif key == Qt.Key.Key_N and control and self._broken_off:
            self.start.click()
        else:
            event.ignore()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous():
            self._scroll.rest_at_top(self.code.edit)
            self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if not event.spontaneous():
            self._settle()

    def _start(self) -> None:
        """Begin, or ask first where that ends a session that could go on."""
        if not self._broken_off:
            self.start_requested.emit(self.code.text())
            return
        self._asking = True
        self.question.show_problem(_END_IT, second="Go back", primary=False)
        self._show_what_is_next()
        self.question.second.setFocus(Qt.FocusReason.OtherFocusReason)
        # where it stands is known only once it is laid out
        QTimer.singleShot(0, lambda: self._scroll.bring_into_view(self.question))

    def _end_it(self) -> None:
        self._settle()
        self.start_requested.emit(self.code.text())

    def _go_back(self) -> None:
        self._settle()
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)

    def _settle(self) -> None:
        self._asking = False
        self.question.show_problem(None)
        self._show_what_is_next()

    def _show_what_is_next(self) -> None:
        """The question stands where the buttons stand that led to it."""
        self.start.setVisible(not self._asking)
        for part in (self.resume, self._resume_words):
            part.setVisible(self._broken_off and not self._asking)

    def _code_changed(self) -> None:
        if self._asking:
            self._settle()
        self._scroll.bring_into_view(self.code)
        self.code_typed.emit(self.code.text())

    def _name_the_next_one(self) -> None:
        resume = self._resume_is_next
        self.start.set_label("Start a new session" if self._broken_off else "Start")
        self.start.set_key("Ctrl N" if resume else "⏎")
        self.start.set_kind(Kind.PLAIN if resume else Kind.PRIMARY)
        self.resume.set_kind(Kind.PRIMARY if resume else Kind.PLAIN)
        self.resume.set_key("⏎" if resume else "")
        self.resume.setEnabled(resume)  # to whoever it is not, it would give their votes

    def _draw_device(self, state: CompareState) -> None:
        chosen = next((d for d in state.devices if d.key == state.device_key), None)
        self.device.set_label(in_line(chosen.label, longest=80) if chosen else _no_device(state))
        self.device.show_devices(state.devices, state.device_key)
        self._hint.show_or_hide(in_line(chosen.hint) if chosen else "")
        if self._meter_open and not state.meter_open:
            self.meter.clear()
        self._meter_open = state.meter_open
        self.meter.setVisible(state.listens)
        said = "Say something: the bars should move." if state.meter_open else "Not listening yet."
        self._meter_words.show_or_hide(said if state.listens else "")

    def _arrange(self) -> None:
        what = Card()
        what.column.addWidget(_heading("What will happen"))
        for number, words in enumerate((self._question, *map(Text, _STEPS)), 1):
            what.column.addLayout(_step(number, words))
        what.column.addStretch()
        what.column.addWidget(self._battles)
        microphone = Card()
        microphone.column.addWidget(self._microphone)
        microphone.column.addWidget(self.device)
        microphone.column.addWidget(self._hint)
        microphone.column.addWidget(self.meter)
        microphone.column.addWidget(self._meter_words)
        microphone.column.addStretch()
        cards = Beside(what, microphone, shares=(3, 2), needed=_width_for_both)
        actions = QHBoxLayout()
        actions.setSpacing(2 * theme.UNIT)
        actions.addWidget(self.resume)
        actions.addWidget(self.start)
        actions.addWidget(self._resume_words, 1, Qt.AlignmentFlag.AlignVCenter)
        actions.addStretch()
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._about)
        column.addLayout(words)
        column.addWidget(self.banner)
        column.addWidget(self._put_aside)
        column.addWidget(self._notice)
        column.addWidget(cards)
        column.addWidget(self.code)
        column.addWidget(self.question)
        column.addLayout(actions)
        column.addStretch(1)
        content = QWidget()
        around = QVBoxLayout(content)
        around.setContentsMargins(0, theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN)
        around.addWidget(Centred(column))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        self._scroll = PageScroll(content)
        page.addWidget(self._scroll)

    def _connect(self) -> None:
        self.start.clicked.connect(self._start)
        self.question.acted.connect(self._end_it)
        self.question.dismissed.connect(self._go_back)
        self.resume.clicked.connect(self.resume_requested)
        self.code.changed.connect(self._code_changed)
        self.device.device_chosen.connect(self.device_chosen)
        self.device.rescan_requested.connect(self.rescan_requested)
        self.banner.acted.connect(self.problem_action)


def _heading(text: str) -> Text:
    return Text(text, theme.Type.LARGE, weight=theme.SEMIBOLD)


def _step(number: int, words: Text) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2 * theme.UNIT)
    row.addWidget(Chip(str(number)), 0, Qt.AlignmentFlag.AlignTop)
    row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
    return row


def _length(battles: int) -> str:
    return f"This is done {battles} times." if battles > 1 else "This is done once."


def _width_for_both() -> int:
    return round(100 * theme.UNIT * theme.now.scale)


def _no_device(state: CompareState) -> str:
    return "Choose a microphone" if state.devices else NONE
