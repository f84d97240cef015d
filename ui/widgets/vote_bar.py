"""Four votes; the two that name a card stand under it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.state import Vote
from ui.widgets.button import Button

_HEIGHT = 8 * theme.UNIT
_GAP = 2 * theme.UNIT
_OUTER, _INNER = 5, 3

LABELS = {
    Vote.A: ("A is better", "1"),
    Vote.TIE: ("Tie", "2"),
    Vote.BOTH_BAD: ("Both bad", "3"),
    Vote.B: ("B is better", "4"),
    Vote.CANNOT_JUDGE: ("I can't judge", "0"),
}
"""What a vote is called, and its key."""
KEYS = {key: vote for vote, (_, key) in LABELS.items()}


class VoteButton(Button):
    """A button that can have been chosen: inverted and ticked, so not by colour alone."""

    def __init__(self, vote: Vote, parent: QWidget | None = None, *, height: int = _HEIGHT) -> None:
        label, key = LABELS[vote]
        super().__init__(label, key, height=height, parent=parent)
        self.vote = vote
        self._chosen = False

    @property
    def chosen(self) -> bool:
        return self._chosen

    def set_chosen(self, chosen: bool) -> None:
        if chosen != self._chosen:
            self._chosen = chosen
            self.set_icon("check" if chosen else "")
            self.setAccessibleName(self.label + (", chosen" if chosen else ""))

    def sizeHint(self) -> QSize:
        """With room for the tick, so that nothing moves when it comes."""
        hint = super().sizeHint()
        return hint if self._chosen else hint + QSize(self.icon_room(), 0)

    def lost_text(self) -> bool:
        return super().sizeHint().width() > self.width()

    def inks(self) -> tuple[QColor | None, QColor | None, QColor]:
        if self._chosen:
            colours = theme.now.colours
            return colours.text, None, colours.on_text
        return super().inks()

    def filled(self) -> bool:
        return self._chosen


class VoteBar(QWidget):
    """Mirrored to the pixel: what is left of the middle is as wide as what is right of it."""

    voted = Signal(object)
    """The `Vote` that was pressed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._legal = False
        order = (Vote.A, Vote.TIE, Vote.BOTH_BAD, Vote.B)
        self.buttons = {vote: VoteButton(vote, self) for vote in order}
        for button in self.buttons.values():
            button.clicked.connect(self._press)
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def draw(self, *, legal: bool, vote: Vote | None) -> None:
        """`legal` once both answers are fully shown and none was chosen yet."""
        self._legal = legal
        for button in self.buttons.values():
            button.set_chosen(button.vote is vote)
            button.setEnabled(legal or button.vote is vote)
            # A vote stands: the chosen button only shows it.
            locked = button.vote is vote
            button.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, locked)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        inner = max(b.sizeHint().width() for b in self.buttons.values())
        outer = inner * _OUTER // _INNER
        return QSize(2 * (inner + outer) + 3 * _GAP, theme.now.control(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        widths = [b.sizeHint().width() for b in self.buttons.values()]
        return QSize(4 * max(widths) + 3 * _GAP, theme.now.control(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 3 * _GAP
        widest = max(b.sizeHint().width() for b in self.buttons.values())
        inner = max(min(widest, room // 4), room * _INNER // (2 * (_OUTER + _INNER)))
        outer = (room - 2 * inner) // 2
        right = self.width()
        places = {
            Vote.A: (0, outer),
            Vote.TIE: (outer + _GAP, inner),
            Vote.BOTH_BAD: (right - outer - _GAP - inner, inner),
            Vote.B: (right - outer, outer),
        }
        for vote, (left, width) in places.items():
            self.buttons[vote].setGeometry(left, 0, width, self.height())

    def _press(self) -> None:
        button = self.sender()
        if self._legal and isinstance(button, VoteButton):
            self.voted.emit(button.vote)
