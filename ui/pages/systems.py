"""What can compete here, what is missing, how to get it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.state import Availability, SystemsState
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.page_header import PageHeader
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.system_entry import SystemEntry
from ui.widgets.text import Text

_COUNTED = (
    (Availability.READY, "ready"),
    (Availability.MISSING, "to be installed"),
    (Availability.BROKEN, "not working"),
    (Availability.CHECKING, "being checked"),
    (Availability.UNAVAILABLE, "not available"),
)


class SystemsPage(QWidget):
    refresh_requested = Signal()
    problem_action = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Systems")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.refresh = Button("Check again", "R")
        self.header = PageHeader("Systems", self.refresh)
        self.banner = ProblemBanner(key="⏎")
        self._card = Card(padding=0)
        self._card.column.setSpacing(0)
        self._entries: list[SystemEntry] = []
        self._empty = Text("", ink="muted", centred=True)
        self._arrange()
        self.refresh.clicked.connect(self.refresh_requested)
        self.banner.acted.connect(self.problem_action)

    def draw(self, state: SystemsState) -> None:
        self.header.line.show_or_hide((state.working or _summary(state)) if state.rows else "")
        self.banner.show_problem(state.problem, primary=not state.rows)
        only_problem = bool(state.problem and state.problem.action and not state.rows)
        self.refresh.setVisible(not only_problem)
        self.refresh.setEnabled(not state.working)
        self._card.setVisible(bool(state.rows) or not state.problem)
        self._empty.show_or_hide(
            "" if state.rows else state.working or "No systems were found on this station."
        )
        while len(self._entries) > len(state.rows):
            entry = self._entries.pop()
            self._card.column.removeWidget(entry)
            entry.hide()  # it is only deleted when the event loop comes round
            entry.deleteLater()
        while len(self._entries) < len(state.rows):
            self._entries.append(SystemEntry())
            self._card.column.addWidget(self._entries[-1])
        for number, (entry, row) in enumerate(zip(self._entries, state.rows, strict=True)):
            entry.draw(row, first=number == 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        if event.key() == Qt.Key.Key_R and self.refresh.isVisible() and self.refresh.isEnabled():
            self.refresh_requested.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.banner.isVisible():
            self.problem_action.emit()
        else:
            event.ignore()

    def _arrange(self) -> None:
        self._empty.setContentsMargins(0, 0, 0, 0)
        self._empty.setMinimumHeight(24 * theme.UNIT)
        self._card.column.addWidget(self._empty)
        content = QWidget()
        column = QVBoxLayout(content)
        margin = theme.PAGE_MARGIN
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self._card)
        column.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(PageScroll(content))


def _summary(state: SystemsState) -> str:
    counts = [
        f"{sum(row.availability is which for row in state.rows)} {words}"
        for which, words in _COUNTED
        if any(row.availability is which for row in state.rows)
    ]
    return ", ".join(counts)
