"""What went wrong, or what one should know: a sentence and at most two things to press."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFont, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import icons, paint, theme
from ui.speak import announcer
from ui.state import Problem
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.text import Text


class Sign(QWidget):
    """A sign the height of a line of text."""

    def __init__(self, name: str, parent: QWidget | None = None, *, ink: str = "text") -> None:
        super().__init__(parent)
        self._name = name
        self._ink = ink
        self._fit()

    def show_sign(self, name: str, ink: str = "text") -> None:
        self._name, self._ink = name, ink
        self.update()

    def _fit(self) -> None:
        side = round(2.5 * theme.UNIT * theme.now.scale)
        self.setFixedSize(side, theme.now.line_height(theme.Type.BODY))

    def changeEvent(self, event: object) -> None:
        self._fit()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        side = self.width()
        place = QRectF(0, (self.height() - side) / 2, side, side)
        icons.draw(
            paint.painter_for(self), self._name, place, getattr(theme.now.colours, self._ink)
        )


class ProblemBanner(Card):
    """Inline, never a dialogue: what was on the page stays on the page."""

    acted = Signal()
    dismissed = Signal()

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        sign: str = "warning",
        key: str = "",
        weight: QFont.Weight = theme.SEMIBOLD,
    ) -> None:
        super().__init__(parent, padding=2 * theme.UNIT)
        self._said = ""
        self._title = Text(weight=weight)
        self._detail = Text(ink="muted")
        self.action = Button("", key, kind=Kind.PLAIN)
        self.second = Button("", "Esc", kind=Kind.PLAIN)
        self.action.clicked.connect(self.acted)
        self.second.clicked.connect(self.dismissed)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout()
        row.setSpacing(2 * theme.UNIT)
        row.addWidget(Sign(sign), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)
        row.addWidget(self.second, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.action, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)
        self.second.hide()
        self.hide()

    def show_problem(
        self, problem: Problem | None, *, second: str = "", primary: bool = True
    ) -> None:
        """Show it, or take no room for None. Announced once, not at every draw.

        `primary` where its action is the one thing to do next.
        """
        self.action.set_kind(Kind.PRIMARY if primary else Kind.PLAIN)
        self.setVisible(problem is not None)
        if problem is None:
            self._said = ""
            return
        self._title.setText(problem.title)
        self._detail.show_or_hide(problem.detail)
        self.action.set_label(problem.action)
        self.action.setVisible(bool(problem.action))
        self.second.set_label(second)
        self.second.setVisible(bool(second))
        words = " ".join(part for part in (problem.title, problem.detail) if part)
        if words != self._said:
            self._said = words
            announcer.announce(self, words, urgent=True)
