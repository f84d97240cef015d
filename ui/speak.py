"""What a screen reader says by itself: starts, ends and errors, never single tokens."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


class Announcer(QObject):
    """Sends announcements and tells whoever listens that it did."""

    said = Signal(str)

    def announce(self, widget: QWidget, text: str, *, urgent: bool = False) -> None:
        """Say `text` for `widget`; `urgent` interrupts what is being read."""
        event = QAccessibleAnnouncementEvent(widget, text)
        politeness = QAccessible.AnnouncementPoliteness
        event.setPoliteness(politeness.Assertive if urgent else politeness.Polite)
        QAccessible.updateAccessibility(event)
        self.said.emit(text)


announcer = Announcer()
