"""A battle shown again: the same cards, slots and cadence, and no way to vote.

The only page of a window of its own.
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.pages.judge_view import JudgeView
from ui.reveal import RevealReport
from ui.state import Phase, ReplayState
from ui.widgets.button import Button, Kind
from ui.widgets.centred import Centred
from ui.widgets.page_header import PageHeader

TITLE = "What the participant saw"


class ReplayPage(QWidget):
    close_requested = Signal()
    shown_again = Signal(object)
    """`RevealReport`, each time both texts have been painted to the end."""

    def __init__(self, state: ReplayState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._turn = 0
        self.setAccessibleName(TITLE)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.again = Button("Show again", "R", kind=Kind.PRIMARY)
        self.next_turn = Button("Next turn", "N")
        self.header = PageHeader(TITLE, self.again, self.next_turn)
        self.judge = JudgeView()
        self.again.clicked.connect(self.show_turn)
        self.next_turn.clicked.connect(self._show_next)
        self.next_turn.setVisible(len(state.turns) > 1)
        self.judge.revealed.connect(self._finish)
        self._arrange()

    def show_turn(self) -> None:
        """Reveal the turn of the moment, from nothing."""
        turn = self._state.turns[self._turn]
        self.header.line.setText(self._line())
        self.judge.clear()
        self.judge.draw(turn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_R:
                self.show_turn()
            case Qt.Key.Key_N if len(self._state.turns) > 1:
                self._show_next()
            case Qt.Key.Key_Escape:
                self.close_requested.emit()
            case _:
                super().keyPressEvent(event)

    def _show_next(self) -> None:
        self._turn = (self._turn + 1) % len(self._state.turns)
        self.show_turn()

    def _line(self) -> str:
        turns = len(self._state.turns)
        which = f" Turn {self._turn + 1} of {turns}." if turns > 1 else ""
        return f"{self._state.line}{which} Nothing is recorded."

    def _finish(self, report: RevealReport) -> None:
        turn = self._state.turns[self._turn]
        last = self._turn == len(self._state.turns) - 1
        vote = self._state.vote if last else None
        self.judge.draw(replace(turn, phase=Phase.VOTED, vote=vote), self._state.names)
        self.shown_again.emit(report)

    def _arrange(self) -> None:
        top = QVBoxLayout()
        top.setContentsMargins(0, theme.PAGE_MARGIN, 0, 0)
        top.addWidget(self.header)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(Centred(top))
        whole.addWidget(self.judge, 1)
