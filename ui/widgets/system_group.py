"""Systems of which the same is to be said: a heading, what it takes for all of them, their rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.widgets.card import Card
from ui.widgets.command_box import CommandBox
from ui.widgets.section_heading import SectionHeading
from ui.widgets.system_entry import SystemEntry
from ui.widgets.text import Text


class SystemGroup(QWidget):
    def __init__(self, title: str, note: str, command: str, parent: QWidget | None = None) -> None:
        """`command` is what has to be typed first, for all of them."""
        super().__init__(parent)
        self._note = Text(note, ink="muted", widest=104 * theme.UNIT)
        self.command = CommandBox()
        self._card = Card(padding=0)
        self._card.column.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.UNIT)
        column.addWidget(SectionHeading(title))
        for part in (self._note, self.command, self._card):
            column.addWidget(part)
        self._note.show_or_hide(note)
        self.command.show_command(command, f"what brings the systems under “{title}”")

    def hold(self, entries: Sequence[SystemEntry]) -> None:
        """These, in this order; whoever held one of them does so no longer."""
        column = self._card.column
        if [column.itemAt(i).widget() for i in range(column.count())] == list(entries):
            return
        for place, entry in enumerate(entries):
            column.insertWidget(place, entry)
            entry.show()
