"""Where one can go, outside a session."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from ui import paint, theme
from ui.widgets.text import Text

_MARGIN = 2 * theme.UNIT
_PADDING = 3 * theme.UNIT // 2


class Rail(QWidget):
    page_requested = Signal(str)

    def __init__(self, pages: dict[str, str], parent: QWidget | None = None) -> None:
        """`pages` maps a page's name to what it is called."""
        super().__init__(parent)
        self._current = ""
        self.items = {name: RailItem(label) for name, label in pages.items()}
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 3 * theme.UNIT, _MARGIN + 1, _MARGIN)
        column.setSpacing(theme.UNIT // 2)
        name = Text("Earshot", weight=theme.SEMIBOLD, wrap=False)
        column.addLayout(_indented(name))
        column.addSpacing(2 * theme.UNIT)
        for page, item in self.items.items():
            item.clicked.connect(lambda _checked, page=page: self._ask_for(page))
            column.addWidget(item)
        column.addStretch()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)

    def show_current(self, page: str) -> None:
        self._current = page
        for name, item in self.items.items():
            item.setChecked(name == page)

    def _ask_for(self, page: str) -> None:
        self.show_current(self._current)  # a click checks; where one is changes with the page
        self.page_requested.emit(page)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = paint.painter_for(self)
        painter.fillRect(self.width() - 1, 0, 1, self.height(), theme.now.colours.line)


class RailItem(QAbstractButton):
    def __init__(self, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(label)
        self.setAccessibleName(label)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.now.font(theme.Type.BODY, theme.MEDIUM))
        width = metrics.horizontalAdvance(self.text()) + 2 * _PADDING
        return QSize(ceil(width), theme.now.control())

    def lost_text(self) -> bool:
        return self.sizeHint().width() > self.width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colours = theme.now.colours
        painter = paint.painter_for(self)
        rect = QRectF(self.rect())
        chosen = self.isChecked()
        if chosen or self.underMouse():
            paint.box(painter, rect, theme.BUTTON_RADIUS, fill=colours.soft)
        painter.setPen(colours.text if chosen else colours.muted)
        weight = theme.MEDIUM if chosen else theme.REGULAR
        painter.setFont(theme.now.font(theme.Type.BODY, weight))
        paint.text_at(painter, _PADDING, self.height() / 2, self.text())
        if self.hasFocus():
            paint.box(painter, rect, theme.BUTTON_RADIUS, line=colours.accent, width=2)


def _indented(widget: QWidget) -> QVBoxLayout:
    layout = QVBoxLayout()
    layout.setContentsMargins(_PADDING, 0, _PADDING, 0)
    layout.addWidget(widget)
    return layout
