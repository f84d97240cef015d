"""An answer's text: plain whatever it contains, and uncovered from the start on demand.

The whole text is laid out once, before any of it may be seen; uncovering only moves the edge of
what is painted. That costs the same for the last character as for the first, and no line jumps.
"""

from __future__ import annotations

import re
from array import array
from functools import partial
from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFontMetricsF,
    QPainter,
    QPaintEvent,
    QPalette,
    QRegion,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCursor,
    QTextLine,
)
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.graphemes import cluster_ends
from ui.paint_pass import PaintPass
from ui.widgets.plain_view import PlainView

_FAR = 1 << 20
_FOREIGN = re.compile("[^\\u0000-\\u024f\\u2010-\\u2027]")
"""Letters that may come from another font than ours."""


class AnswerText(PlainView):
    """The answer that is to be judged."""

    fully_painted = Signal()
    """All of the text has been painted for the first time since `cover`."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self.paint_pass = PaintPass(self)
        """Of whatever this text is shown together with."""
        self.first_paint_ms: float | None = None
        """Monotonic time of the first pass that showed any of the text since `cover`."""
        self.last_paint_ms: float | None = None
        """Monotonic time of the first pass that showed all of it."""
        self.laid_out = ""
        """The whole text, as it was given."""
        self._ends: array[int] = array("L")
        self._evened: set[int] = set()
        self._shown = 0
        self._started = False
        self._covered = 0

    @property
    def clusters(self) -> int:
        """How many grapheme clusters the text has."""
        return len(self._ends)

    @property
    def shown(self) -> int:
        """How many of them are uncovered."""
        return self._shown

    def set_text(self, text: str) -> None:
        """Lay out `text` (as `ui.safe_text` gives it), wholly covered."""
        document = self.new_document(theme.Type.ANSWER)
        line = QTextBlockFormat()
        minimum = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
        line.setLineHeight(theme.now.line_height(theme.Type.ANSWER), minimum)
        cursor = QTextCursor(document)
        cursor.setBlockFormat(line)
        cursor.insertText(text)
        self._fit_column()
        self.show_document(document)
        # All of it now: Qt would otherwise do the rest at the first paint, later on one side.
        document.documentLayout().blockBoundingRect(document.lastBlock())
        self._ends = cluster_ends(text)
        self.laid_out = text
        self.cover()

    def cover(self) -> None:
        """Hide the text again and forget when it was painted.

        A scroll bar would tell how long it is before its end is there: see `show_bar`.
        """
        self._shown = 0
        self._started = False
        self._covered += 1
        self.first_paint_ms = self.last_paint_ms = None
        self.verticalScrollBar().setValue(0)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().update()

    def show_bar(self) -> None:
        """From now on until `cover`, where the text is longer than its place."""
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def uncover(self, clusters: int) -> None:
        """Show the first `clusters` grapheme clusters; never fewer than before."""
        before = self._shown
        self._shown = min(max(clusters, before), self.clusters)
        if self._started and self._shown == before:
            return
        self._started = True
        if self._shown == self.clusters:
            # Also where the end lies below the fold: the last paint has to be noticed.
            self.viewport().update()
            return
        offset = self.verticalScrollBar().value() + self._lift()
        top = self._line_top(before) - offset
        bottom = self._line_top(self._shown) - offset
        below = bottom + 2 * theme.now.line_height(theme.Type.ANSWER)
        self.viewport().update(QRect(0, top, self.viewport().width(), below - top))

    def uncover_all(self) -> None:
        self.uncover(self.clusters)

    def minimumSizeHint(self) -> QSize:
        return QSize(20 * theme.UNIT, 2 * theme.now.line_height(theme.Type.ANSWER))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_column()
        self._show_whole_lines()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.written:
            self._restyle()

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._started:
            return
        painter = QPainter(self.viewport())
        offset = self.verticalScrollBar().value() + self._lift()
        painter.translate(0, -offset)
        context = QAbstractTextDocumentLayout.PaintContext()
        # While it appears only the last lines change: those above cost nothing then.
        context.clip = QRectF(event.rect().translated(0, offset))
        self._even_lines(context.clip)
        context.palette.setColor(QPalette.ColorRole.Text, theme.now.colours.text)
        if self._shown < self.clusters:
            painter.setClipRegion(self._uncovered())
        if self._shown:
            self.document().documentLayout().draw(painter, context)
        painter.end()
        self._note_paint()

    def _lift(self) -> int:
        """Qt stands a text at the foot of a high line; this much brings it to the middle."""
        room = theme.now.line_height(theme.Type.ANSWER)
        font = theme.now.font(theme.Type.ANSWER)
        return max(0, round((room - QFontMetricsF(font).height()) / 2))

    def _even_lines(self, visible: QRectF) -> None:
        """Put all baselines on one grid: a letter from another font must not move its line."""
        descent = QFontMetricsF(theme.now.font(theme.Type.ANSWER)).descent()
        layout = self.document().documentLayout()
        at = layout.hitTest(visible.topLeft(), Qt.HitTestAccuracy.FuzzyHit)
        block = self.document().findBlock(max(0, at))
        while block.isValid() and layout.blockBoundingRect(block).top() < visible.bottom():
            if block.blockNumber() not in self._evened:
                self._evened.add(block.blockNumber())
                lines = block.layout().lineCount() if _FOREIGN.search(block.text()) else 0
                for index in range(lines):
                    line = block.layout().lineAt(index)
                    extra = line.descent() - descent
                    if extra > 0:
                        line.setPosition(QPointF(line.x(), line.y() + extra))
            block = block.next()

    def _note_paint(self) -> None:
        whole = self._shown == self.clusters
        first = self.first_paint_ms is None and (whole or self._shown > 0)
        if first or (whole and self.last_paint_ms is None):
            self.paint_pass.after(partial(self._stamp, self._covered, whole))

    def _stamp(self, covered: int, whole: bool, time_ms: float) -> None:
        """`covered`: how often it had been covered when it was painted; it may be again by now."""
        if covered != self._covered:
            return
        if self.first_paint_ms is None:
            self.first_paint_ms = time_ms
        if whole and self.last_paint_ms is None:
            self.last_paint_ms = time_ms
            self.fully_painted.emit()

    def _uncovered(self) -> QRegion:
        """The part of the document that may be seen, in its own coordinates."""
        if not self._shown:
            return QRegion()
        block, origin, line = self._line_of(self._shown)
        top = round(origin.y() + line.y())
        bottom = round(origin.y() + line.y() + line.height())
        region = QRegion(0, -_FAR, _FAR, top + _FAR)
        start = block.position() + line.textStart()
        end = self._ends[self._shown - 1]
        if block.text().isascii():
            x, _ = line.cursorToX(end - block.position())
            right = round(origin.x() + x)
            return region.united(QRect(0, top, right, bottom - top))
        # Right-to-left text grows leftwards, and a line may hold both: by the glyphs themselves.
        for run in line.glyphRuns(line.textStart(), end - start):
            ink = run.boundingRect()
            left, right = floor(origin.x() + ink.left()), ceil(origin.x() + ink.right())
            region = region.united(QRect(left, top, right - left, bottom - top))
        return region

    def _line_of(self, clusters: int) -> tuple[QTextBlock, QPointF, QTextLine]:
        """The line that holds the last of the first `clusters` clusters (at least one), with its
        block and where that begins."""
        position = self._ends[clusters - 1] - 1
        block = self.document().findBlock(position)
        # First, for it lays out what has another width by now: lines from before are gone then,
        # and Qt reads from wherever they were.
        origin = self.document().documentLayout().blockBoundingRect(block).topLeft()
        return block, origin, block.layout().lineForTextPosition(position - block.position())

    def _line_top(self, clusters: int) -> int:
        if not clusters:
            return 0
        _, origin, line = self._line_of(clusters)
        return int(origin.y() + line.y())

    def _fit_column(self) -> None:
        self._evened.clear()
        self.fit_column()

    def _show_whole_lines(self) -> None:
        """The last line that is not all there is not shown, and scrolling goes by lines."""
        line = theme.now.line_height(theme.Type.ANSWER)
        self.setViewportMargins(0, 0, 0, self.height() % line if self.height() > line else 0)
        self.verticalScrollBar().setSingleStep(line)

    def _restyle(self) -> None:
        """Lay the same text out again in a font of another size, keeping what is shown."""
        self._show_whole_lines()
        shown, started = self._shown, self._started
        times = self.first_paint_ms, self.last_paint_ms
        bar = self.verticalScrollBarPolicy()
        self.set_text(self.toPlainText())
        self.setVerticalScrollBarPolicy(bar)
        self._shown, self._started = shown, started
        self.first_paint_ms, self.last_paint_ms = times
