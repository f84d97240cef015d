"""Labels and what is to know under each of them, in two columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from ui import theme
from ui.getting_state import Fact
from ui.safe_text import in_line
from ui.widgets.text import Text

_LONGEST = 4_000
"""Characters of a note: the names of all pinned packages."""


class FactList(QWidget):
    """What it says may come from a hub: it is painted literally."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts: Sequence[Fact] = ()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.GAP)
        self._grid.setVerticalSpacing(theme.UNIT)
        self._grid.setColumnStretch(1, 1)

    def show_facts(self, facts: Sequence[Fact]) -> None:
        self.setVisible(bool(facts))
        if facts == self._facts:
            return
        self._facts = facts
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            widget.hide()  # it is only deleted when the event loop comes round
            widget.deleteLater()
        for row, fact in enumerate(facts):
            label, told = Text(fact.label, ink="muted", wrap=False), _Told(fact)
            self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(told, row, 1)
            for widget in (label, told):
                widget.show()  # at once: what is not shown yet gets no height


class _Told(QWidget):
    def __init__(self, fact: Fact) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text(in_line(fact.value), tabular=True))
        for line in fact.note.splitlines():
            note = Text(in_line(line, longest=_LONGEST), theme.Type.SMALL, ink="muted")
            column.addWidget(note)
