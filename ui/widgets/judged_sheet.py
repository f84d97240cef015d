"""After the vote: each answer by itself. Under its card, and both sides the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSizePolicy, QWidget

from ui import paint, theme
from ui.judging_state import FAILURES, MERITS, Asked, Code, Judged, SideJudged
from ui.widgets.card import Card
from ui.widgets.choice_button import Tick
from ui.widgets.flow import Flow
from ui.widgets.key_cap import KeyCap
from ui.widgets.text import Text

CODE_LABELS = {
    Code.DETAIL: "Level of detail",
    Code.HELPFULNESS: "Helpfulness",
    Code.LANGUAGE: "Language appropriateness",
    Code.ACCURACY: "Accuracy",
    Code.HUMAN: "Human-likeness",
    Code.HEARD_WRONG: "Heard me wrong",
    Code.CONTENT: "Content",
    Code.FORM: "Form",
}
MERITS_TITLE = "What speaks for it"
FAILURES_TITLE = "Where it failed"
_HEIGHT = 4 * theme.UNIT


class SideSheet(Card):
    """Takes the focus itself: then the figures tick what stands in it."""

    changed = Signal(object)
    """`SideJudged`: what is ticked now."""

    def __init__(self, letter: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, padding=2 * theme.UNIT)
        self.letter = letter
        self._state = SideJudged()
        self._asked = Asked()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"About answer {letter}")
        self.setAccessibleDescription(f"Key {letter}; then the figures choose")
        self.good = self._tick("Good", lambda: self._say(True))
        self.bad = self._tick("Bad", lambda: self._say(False))
        self.codes = {
            code: self._tick(CODE_LABELS[code], self._toggler(code))
            for code in (*MERITS, *FAILURES)
        }
        self._titles = (
            Text(MERITS_TITLE, theme.Type.SMALL, ink="muted"),
            Text(FAILURES_TITLE, theme.Type.SMALL, ink="muted"),
        )
        self._flows = (
            Flow([self.codes[code] for code in MERITS]),
            Flow([self.codes[code] for code in FAILURES]),
        )
        name = Text(f"Answer {letter}", weight=theme.SEMIBOLD, wrap=False)
        self._whole = _together(self.good, self.bad)
        self._top = Flow([_together(name, KeyCap(letter)), self._whole])
        self._arrange()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)

    def draw(self, asked: Asked, state: SideJudged) -> None:
        self._state = state
        if asked != self._asked:
            self._asked = asked
            self._whole.setVisible(asked.each_side)
            for part in (*self._titles, *self._flows):
                part.setVisible(asked.codes)
            for figure, tick in zip("1234567890", self.ticks(), strict=False):
                tick.set_key(figure)
        self.good.set_chosen(state.good is True)
        self.bad.set_chosen(state.good is False)
        for code, tick in self.codes.items():
            tick.set_chosen(code in state.codes)

    def ticks(self) -> Sequence[Tick]:
        """Those that are asked, in the order of their figures."""
        sides = (self.good, self.bad) if self._asked.each_side else ()
        return (*sides, *(self.codes.values() if self._asked.codes else ()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Also what a tick in it has no use for."""
        index = "1234567890".find(event.text()) if event.text() else -1
        ticks = self.ticks()
        if 0 <= index < len(ticks) and not event.isAutoRepeat():
            ticks[index].click()
        else:
            event.ignore()

    def focusInEvent(self, event: object) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: object) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if QApplication.focusWidget() is self:
            painter = paint.painter_for(self)
            rect, accent = QRectF(self.rect()), theme.now.colours.accent
            paint.box(painter, rect, theme.CARD_RADIUS, line=accent, width=2)

    def _say(self, good: bool) -> None:
        """Pressed again, it is taken back."""
        said = None if self._state.good is good else good
        self.changed.emit(replace(self._state, good=said))

    def _toggler(self, code: Code) -> Callable[[], None]:
        return lambda: self.changed.emit(replace(self._state, codes=self._state.codes ^ {code}))

    def _tick(self, label: str, pressed: Callable[[], None]) -> Tick:
        tick = Tick(label, height=_HEIGHT, parent=self)
        tick.set_spoken(f"Answer {self.letter}: {label}")
        tick.clicked.connect(pressed)
        return tick

    def _arrange(self) -> None:
        self.column.setSpacing(theme.UNIT)
        self.column.addWidget(self._top)
        for title, flow in zip(self._titles, self._flows, strict=True):
            self.column.addWidget(title)
            self.column.addWidget(flow)
        self.column.addStretch()


def _together(*parts: QWidget) -> QWidget:
    """What stays in one line."""
    together = QWidget()
    row = QHBoxLayout(together)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.UNIT)
    for part in parts:
        row.addWidget(part)
    return together


class JudgedSheet(QWidget):
    """A left, B right, equal to the pixel."""

    changed = Signal(object)
    """`Judged`."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = Judged()
        self.a = SideSheet("A", self)
        self.b = SideSheet("B", self)
        for slot, side in self.sides.items():
            side.changed.connect(self._changer(slot))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def sides(self) -> dict[str, SideSheet]:
        """By slot."""
        return {"a": self.a, "b": self.b}

    def draw(self, asked: Asked, state: Judged) -> None:
        self._state = state
        self.a.draw(asked, state.a)
        self.b.draw(asked, state.b)
        self.updateGeometry()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Of the two: what differs is a letter."""
        side = (width - theme.GAP) // 2
        return max(part.layout().totalHeightForWidth(side) for part in self.sides.values())

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        """How high it is, its width decides."""
        return QSize(60 * theme.UNIT, theme.now.control(8 * theme.UNIT))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a side has another height
            self.updateGeometry()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        width = (self.width() - theme.GAP) // 2
        self.a.setGeometry(0, 0, width, self.height())
        self.b.setGeometry(self.width() - width, 0, width, self.height())

    def _changer(self, slot: str) -> Callable[[SideJudged], None]:
        return lambda side: self.changed.emit(self._state.with_side(slot, side))
