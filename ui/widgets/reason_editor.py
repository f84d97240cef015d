"""Where a participant writes why."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from ui import paint, theme
from ui.safe_text import safe_text
from ui.widgets.card import Card

LONGEST = 4_000
"""Characters; a reason is a few sentences, and a pasted book would freeze the editor."""
_LINES = 3


class ReasonEditor(Card):
    """A few lines of plain text. Ctrl+Return saves, Esc gives up, Tab moves on."""

    saved = Signal()
    dismissed = Signal()
    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=theme.UNIT)
        self.edit = _Edit(self)
        self.edit.saved.connect(self.saved)
        self.edit.dismissed.connect(self.dismissed)
        self.edit.textChanged.connect(self.changed)
        self.edit.focus_changed.connect(self.update)
        self.column.addWidget(self.edit)
        self.setFocusProxy(self.edit)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        self.edit.setPlainText(safe_text(text).text[:LONGEST])
        self.edit.moveCursor(self.edit.textCursor().MoveOperation.End)

    def text(self) -> str:
        return self.edit.toPlainText().strip()[:LONGEST]

    def set_name(self, name: str) -> None:
        self.edit.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        lines = _LINES * theme.now.line_height(theme.Type.BODY)
        return QSize(40 * theme.UNIT, lines + 2 * theme.UNIT)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * theme.UNIT, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.edit.hasFocus():
            painter = paint.painter_for(self)
            rect = QRectF(self.rect())
            paint.box(painter, rect, theme.CARD_RADIUS, line=theme.now.colours.accent, width=2)


class _Edit(QPlainTextEdit):
    saved = Signal()
    dismissed = Signal()
    focus_changed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("Why")

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.saved.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
        else:
            super().keyPressEvent(event)
            event.accept()  # a letter typed here is never a key of the page

    def insertFromMimeData(self, source: QMimeData) -> None:
        room = LONGEST - len(self.toPlainText())
        self.insertPlainText(safe_text(source.text()[: max(0, room)]).text)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.focus_changed.emit()
        return super().event(event)
