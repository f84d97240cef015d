"""The two answers, side by side and never different in anything but their words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from ui import paint, theme
from ui.conversation_state import Earlier
from ui.safe_text import in_line, safe_text
from ui.state import CardState
from ui.widgets.answer_text import AnswerText
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.earlier_answers import EarlierAnswers
from ui.widgets.text import Text

FAILED = "No answer this time"
EMPTY = "This answer has no words"
CUT = "Only the beginning is shown"


class AnswerCard(Card):
    """A letter and an answer. Its size says nothing about its text."""

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.letter = letter
        self.chip = Chip(letter)
        self.truncated = False
        """Whether the shown text ends before the real one does."""
        self._failed = False
        self.setAccessibleName(f"Answer {letter}")
        self.text = AnswerText(f"Answer {letter}")
        self.text.focus_changed.connect(self.update)
        self.earlier = EarlierAnswers(f"Earlier answers of {letter}")
        self.earlier.focus_changed.connect(self.update)
        self._note = Text("", theme.Type.ANSWER, ink="muted")
        self._name = Text("", weight=theme.SEMIBOLD, wrap=False, elides=True)
        self._cut = Text(CUT, theme.Type.SMALL, ink="muted", wrap=False)
        # A long name gives way to what has to be read.
        self._name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._cut.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        # The scroll bar stands in the padding, so that it takes nothing from the column.
        self.column.setContentsMargins(3 * theme.UNIT, 3 * theme.UNIT, theme.UNIT, 3 * theme.UNIT)
        top = QHBoxLayout()
        top.addWidget(self.chip)
        top.addWidget(self._name, 1)
        top.addStretch(0)
        top.addWidget(self._cut)
        top.addSpacing(2 * theme.UNIT)
        self.column.addLayout(top)
        self.column.addWidget(self.earlier)
        self.column.addWidget(self._note)
        self.column.addWidget(self.text, 1)
        self.column.addStretch()
        self._note.hide()
        self._cut.hide()
        self._name.hide()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    @property
    def words(self) -> str:
        """Our own words in the place of an answer; empty where an answer stands."""
        return self._note.text() if self._note.isVisible() else ""

    @property
    def name(self) -> str:
        """Of the system, once it was told."""
        return self._name.text()

    def tell_name(self, name: str) -> None:
        """Which system this was, in one line; an empty one hides it again."""
        self._name.show_or_hide(in_line(name))

    def lay_out(self, state: CardState) -> None:
        """Take a text, covered; the reveal uncovers it."""
        safe = safe_text(state.text)
        self.truncated = safe.truncated or state.truncated
        self._failed = state.failed
        self.text.set_text(safe.text)
        self._note.hide()
        self._cut.hide()
        self.text.show()

    def note(self, text: str) -> None:
        """Words of ours in the place of an answer; nothing of the answer stays."""
        if self.text.clusters:
            self.text.set_text("")
        self.text.hide()
        self._cut.hide()
        self._note.show_or_hide(text)

    def settle(self) -> None:
        """What may be said about the text only once both are fully shown."""
        self._cut.setVisible(self.truncated)
        self.text.show_bar()
        if not self.text.toPlainText().strip():
            self.note(FAILED if self._failed else EMPTY)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = paint.painter_for(self)
        if self.earlier.isVisible() and self._has_newer():
            below = self.earlier.geometry().bottom() + self.column.spacing() // 2
            inside = self.column.contentsMargins().left()
            width = self.width() - 2 * inside
            painter.fillRect(inside, below, width, 1, theme.now.colours.line)
        if self.text.hasFocus() or self.earlier.hasFocus():
            rect = QRectF(self.rect())
            paint.box(painter, rect, theme.CARD_RADIUS, line=theme.now.colours.accent, width=2)

    def _has_newer(self) -> bool:
        return self.text.isVisible() or self._note.isVisible()


class CardPair(QWidget):
    """A left, B right, equal to the pixel."""

    def __init__(self, parent: QWidget | None = None, *, earlier_alone: bool = False) -> None:
        """`earlier_alone`: nothing but what was answered before will stand on them."""
        super().__init__(parent)
        self._alone = earlier_alone
        self.a = AnswerCard("A", self)
        self.b = AnswerCard("B", self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def tell_earlier(self, a: Sequence[Earlier], b: Sequence[Earlier]) -> None:
        """What was answered in the turns before, oldest first."""
        self.a.earlier.tell(a)
        self.b.earlier.tell(b)
        if self._alone:
            self.a.note("")
            self.b.note("")
        self._share()
        self.updateGeometry()

    def minimumSizeHint(self) -> QSize:
        text = 2 * theme.now.line_height(theme.Type.ANSWER)
        around = 8 * theme.UNIT + self.a.chip.sizeHint().height()
        if self.a.earlier.answers:
            around += self.a.column.spacing() + self.a.earlier.fewest_height()
        if self._alone:
            around -= text
        return QSize(60 * theme.UNIT, around + text)

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = (self.width() - theme.GAP) // 2
        self.a.setGeometry(0, 0, width, self.height())
        self.b.setGeometry(self.width() - width, 0, width, self.height())
        self._share()

    def _share(self) -> None:
        """What came before takes the same room on both sides: what the longer one needs, and at
        most a third where an answer stands below it."""
        sides = (self.a.earlier, self.b.earlier)
        most = self.height() - 8 * theme.UNIT - self.a.chip.sizeHint().height()
        if not self._alone:
            most = self.height() // 3
        fewest = max(side.fewest_height() for side in sides)
        wanted = max(side.whole_height() for side in sides)
        for side in sides:
            side.setFixedHeight(max(fewest, min(most, wanted)))
