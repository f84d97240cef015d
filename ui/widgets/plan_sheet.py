"""Getting one system: what it takes, somebody's word, how far it is, what came of it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.getting_state import PlanSheet, Step
from ui.safe_text import in_line
from ui.speak import announcer
from ui.widgets.button import Button
from ui.widgets.check_button import CheckButton
from ui.widgets.fact_list import FactList
from ui.widgets.progress_bar import ProgressBar
from ui.widgets.sheet import Sheet
from ui.widgets.signed import Signed
from ui.widgets.text import Text

_LEAVE = {
    Step.ASKING: "Cancel",
    Step.OFFERED: "Cancel",
    Step.WAITING: "Cancel",
    Step.WORKING: "Stop",
    Step.STOPPING: "Stop",
}
_GO = {Step.STOPPED: "Go on", Step.PAUSED: "Go on"}
_BAR = {Step.WORKING, Step.STOPPING, Step.STOPPED}


class PlanSheetView(Sheet):
    agreed = Signal(bool)
    """With whether what had to be allowed was allowed."""
    left = Signal()
    again_requested = Signal()
    token_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: PlanSheet | None = None
        self.facts = FactList()
        self._warning = Signed()
        self.allow = CheckButton("")
        self.bar = ProgressBar()
        self.line = Text(tabular=True)
        self._detail = Text("", theme.Type.SMALL, ink="muted")
        self._problem = Signed(weight=theme.MEDIUM)
        self.token = Button("Set token …")
        self._arrange()
        self._connect()

    def draw(self, state: PlanSheet) -> None:
        before, self._state = self._state, state
        step = state.step
        offered = step is Step.OFFERED
        self.show_title(in_line(state.title))
        self.facts.show_facts(state.facts if offered else ())
        self._warning.show_words(state.warning if offered else "")
        self._draw_allow(state.allow if offered else "", before)
        self.bar.setVisible(step in _BAR)
        self.bar.show_share(state.share)
        self.line.show_or_hide(in_line(state.line))
        self._detail.show_or_hide(in_line(state.detail))
        self._problem.show_problem(state.problem)
        self.token.setVisible(state.token and step in {Step.OFFERED, Step.FAILED})
        self._draw_buttons(state)
        if before is None or before.step is not step:
            self._announce(state)

    def _draw_allow(self, label: str, before: PlanSheet | None) -> None:
        if before is None or before.step is not Step.OFFERED:
            self.allow.setChecked(False)  # somebody's word is for what stands here now
        self.allow.setText(label)
        self.allow.setAccessibleName(label)
        self.allow.setVisible(bool(label))
        # Its box stands under the words of the warning; it has room of its own around it.
        indent = self._warning.indent() - theme.UNIT
        self._allow_row.setContentsMargins(indent, 0, 0, 0)

    def _draw_buttons(self, state: PlanSheet) -> None:
        self.leave.set_label(_LEAVE.get(state.step, "Close"))
        self.leave.setEnabled(state.step is not Step.STOPPING)
        label = state.go if state.step is Step.OFFERED else _GO.get(state.step, "")
        if state.step is Step.FAILED and state.problem is not None:
            label = state.problem.action
        self.go.set_label(label)
        self.set_careful(state.careful)
        self.go.setVisible(bool(label))
        self._enable_go()

    def _enable_go(self) -> None:
        self.go.setEnabled(not self.allow.text() or self.allow.isChecked())

    def _announce(self, state: PlanSheet) -> None:
        if state.problem is not None:
            said = f"{state.problem.title} {state.problem.detail}".strip()
            announcer.announce(self, said, urgent=True)
        else:
            told = "What it takes is told" if state.step is Step.OFFERED else state.line
            announcer.announce(self, f"{state.title}. {told}")

    def _go(self) -> None:
        if self._state is not None and self._state.step is Step.OFFERED:
            self.agreed.emit(self.allow.isChecked())
        else:
            self.again_requested.emit()

    def _connect(self) -> None:
        self.go.clicked.connect(self._go)
        self.leave.clicked.connect(self.left)
        self.token.clicked.connect(self.token_requested)
        self.allow.toggled.connect(self._enable_go)

    def _arrange(self) -> None:
        progress = QVBoxLayout()
        progress.setSpacing(theme.UNIT)
        progress.addWidget(self.bar)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.line)
        words.addWidget(self._detail)
        progress.addLayout(words)
        self.column.addWidget(self.facts)
        self.column.addWidget(self._warning)
        self._allow_row = QHBoxLayout()
        self._allow_row.addWidget(self.allow)
        self._allow_row.addStretch(1)
        self.column.addLayout(self._allow_row)
        self.column.addLayout(progress)
        self.column.addWidget(self._problem)
        self.column.addLayout(self.buttons(self.token))
