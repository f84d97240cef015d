"""What one side answered in the turns before: quiet, and never more in the way than the other's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import (
    QBrush,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.conversation_state import Earlier
from ui.safe_text import safe_text
from ui.widgets.plain_view import PlainView

GONE_ON_WITH = "the conversation went on with this"
FEWEST_LINES = 2


class EarlierAnswers(PlainView):
    """Begins at its end, where the last answer is."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(name, parent)
        self._answers: Sequence[Earlier] = ()
        self._settling = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.hide()

    @property
    def answers(self) -> Sequence[Earlier]:
        return self._answers

    def tell(self, answers: Sequence[Earlier]) -> None:
        """Oldest first; none takes no room."""
        if answers != self._answers:
            self._answers = answers
            self._write()
        self.setVisible(bool(answers))

    def whole_height(self) -> int:
        """In which all of it is seen without scrolling."""
        return ceil(self.document().size().height()) + theme.UNIT

    def fewest_height(self) -> int:
        return FEWEST_LINES * theme.now.line_height(theme.Type.BODY) + theme.UNIT

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            self._write()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._settling:
            self.fit_column()
            self._show_the_last()

    def sizeHint(self) -> QSize:
        return QSize(20 * theme.UNIT, self.fewest_height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _write(self) -> None:
        document = self.new_document(theme.Type.BODY)
        cursor = QTextCursor(document)
        for turn, answer in enumerate(self._answers, 1):
            if turn > 1:
                cursor.insertBlock()
            how = f": {GONE_ON_WITH}" if answer.gone_on_with else ""
            self._add(cursor, f"Turn {turn}{how}", theme.Type.SMALL, above=turn > 1)
            cursor.insertBlock()
            self._add(cursor, safe_text(answer.text).text, theme.Type.BODY)
        self.fit_column()
        self.show_document(document)
        self._show_the_last()

    def _add(
        self, cursor: QTextCursor, text: str, size: theme.Type, *, above: bool = False
    ) -> None:
        line = QTextBlockFormat()
        minimum = QTextBlockFormat.LineHeightTypes.MinimumHeight.value
        line.setLineHeight(theme.now.line_height(size), minimum)
        line.setTopMargin(theme.UNIT if above else 0)
        letters = QTextCharFormat()
        weight = theme.MEDIUM if size is theme.Type.SMALL else theme.REGULAR
        letters.setFont(theme.now.font(size, weight))
        letters.setForeground(QBrush(theme.now.colours.muted))
        cursor.setBlockFormat(line)
        cursor.insertText(text, letters)

    def _show_the_last(self) -> None:
        """From the end up as many whole lines as there is room for."""
        self._settling = True  # a margin makes another size, and that is no other room
        self.setViewportMargins(0, 0, 0, theme.UNIT)
        hidden = ceil(self.document().size().height()) - self.viewport().height()
        if hidden > 0:
            first = next((top for top in self._line_tops() if top >= hidden), hidden)
            self.setViewportMargins(0, ceil(first) - hidden, 0, theme.UNIT)
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._settling = False

    def _line_tops(self) -> Iterator[float]:
        layout = self.document().documentLayout()
        block = self.document().begin()
        while block.isValid():
            top = layout.blockBoundingRect(block).top()
            for index in range(block.layout().lineCount()):
                yield top + block.layout().lineAt(index).y()
            block = block.next()
