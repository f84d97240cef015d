"""The name of a part of a page, and what can be done with that part."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import theme
from ui.widgets.text import Text


class SectionHeading(QWidget):
    """As high as a button whether it has one or not: headings beside each other stay level."""

    def __init__(self, title: str, *buttons: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.UNIT)
        row.addWidget(Text(title, theme.Type.LARGE, weight=theme.SEMIBOLD, wrap=False), 1)
        for button in buttons:
            row.addWidget(button)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()
        super().changeEvent(event)

    def _fit(self) -> None:
        self.setFixedHeight(theme.now.control())
