"""A page that scrolls when the window is small or the font is big."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from ui import theme


class PageScroll(QScrollArea):
    """Frameless; brings whatever gets the keyboard focus into view."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._resting: QWidget | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow_focus)

    def bring_into_view(self, part: QWidget) -> None:
        """As much of it as there is room for, its top before its end."""
        content = self.widget()
        if content is None or not content.isAncestorOf(part):
            return
        self._resting = None
        margin = 2 * theme.UNIT
        place = QRect(part.mapTo(content, part.rect().topLeft()), part.size())
        seen = self.viewport().height()
        self.ensureVisible(place.center().x(), place.bottom(), margin, margin)
        if place.height() + 2 * margin > seen:
            self.verticalScrollBar().setValue(place.top() - margin)
        else:
            self.ensureVisible(place.center().x(), place.top(), margin, margin)

    def rest_at_top(self, focused: QWidget) -> None:
        """Show the beginning although `focused`, further down, has the focus; until another has it,
        or something is brought into view."""
        self._resting = focused
        self.verticalScrollBar().setValue(0)

    def _follow_focus(self, _old: QWidget | None, focused: QWidget | None) -> None:
        content = self.widget()
        if focused is None or content is None or not content.isAncestorOf(focused):
            return
        if focused is self._resting:
            return
        self._resting = None
        margin = 2 * theme.UNIT
        place = QRect(focused.mapTo(content, focused.rect().topLeft()), focused.size())
        if place.height() + 2 * margin <= self.viewport().height():
            self.ensureVisible(place.center().x(), place.top(), margin, margin)
            self.ensureVisible(place.center().x(), place.bottom(), margin, margin)
