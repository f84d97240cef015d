"""A table that looks like print and that a screen reader can walk."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import paint, theme
from ui.lines import lay_out
from ui.widgets import interval_chart

Index = QModelIndex | QPersistentModelIndex
PADDING = 3 * theme.UNIT // 2
_ROW_PADDING = 3 * theme.UNIT // 2
_NARROWEST = 12 * theme.UNIT
_CELL = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    right: bool = False
    stretch: int = 0
    """Share of the room that is left; 0 for a column as wide as its texts."""


@dataclass(frozen=True, slots=True)
class Cell:
    text: str = ""
    note: str = ""
    """A second, muted line."""
    interval: interval_chart.Interval | None = None
    """Drawn instead of `text`, which then is what a screen reader says."""
    muted: bool = False


class Table(QTableView):
    """As high as its rows: the page scrolls, the table never does."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(self))
        self.setAccessibleName(name)
        dress(self)
        self.verticalHeader().hide()
        self.setHorizontalHeader(_Header(self))
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        never = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setHorizontalScrollBarPolicy(never)
        self.setVerticalScrollBarPolicy(never)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_rows(
        self,
        columns: tuple[Column, ...],
        rows: tuple[tuple[Cell, ...], ...],
        scale: interval_chart.Scale | None = None,
    ) -> None:
        """`scale` is what all intervals of the table are drawn on."""
        self._model.fill(columns, rows)
        delegate = self.itemDelegate()
        if isinstance(delegate, _Delegate):
            delegate.scale = scale
        self._fit()

    def lost_text(self) -> bool:
        """Whether a text is wider than its column allows; wrapped text never is."""
        return any(
            self.columnWidth(i) < self._own_width(i)
            for i, column in enumerate(self._model.columns)
            if not column.stretch
        )

    def minimumSizeHint(self) -> QSize:
        widths = (
            _NARROWEST if column.stretch else self._own_width(i)
            for i, column in enumerate(self._model.columns)
        )
        return QSize(sum(widths), self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        """Column widths from the texts and the room; row heights from the wrapped texts."""
        columns = self._model.columns
        if not columns:
            return
        fixed = sum(self._own_width(i) for i, c in enumerate(columns) if not c.stretch)
        room = max(0, self.viewport().width() - fixed)
        shares = sum(column.stretch for column in columns)
        for index, column in enumerate(columns):
            share = room * column.stretch // shares if shares else 0
            self.setColumnWidth(index, share if column.stretch else self._own_width(index))
        height = row_height()
        self.horizontalHeader().setFixedHeight(height)
        for number, row in enumerate(self._model.rows):
            tallest = max(
                cell_height(cell, self.columnWidth(index)) for index, cell in enumerate(row)
            )
            self.setRowHeight(number, tallest)
            height += tallest
        self.setFixedHeight(height)

    def _own_width(self, index: int) -> int:
        title = QFontMetricsF(theme.now.font(theme.Type.SMALL))
        body = QFontMetricsF(theme.now.font(theme.Type.BODY, tabular=True))
        widest = title.horizontalAdvance(self._model.columns[index].title)
        for row in self._model.rows:
            widest = max(widest, body.horizontalAdvance(row[index].text))
        return ceil(widest) + 2 * PADDING + 1


def dress(view: QTableView) -> None:
    """What every table of ours has in common."""
    view.setFrameShape(QFrame.Shape.NoFrame)
    view.setShowGrid(False)
    view.setCornerButtonEnabled(False)
    view.setTabKeyNavigation(False)
    view.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    view.viewport().setAutoFillBackground(False)


def row_height() -> int:
    return theme.now.line_height(theme.Type.BODY) + 2 * _ROW_PADDING + 1


def cell_height(cell: Cell, width: int) -> int:
    """Height of a row that holds this cell in a column of `width`, rule included."""
    inner = width - 2 * PADDING
    height = row_height()
    if cell.interval is None:
        _, text = lay_out(cell.text, theme.Type.BODY, inner)
        height += text - theme.now.line_height(theme.Type.BODY)
    if cell.note:
        height += lay_out(cell.note, theme.Type.SMALL, inner)[1]
    return height


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.columns: tuple[Column, ...] = ()
        self.rows: tuple[tuple[Cell, ...], ...] = ()

    def fill(self, columns: tuple[Column, ...], rows: tuple[tuple[Cell, ...], ...]) -> None:
        self.beginResetModel()
        self.columns, self.rows = columns, rows
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.rows[index.row()][index.column()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{cell.text}. {cell.note}" if cell.note else cell.text
        return cell if role == _CELL else None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole or orientation != Qt.Orientation.Horizontal:
            return None
        if section >= len(self.columns):
            return None  # while a narrower model takes its place, the header still asks for the old
        return self.columns[section].title


class _Header(QHeaderView):
    """Small muted titles over a rule."""

    def __init__(self, table: Table) -> None:
        super().__init__(Qt.Orientation.Horizontal, table)
        self.setMinimumSectionSize(1)
        self.viewport().setAutoFillBackground(False)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        model = self.model()
        if not isinstance(model, _Model):
            return
        column = model.columns[section]
        colours = theme.now.colours
        painter.setPen(colours.muted)
        painter.setFont(theme.now.font(theme.Type.SMALL))
        inner = rect.adjusted(PADDING, 0, -PADDING, 0)
        side = Qt.AlignmentFlag.AlignRight if column.right else Qt.AlignmentFlag.AlignLeft
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, column.title)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.line)


class _Delegate(QStyledItemDelegate):
    def __init__(self, table: Table) -> None:
        super().__init__(table)
        self._table = table
        self.scale: interval_chart.Scale | None = None

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = index.data(_CELL)
        if not isinstance(cell, Cell):
            return
        colours = theme.now.colours
        rect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.line)
        inner = rect.adjusted(PADDING, _ROW_PADDING, -PADDING, 0)
        if cell.interval is not None and self.scale is not None:
            line = QRectF(inner)
            line.setHeight(theme.now.line_height(theme.Type.BODY))
            interval_chart.draw(painter, line, cell.interval, self.scale)
        else:
            self._draw_text(painter, inner, cell, index.column())
        if option.state & QStyle.StateFlag.State_HasFocus:
            ring = QRectF(rect).adjusted(1, 1, -1, -2)
            paint.box(painter, ring, theme.CAP_RADIUS, line=colours.accent, width=2)
        painter.restore()

    def _draw_text(self, painter: QPainter, rect: QRect, cell: Cell, column: int) -> None:
        colours = theme.now.colours
        right = self._table._model.columns[column].right
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        body, height = lay_out(
            cell.text, theme.Type.BODY, rect.width(), alignment=side, tabular=True
        )
        painter.setPen(colours.muted if cell.muted else colours.text)
        body.draw(painter, QPointF(rect.topLeft()))
        if cell.note:
            painter.setPen(colours.muted)
            note, _ = lay_out(cell.note, theme.Type.SMALL, rect.width(), alignment=side)
            note.draw(painter, QPointF(rect.left(), rect.top() + height))
