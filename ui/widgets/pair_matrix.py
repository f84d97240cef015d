"""Who beats whom: one hue, the number in every cell."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetricsF, QPainter
from PySide6.QtWidgets import (
    QAbstractButton,
    QHeaderView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui import paint, theme
from ui.results_state import PairCell
from ui.widgets.table import PADDING, dress, row_height

Index = QModelIndex | QPersistentModelIndex
_SMALL = theme.Type.SMALL
_DEEPEST = 0.5
"""Share of accent in the cell of a system that always wins; text on it keeps its contrast."""
_LONGEST_LABEL = 18 * theme.UNIT


class PairMatrix(QTableView):
    """Labels stay in view while a big matrix scrolls sideways inside its card."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setAccessibleName(name)
        self.setItemDelegate(_Delegate(self))
        dress(self)
        self.setHorizontalHeader(_Labels(Qt.Orientation.Horizontal, self))
        self.setVerticalHeader(_Labels(Qt.Orientation.Vertical, self))
        corner = self.findChild(QAbstractButton)
        if isinstance(corner, QAbstractButton):
            corner.setAccessibleName("Row against column")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_pairs(
        self,
        labels: tuple[str, ...],
        short_labels: tuple[str, ...],
        cells: tuple[tuple[PairCell, ...], ...],
        *,
        counts: bool = False,
    ) -> None:
        """With `counts`, wins–ties–losses instead of points."""
        self._model.fill(labels, short_labels or labels, cells, counts=counts)
        self._fit()

    def natural_width(self) -> int:
        """How wide it would like to be, in pixels."""
        return self._label_width() + len(self._model.labels) * self._cell_width()

    def lost_text(self) -> bool:
        return False  # long labels end in an ellipsis and are told in full to screen readers

    def sizeHint(self) -> QSize:
        return QSize(self.natural_width(), self.height())

    def minimumSizeHint(self) -> QSize:
        columns = min(3, len(self._model.labels))
        return QSize(self._label_width() + columns * self._cell_width(), self.height())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        count = len(self._model.labels)
        if not count:
            return
        own = self._cell_width()
        room = self.width() - self._label_width()
        width = own if own * count > room else min(room // count, 2 * own)
        height = row_height()
        self.verticalHeader().setFixedWidth(self._label_width())
        self.horizontalHeader().setFixedHeight(height)
        for index in range(count):
            self.setColumnWidth(index, width)
            self.setRowHeight(index, height)
        bar = self.horizontalScrollBar().sizeHint().height() if own * count > room else 0
        self.setFixedHeight((count + 1) * height + bar)
        self.updateGeometry()

    def _cell_width(self) -> int:
        metrics = QFontMetricsF(theme.now.font(_SMALL, tabular=True))
        texts = ["100", *self._model.short, *self._model.texts()]
        widest = max(min(metrics.horizontalAdvance(t), _LONGEST_LABEL) for t in texts)
        return ceil(widest) + 5 * theme.UNIT // 2

    def _label_width(self) -> int:
        metrics = QFontMetricsF(theme.now.font(_SMALL))
        widest = max((metrics.horizontalAdvance(t) for t in self._model.short), default=0.0)
        return ceil(min(widest, _LONGEST_LABEL)) + 2 * PADDING


class _Model(QAbstractTableModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.labels: tuple[str, ...] = ()
        self.short: tuple[str, ...] = ()
        self.cells: tuple[tuple[PairCell, ...], ...] = ()
        self._counts = False

    def fill(
        self,
        labels: tuple[str, ...],
        short: tuple[str, ...],
        cells: tuple[tuple[PairCell, ...], ...],
        *,
        counts: bool,
    ) -> None:
        self.beginResetModel()
        self.labels, self.short, self.cells = labels, short, cells
        self._counts = counts
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cells)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.labels)

    def texts(self) -> list[str]:
        count = range(len(self.cells))
        return [self.text(row, column) for row in count for column in count]

    def text(self, row: int, column: int) -> str:
        cell = self.cells[row][column]
        if row == column:
            return "·"
        if cell.points is None:
            return "–"
        if self._counts:
            return f"{cell.wins}–{cell.ties}–{cell.losses}"
        return f"{100 * cell.points:.0f}{cell.marks}"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row, column = index.row(), index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return self.text(row, column)
        if role != Qt.ItemDataRole.AccessibleTextRole:
            return None
        if row == column:
            return self.labels[row]
        cell = self.cells[row][column]
        pair = f"{self.labels[row]} against {self.labels[column]}"
        if cell.points is None:
            return f"{pair}: never met"
        return (
            f"{pair}: takes {100 * cell.points:.0f} percent of the points; "
            f"{cell.wins} won, {cell.ties} tied or both bad, {cell.losses} lost"
            f"{_spoken_marks(cell.marks)}"
        )

    def headerData(
        self,
        section: int,
        _orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if section >= len(self.labels):
            return None  # while a smaller model takes its place, one header still asks for the old
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.labels[section]
        return self.short[section] if role == Qt.ItemDataRole.DisplayRole else None


def _spoken_marks(marks: str) -> str:
    if not marks:
        return ""
    return "; differs from half, among all pairs too" if "†" in marks else "; differs from half"


class _Labels(QHeaderView):
    def __init__(self, orientation: Qt.Orientation, matrix: PairMatrix) -> None:
        super().__init__(orientation, matrix)
        self.viewport().setAutoFillBackground(False)
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        colours = theme.now.colours
        across = self.orientation() == Qt.Orientation.Horizontal
        painter.setFont(theme.now.font(_SMALL))
        painter.setPen(colours.muted)
        side = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignLeft
        inner = rect if across else rect.adjusted(PADDING, 0, -PADDING, 0)
        label = str(self.model().headerData(section, self.orientation()))
        metrics = QFontMetricsF(painter.font())
        label = metrics.elidedText(label, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, side | Qt.AlignmentFlag.AlignVCenter, label)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.line)


class _Delegate(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, _Model):
            return
        colours = theme.now.colours
        rect = option.rect
        cell = model.cells[index.row()][index.column()]
        painter.fillRect(rect, colours.surface)
        if index.row() != index.column():
            painter.fillRect(rect, ground(cell.points))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, colours.line)
        known = cell.points is not None and index.row() != index.column()
        painter.setPen(colours.text if known else colours.muted)
        painter.setFont(theme.now.font(_SMALL, tabular=True))
        painter.drawText(
            rect, Qt.AlignmentFlag.AlignCenter, model.text(index.row(), index.column())
        )
        if option.state & QStyle.StateFlag.State_HasFocus:
            ring = QRectF(rect).adjusted(1, 1, -1, -2)
            paint.box(painter, ring, theme.CAP_RADIUS, line=colours.accent, width=2)


def ground(points: float | None) -> QColor:
    """The cell behind points in [0, 1]: deeper the more the row wins, plain from one half down."""
    colours = theme.now.colours
    if points is None or points <= 0.5:
        return colours.surface
    return theme.mix(colours.accent, colours.surface, _DEEPEST * (points - 0.5) / 0.5)
