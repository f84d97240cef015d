"""Keeping or forgetting a key. What is typed is not shown, and is in no state."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.getting_state import KeySheet
from ui.safe_text import in_line
from ui.speak import announcer
from ui.widgets.button import Button
from ui.widgets.line_field import LineField
from ui.widgets.sheet import Sheet
from ui.widgets.signed import Signed
from ui.widgets.text import Text

LONGEST = 4096
"""Characters; no key is longer, and a pasted file is none."""


class KeySheetView(Sheet):
    typed = Signal(str)
    forgotten = Signal()
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._said = ""
        self._ready = False
        self.field = LineField("Key", hint="", longest=LONGEST, secret=True)
        self._kept = Text(ink="muted")
        self._working = Text(ink="muted")
        self._problem = Signed()
        self.forget = Button("Forget it")
        self.setFocusProxy(self.field)
        self.go.set_label("Save")
        for part in (self._kept, self.field, self._working, self._problem):
            self.column.addWidget(part)
        self.column.addLayout(self.buttons(self.forget))
        self.go.clicked.connect(lambda: self.typed.emit(self.field.text()))
        self.leave.clicked.connect(self.left)
        self.forget.clicked.connect(self.forgotten)
        self.field.changed.connect(self._enable)

    def draw(self, state: KeySheet) -> None:
        self.show_title(in_line(state.title))
        self.field.show_hint(state.hint)
        self._kept.show_or_hide(in_line(state.kept))
        self.forget.setVisible(state.can_forget)
        self.forget.setEnabled(not state.working)
        self._working.show_or_hide(state.working)
        self._problem.show_problem(state.problem)
        self.field.edit.setReadOnly(bool(state.working))
        self._ready = not state.working
        self._enable()
        said = f"{state.problem.title} {state.problem.detail}".strip() if state.problem else ""
        if said and said != self._said:
            announcer.announce(self, said, urgent=True)
        self._said = said

    def clear(self) -> None:
        """Forget what was typed."""
        self.field.clear()

    def _enable(self) -> None:
        self.go.setEnabled(self._ready and bool(self.field.text()))
