"""Content no wider than a page should be, in the middle of whatever width there is."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLayout, QScrollArea, QVBoxLayout, QWidget

from ui import theme


class Centred(QWidget):
    """Holds a layout at the page's margin and width."""

    def __init__(self, content: QLayout, parent: QWidget | None = None, *, above: int = 0) -> None:
        super().__init__(parent)
        self._above = above
        self._around = QVBoxLayout(self)
        self._around.addLayout(content)
        self._fit(0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(event.size().width())

    def _fit(self, width: int) -> None:
        bar = self._page_width(width) - width
        side = max(theme.PAGE_MARGIN, (width + bar - theme.now.content_width()) // 2)
        self._around.setContentsMargins(side, self._above, side - bar, 0)

    def _page_width(self, width: int) -> int:
        """With the scroll bar, which stands in the margin: it moves nothing where it comes."""
        page = self.parentWidget()
        while page is not None and not isinstance(page, QScrollArea):
            page = page.parentWidget()
        return max(width, page.width()) if page is not None else width
