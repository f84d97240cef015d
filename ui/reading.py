"""Watches how both answers are read: what is in view, where the focus is, where the pointer moves.

Only moments and shares are noted, never a word of the texts.
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import QEvent, QObject

from ui.judging_state import CardRead, Reading
from ui.widgets.answer_card import AnswerCard, CardPair

_WATCHED = (
    QEvent.Type.MouseMove,
    QEvent.Type.Leave,
    QEvent.Type.FocusIn,
    QEvent.Type.FocusOut,
)


class ReadingWatch(QObject):
    """Of one pair of cards; counts from `begin`, and not while it rests."""

    def __init__(
        self, cards: CardPair, parent: QObject, clock: Callable[[], float] = monotonic
    ) -> None:
        """`clock`: seconds, monotonic."""
        super().__init__(parent)
        self._sides = {"a": _Side(cards.a, clock), "b": _Side(cards.b, clock)}
        for slot, side in self._sides.items():
            side.card.text.verticalScrollBar().valueChanged.connect(self._scroller(slot))
            for widget in (side.card, side.card.text, side.card.text.viewport()):
                widget.setMouseTracking(True)
                widget.installEventFilter(self)
        self.begin()

    def begin(self) -> None:
        """Forget what was before. A focus that is there already goes on; it came from before."""
        self._scrolled = self._focused = self._hovered = ""
        for side in self._sides.values():
            side.begin()
        self.go_on()

    def rest(self) -> None:
        """There is nothing to read: a card that is emptied scrolls to the end of nothing."""
        self._resting = True
        for side in self._sides.values():
            side.rest()

    def go_on(self) -> None:
        """The texts are there (again); what was read of them before still counts."""
        self._resting = False
        for side in self._sides.values():
            side.go_on()

    def report(self) -> Reading:
        return Reading(
            a=self._sides["a"].read(),
            b=self._sides["b"].read(),
            first_scrolled=self._scrolled,
            first_focused=self._focused,
            first_hovered=self._hovered,
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        # Most are paints, of which there are many while the texts appear.
        if kind in _WATCHED and not self._resting:
            for slot, side in self._sides.items():
                if side.owns(watched):
                    self._note(slot, side, watched, kind)
        return False

    def _note(self, slot: str, side: _Side, watched: QObject, kind: QEvent.Type) -> None:
        if kind == QEvent.Type.MouseMove:
            self._hovered = self._hovered or slot
            side.hover.start()
        elif kind == QEvent.Type.Leave and watched is side.card:
            side.hover.stop()
        elif kind == QEvent.Type.FocusIn and watched is side.card.text:
            self._focused = self._focused or slot
            side.focus.start()
        elif kind == QEvent.Type.FocusOut and watched is side.card.text:
            side.focus.stop()

    def _scroller(self, slot: str) -> Callable[[int], None]:
        def scrolled(_value: int) -> None:
            if self._resting:
                return
            self._sides[slot].look()
            self._scrolled = self._scrolled or slot

        return scrolled


class _Side:
    def __init__(self, card: AnswerCard, clock: Callable[[], float]) -> None:
        self.card = card
        self.focus = _Stopwatch(clock)
        self.hover = _Stopwatch(clock)
        self._furthest = 0.0

    def owns(self, watched: QObject) -> bool:
        return watched in (self.card, self.card.text, self.card.text.viewport())

    def begin(self) -> None:
        self._furthest = 0.0
        self.focus.clear()
        self.hover.clear()

    def rest(self) -> None:
        self.focus.stop()
        self.hover.stop()

    def go_on(self) -> None:
        if self.card.text.hasFocus():
            self.focus.start()

    def look(self) -> None:
        bar = self.card.text.verticalScrollBar()
        whole = bar.maximum() + bar.pageStep()
        seen = (bar.value() + bar.pageStep()) / whole if bar.maximum() else 1.0
        self._furthest = max(self._furthest, min(1.0, seen))

    def read(self) -> CardRead:
        self.look()
        return CardRead(self._furthest, self.focus.seconds, self.hover.seconds)


class _Stopwatch:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.clear()

    def clear(self) -> None:
        self._sum_s, self._since_s = 0.0, None

    def start(self) -> None:
        if self._since_s is None:
            self._since_s = self._clock()

    def stop(self) -> None:
        self._sum_s, self._since_s = self.seconds, None

    @property
    def seconds(self) -> float:
        running_s = 0.0 if self._since_s is None else self._clock() - self._since_s
        return self._sum_s + running_s
