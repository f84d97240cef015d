"""After a session: thanks, and, where the study allows it, who was who."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.safe_text import in_line
from ui.state import FinishedState, RevealRow
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.centred import Centred
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.session_header import SessionHeader
from ui.widgets.table import Cell, Column, Table
from ui.widgets.text import Text

_COLUMNS = (
    Column("#", right=True),
    Column("What was heard", stretch=5),
    Column("Your vote"),
    Column("A was", stretch=3),
    Column("B was", stretch=3),
)


class FinishedPage(QWidget):
    results_requested = Signal()
    again_requested = Signal()
    problem_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Session finished")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._header = SessionHeader()
        self._title = Text("Thank you", theme.Type.TITLE, weight=theme.SEMIBOLD)
        self._line = Text(ink="muted")
        self.banner = ProblemBanner()
        self._card = Card()
        self.table = Table("Who was who")
        self._blind = Text(ink="muted")
        self.again = Button("Another session", "N", kind=Kind.PRIMARY)
        self.results = Button("See the results", "R")
        self._arrange()
        self.again.clicked.connect(self.again_requested)
        self.results.clicked.connect(self.results_requested)
        self.banner.acted.connect(self.problem_action)

    def draw(self, state: FinishedState) -> None:
        self._header.show_finished(state.title, state.voted, state.total)
        self._title.setText("Thank you" if state.voted else "This session has ended")
        self._line.setText(f"{_saved(state.voted, state.total)} {state.course}".strip())
        self.banner.show_problem(state.problem, primary=False)
        self._card.setVisible(bool(state.rows) or bool(state.voted))
        self.table.setVisible(bool(state.rows))
        self._blind.show_or_hide(
            "" if state.rows else "In this study you are not told which assistants they were."
        )
        if state.rows:
            self.table.show_rows(_COLUMNS, tuple(_row(row) for row in state.rows))
        self.results.setVisible(state.reveals)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if event.isAutoRepeat():
            return
        # Not Return: it ends the last battle, and one press too many would take this page away.
        if key == Qt.Key.Key_N:
            self.again_requested.emit()
        elif key == Qt.Key.Key_R and self.results.isVisible():
            self.results_requested.emit()
        else:
            event.ignore()

    def _arrange(self) -> None:
        self._card.column.setSpacing(theme.UNIT)
        self._card.column.addWidget(Text("Who was who", theme.Type.LARGE, weight=theme.SEMIBOLD))
        self._card.column.addWidget(self.table)
        self._card.column.addWidget(self._blind)
        actions = QHBoxLayout()
        actions.setSpacing(2 * theme.UNIT)
        actions.setContentsMargins(0, 0, 0, 2 * theme.UNIT)
        actions.addWidget(self.again)
        actions.addWidget(self.results)
        actions.addStretch()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._line)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(words)
        column.addWidget(self.banner)
        column.addWidget(self._card)
        column.addStretch(1)
        content = QWidget()
        around = QVBoxLayout(content)
        around.setContentsMargins(0, theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN)
        around.addWidget(Centred(column))
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._header)
        page.addWidget(PageScroll(content), 1)
        page.addWidget(Centred(actions, above=2 * theme.UNIT))  # in view, however long the table


def _saved(voted: int, total: int) -> str:
    if not voted:
        return "No vote was given."
    votes = "Your vote is saved." if voted == 1 else f"Your {voted} votes are saved."
    return votes if voted >= total else f"{votes} {total - voted} of {total} were left out."


def _row(row: RevealRow) -> tuple[Cell, ...]:
    return (
        Cell(str(row.number)),
        Cell(in_line(row.said) or "–"),
        Cell(row.vote_text),
        Cell(in_line(row.name_a)),
        Cell(in_line(row.name_b)),
    )
