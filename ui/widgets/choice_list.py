"""One of several, by arrow keys, by its number, or by the mouse; none until something is chosen."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ui import paint, theme
from ui.safe_text import in_line

_PADDING = 2 * theme.UNIT
_GAP = 3 * theme.UNIT // 2
_MOST_ROWS = 6
"""More scroll inside the list, so that what is above it stays in view."""


class ChoiceList(QListWidget):
    chosen = Signal()
    """The choice has changed."""
    decided = Signal()
    """It was made by its number, so that whoever types can go on."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setItemDelegate(_Delegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.itemSelectionChanged.connect(self.chosen)

    def show_choices(self, choices: tuple[str, ...]) -> None:
        """The last one has the key 0, the others the digits as far as they go. None is chosen."""
        self.clear()
        self.addItems([in_line(choice) for choice in choices])
        self.setCurrentRow(-1)
        self.clearSelection()
        self.updateGeometry()

    @property
    def choice(self) -> int | None:
        """Place of what is chosen, from 0; None before that."""
        rows = self.selectedIndexes()
        return rows[0].row() if rows else None

    def key_of(self, row: int) -> str:
        if row == self.count() - 1:
            return "0"
        return str(row + 1) if row < 9 else ""

    def sizeHint(self) -> QSize:
        rows = min(self.count(), _MOST_ROWS)
        return QSize(30 * theme.UNIT, max(1, rows) * theme.now.control())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {self.key_of(row): row for row in range(self.count())}
        row = keys.get(event.text()) if event.text() else None
        if row is not None and not event.isAutoRepeat():
            self.setCurrentRow(row)
            self.decided.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape):
            event.ignore()  # the page's keys
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.choice is None:
            self.setCurrentRow(0 if event.key() == Qt.Key.Key_Down else self.count() - 1)
        else:
            super().keyPressEvent(event)


class _Delegate(QStyledItemDelegate):
    def __init__(self, choices: ChoiceList) -> None:
        super().__init__(choices)
        self._choices = choices

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, theme.now.control())

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours, rect = theme.now.colours, QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        row = QRectF(rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            paint.box(painter, row, theme.BUTTON_RADIUS, fill=colours.soft)
        middle = rect.center().y()
        self._draw_ring(painter, rect.left() + _PADDING, middle, chosen=chosen)
        left = rect.left() + _PADDING + _ring() + _GAP
        key = self._choices.key_of(index.row())
        cap = paint.cap_width(key) if key else 0.0
        right = rect.right() - _PADDING
        if key:
            paint.key_cap(painter, right - cap, middle, key)
        painter.setFont(theme.now.font(theme.Type.BODY))
        painter.setPen(colours.text)
        text = str(index.data())
        room = right - cap - _GAP - left
        shown = QFontMetricsF(painter.font()).elidedText(text, Qt.TextElideMode.ElideMiddle, room)
        paint.text_at(painter, left, middle, shown)
        focused = self._choices.hasFocus()
        if focused and (chosen or (self._choices.choice is None and index.row() == 0)):
            line = colours.accent
            paint.box(painter, row, theme.BUTTON_RADIUS, line=line, width=2)
        painter.restore()

    def _draw_ring(self, painter: QPainter, left: float, middle: float, *, chosen: bool) -> None:
        colours = theme.now.colours
        side, width = _ring(), 2 if chosen else 1
        ring = QRectF(left, middle - side / 2, side, side)
        line = colours.accent if chosen else colours.muted
        paint.box(painter, ring, side / 2, fill=colours.surface, line=line, width=width)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.accent)
            painter.drawEllipse(QPointF(ring.center()), side / 4, side / 4)


def _ring() -> float:
    return 2 * theme.UNIT * theme.now.scale
