"""Words beside a warning sign, without a card of their own."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.safe_text import in_line
from ui.state import Problem
from ui.widgets.problem_banner import Sign
from ui.widgets.text import Text


class Signed(QWidget):
    def __init__(
        self, parent: QWidget | None = None, *, weight: QFont.Weight = theme.REGULAR
    ) -> None:
        super().__init__(parent)
        self._title = Text(weight=weight)
        self._detail = Text("", theme.Type.SMALL, ink="muted")
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._detail)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * theme.UNIT)
        self._sign = Sign("warning")
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(words, 1)

    def indent(self) -> int:
        """How far its words stand from its left edge, in pixels."""
        return self._sign.width() + 2 * theme.UNIT

    def show_words(self, words: str) -> None:
        self.show_problem(Problem(words) if words else None)

    def show_problem(self, problem: Problem | None) -> None:
        self.setVisible(problem is not None)
        if problem is not None:
            self._title.setText(in_line(problem.title, longest=2_000))
            self._detail.show_or_hide(
                "\n".join(in_line(line, longest=600) for line in problem.detail.splitlines())
            )
