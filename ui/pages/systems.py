"""What can compete here, what is missing, how to get it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.getting_state import Sheet
from ui.pages.systems_groups import Group, grouped
from ui.safe_text import in_line
from ui.speak import announcer
from ui.state import Availability, SystemsState
from ui.widgets.button import Button
from ui.widgets.card import Card
from ui.widgets.page_header import PageHeader
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.system_entry import SystemEntry
from ui.widgets.system_group import SystemGroup
from ui.widgets.text import Text

_COUNTED = (
    (Availability.READY, "ready"),
    (Availability.MISSING, "to set up"),
    (Availability.BROKEN, "not working"),
    (Availability.CHECKING, "being checked"),
    (Availability.UNAVAILABLE, "not available"),
)


class SystemsPage(QWidget):
    refresh_requested = Signal()
    problem_action = Signal()
    opened = Signal(str, object)
    """A system's id and the `Way` that was pressed; the signals below name the system, too."""
    agreed = Signal(str, bool)
    """With whether what had to be allowed was allowed."""
    left = Signal(str)
    again_requested = Signal(str)
    token_requested = Signal(str)
    key_typed = Signal(str, str)
    key_forgotten = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Systems")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.refresh = Button("Check again", "R")
        self.header = PageHeader("Systems", self.refresh)
        self.banner = ProblemBanner(key="⏎")
        self.entries: dict[str, SystemEntry] = {}
        self._groups: dict[Group, SystemGroup] = {}
        self._said = ""
        self._empty = Text("", ink="muted", centred=True)
        self._empty_card = Card(padding=0)
        self._arrange()
        self.refresh.clicked.connect(self.refresh_requested)
        self.banner.acted.connect(self.problem_action)

    def draw(self, state: SystemsState, sheets: Mapping[str, Sheet] = MappingProxyType({})) -> None:
        """`sheets` are those that are open, by the ids of their systems."""
        self._draw_header(state)
        self.banner.show_problem(state.problem, primary=not state.rows)
        self._empty_card.setVisible(not state.rows and not state.problem)
        self._empty.setText(state.working or "No systems were found on this station.")
        self._draw_rows(state)
        for id_, entry in self.entries.items():
            entry.draw_sheet(sheets.get(id_))

    def draw_sheet(self, id_: str, sheet: Sheet | None) -> None:
        """Only this one: what it tells changes several times a second."""
        if id_ in self.entries:
            self.entries[id_].draw_sheet(sheet)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_R and self.refresh.isVisible() and self.refresh.isEnabled():
            self.refresh_requested.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.banner.isVisible():
            self.problem_action.emit()
        elif not self._press_in_the_only_sheet(key):
            event.ignore()

    def _press_in_the_only_sheet(self, key: Qt.Key) -> bool:
        """Its keys are shown, so they work wherever the focus rests."""
        sheets = [e.sheet for e in self.entries.values() if e.sheet is not None]
        return len(sheets) == 1 and self.hasFocus() and sheets[0].press(key)

    def _draw_header(self, state: SystemsState) -> None:
        line = state.working or state.said or _summary(state)
        self.header.line.show_or_hide(in_line(line) if state.rows else "")
        only_problem = bool(state.problem and state.problem.action and not state.rows)
        self.refresh.setVisible(not only_problem)
        self.refresh.setEnabled(not state.working)
        if state.said and state.said != self._said:
            announcer.announce(self, state.said)
        self._said = state.said

    def _draw_rows(self, state: SystemsState) -> None:
        groups = grouped(state.rows)
        for row in state.rows:
            if row.id not in self.entries:
                self.entries[row.id] = self._new_entry(row.id)
        for number, (group, rows) in enumerate(groups.items()):
            if group not in self._groups:
                self._groups[group] = SystemGroup(group.title, group.note, group.command)
            self._list.insertWidget(number, self._groups[group])
            self._groups[group].show()
            self._groups[group].hold([self.entries[row.id] for row in rows])
            for place, row in enumerate(rows):
                self.entries[row.id].draw(row, first=place == 0)
        _remove(self.entries, {row.id for row in state.rows})
        _remove(self._groups, set(groups))

    def _new_entry(self, id_: str) -> SystemEntry:
        entry = SystemEntry(id_)
        for name in (
            "opened",
            "agreed",
            "left",
            "again_requested",
            "token_requested",
            "key_typed",
            "key_forgotten",
        ):
            getattr(entry, name).connect(getattr(self, name))
        entry.grew.connect(self._show_all_of)
        return entry

    def _show_all_of(self, id_: str) -> None:
        """Once everything has its place: a sheet that somebody is reading and that has grown."""

        def show() -> None:
            entry = self.entries.get(id_)
            if entry is not None and entry.sheet is not None and entry.sheet.has_focus():
                self._scroll.bring_into_view(entry)

        QTimer.singleShot(0, self, show)

    def _arrange(self) -> None:
        self._empty.setMinimumHeight(24 * theme.UNIT)
        self._empty_card.column.addWidget(self._empty)
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.GAP)
        content = QWidget()
        column = QVBoxLayout(content)
        margin = theme.PAGE_MARGIN
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(theme.GAP)
        column.addWidget(self.header)
        column.addWidget(self.banner)
        column.addWidget(self._empty_card)
        column.addLayout(self._list)
        column.addStretch(1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        self._scroll = PageScroll(content)
        page.addWidget(self._scroll)


def _remove(shown: dict[Any, Any], wanted: set[Any]) -> None:
    for key in [key for key in shown if key not in wanted]:
        widget = shown.pop(key)
        widget.hide()  # it is only deleted when the event loop comes round
        widget.setParent(None)
        widget.deleteLater()


def _summary(state: SystemsState) -> str:
    counts = [
        f"{sum(row.availability is which for row in state.rows)} {words}"
        for which, words in _COUNTED
        if any(row.availability is which for row in state.rows)
    ]
    return ", ".join(counts)
