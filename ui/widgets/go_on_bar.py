"""Another turn instead of a vote: under the cards, and neither side before the other."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.conversation_state import Conversation
from ui.widgets.button import Button, Kind


class GoOnBar(QWidget):
    """One button, or where the answer to go on with is chosen, one under each card."""

    gone_on = Signal(str)
    """`separate`, or the slot whose answer the conversation goes on with."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.talk = Button("Go on talking", "Space", kind=Kind.QUIET, parent=self)
        self.talk.space_talks = True
        self.a = Button("Go on with A", "A", kind=Kind.QUIET, parent=self)
        self.b = Button("Go on with B", "B", kind=Kind.QUIET, parent=self)
        for button, choice in ((self.talk, "separate"), (self.a, "a"), (self.b, "b")):
            button.clicked.connect(lambda _=False, choice=choice: self.gone_on.emit(choice))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.hide()

    def draw(self, conversation: Conversation, *, offered: bool, legal: bool) -> None:
        """`legal` once both answers have been shown in full; until then it keeps its room."""
        self.setVisible(offered and conversation.may_go_on)
        self.talk.setVisible(not conversation.chooses)
        for button in (self.a, self.b):
            button.setVisible(conversation.chooses)
        for button in (self.talk, self.a, self.b):
            button.setEnabled(legal)

    def sizeHint(self) -> QSize:
        return QSize(self.a.sizeHint().width() * 2 + theme.GAP, self.a.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        height = self.height()
        width = (self.width() - theme.GAP) // 2
        self.a.setGeometry(0, 0, width, height)
        self.b.setGeometry(self.width() - width, 0, width, height)
        wide = self.talk.sizeHint().width()
        self.talk.setGeometry((self.width() - wide) // 2, 0, wide, height)
