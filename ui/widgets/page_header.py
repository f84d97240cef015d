"""A page's name, a line about it, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.widgets.text import Text


class PageHeader(QWidget):
    def __init__(self, title: str, *buttons: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = Text(title, theme.Type.TITLE, weight=theme.SEMIBOLD)
        self.line = Text(ink="muted", widest=104 * theme.UNIT)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.title)
        words.addWidget(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.UNIT)
        row.addLayout(words, 1)
        for button in buttons:
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
