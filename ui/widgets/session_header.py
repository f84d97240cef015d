"""The line above a session: what it is, and how far it is."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import paint, theme
from ui.conversation_state import Conversation
from ui.widgets.button import Button, Kind
from ui.widgets.progress_dashes import ProgressDashes
from ui.widgets.text import Text


class SessionHeader(QWidget):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = Text(weight=theme.SEMIBOLD, wrap=False, elides=True)
        self._title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self._count = Text(ink="muted", wrap=False, tabular=True)
        self._dashes = ProgressDashes()
        self.leave = Button("Leave", "Esc", kind=Kind.BARE)
        self.leave.space_talks = True
        row = QHBoxLayout(self)
        # The word in the button ends at the page's margin; its ground may reach into it.
        row.setContentsMargins(theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN - theme.UNIT, 0)
        row.setSpacing(2 * theme.UNIT)
        row.addWidget(self._title, 1)
        row.addWidget(self._count)
        row.addWidget(self._dashes)
        row.addWidget(self.leave)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(
        self, title: str, number: int, total: int, conversation: Conversation, course: str = ""
    ) -> None:
        """Battle `number` of `total` is open; `course` is what became of those without a vote."""
        self._title.setText(title)
        turns = f"turn {conversation.turn} of {conversation.most}" * (conversation.most > 1)
        told = ", ".join(filter(None, (f"Battle {number} of {total}", turns, course)))
        self._count.show_or_hide(told if total else "")
        self._dashes.show_progress(number, total)

    def show_question(self, title: str, number: int, total: int) -> None:
        """Question `number` of the `total` that follow the battles."""
        self._title.setText(title)
        self._count.setText(f"Question {number} of {total}")
        self._dashes.show_progress(number, total)

    def show_finished(self, title: str, voted: int, total: int) -> None:
        """The session is over: there is nothing to leave."""
        self._title.setText(title)
        self._count.show_or_hide(f"{voted} of {total}" if total else "")
        self._dashes.show_done(voted, total)
        self.leave.hide()
        self.layout().setContentsMargins(theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN, 0)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.now.control(7 * theme.UNIT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.now.colours.line)
