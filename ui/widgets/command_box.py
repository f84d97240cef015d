"""Something to type in a terminal, and a button that copies it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import paint, theme
from ui.safe_text import in_line
from ui.speak import announcer
from ui.widgets.button import Button, Kind
from ui.widgets.text import Text


class CommandBox(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._command = ""
        self._words = Text("", theme.Type.SMALL)
        self.copy = Button("Copy", kind=Kind.BARE)
        self.copy.clicked.connect(self._copy)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.UNIT, 0, 0, 0)
        row.addWidget(self._words, 1, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_command(self, command: str, what: str) -> None:
        """Show it, or take no room for none. `what` says aloud what it is for."""
        self._command = command
        self._words.setText(in_line(command, longest=600))
        self.copy.setAccessibleName(f"Copy {what}")
        self.setVisible(bool(command))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._command)
        announcer.announce(self, "Copied")

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        paint.box(painter, rect, theme.BUTTON_RADIUS, fill=theme.now.colours.soft)
