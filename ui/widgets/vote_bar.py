"""The votes; those that name a card stand on its side.

Where the study asks by how much, the strength is in the choice: one act of the hand says both.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.judging_state import Strength
from ui.state import CastVote, Vote
from ui.widgets.choice_button import ChoiceButton

_HEIGHT = 8 * theme.UNIT
_GAP = 2 * theme.UNIT
_OUTER, _INNER = 5, 3

LABELS = {
    CastVote(Vote.A): ("A is better", "1"),
    CastVote(Vote.TIE): ("Tie", "2"),
    CastVote(Vote.BOTH_BAD): ("Both bad", "3"),
    CastVote(Vote.B): ("B is better", "4"),
    CastVote(Vote.CANNOT_JUDGE): ("I can't judge", "0"),
}
"""What a vote is called, and its key."""
LABELS_BY_STRENGTH = {
    CastVote(Vote.A, Strength.CLEARLY): ("A clearly", "1"),
    CastVote(Vote.A, Strength.SLIGHTLY): ("A slightly", "2"),
    CastVote(Vote.TIE): ("Tie", "3"),
    CastVote(Vote.BOTH_BAD): ("Both bad", "4"),
    CastVote(Vote.B, Strength.SLIGHTLY): ("B slightly", "5"),
    CastVote(Vote.B, Strength.CLEARLY): ("B clearly", "6"),
    CastVote(Vote.CANNOT_JUDGE): ("I can't judge", "0"),
}
"""Likewise, where the study asks by how much: from one end of the scale to the other."""


def votes_by_key(*, by_strength: bool) -> dict[str, CastVote]:
    labels = LABELS_BY_STRENGTH if by_strength else LABELS
    return {key: choice for choice, (_, key) in labels.items()}


def in_words(choice: CastVote) -> str:
    """The label in full, where it is short."""
    if choice.strength is None:
        return LABELS[choice][0]
    return f"{choice.vote.value.upper()} is {choice.strength.value} better"


class VoteButton(ChoiceButton):
    def __init__(
        self, choice: CastVote, parent: QWidget | None = None, *, height: int = _HEIGHT
    ) -> None:
        label, key = (LABELS if choice in LABELS else LABELS_BY_STRENGTH)[choice]
        super().__init__(label, key, height=height, parent=parent)
        self.choice = choice
        self.set_spoken(in_words(choice))


class VoteBar(QWidget):
    """Mirrored to the pixel: what is left of the middle is as wide as what is right of it."""

    voted = Signal(object)
    """The `CastVote` that was pressed, without a reading."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._legal = False
        self._by_strength = False
        # Tab goes along either scale.
        scale = list(LABELS_BY_STRENGTH)[:-1]
        order = [CastVote(Vote.A), *scale, CastVote(Vote.B)]
        self._all = {choice: self._made(choice) for choice in order}
        self._order()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @property
    def buttons(self) -> dict[Vote, VoteButton]:
        """Where no strength is asked."""
        return {choice.vote: self._all[choice] for choice in LABELS if choice in self._all}

    def button(self, vote: Vote, strength: Strength | None = None) -> VoteButton:
        return self._all[CastVote(vote, strength)]

    def draw(
        self,
        *,
        legal: bool,
        vote: Vote | None,
        strength: Strength | None = None,
        by_strength: bool = False,
    ) -> None:
        """`legal` once both answers are fully shown and none was chosen, or another may be."""
        self._legal = legal
        if by_strength != self._by_strength:
            self._by_strength = by_strength
            self._order()
        chosen = None if vote is None else CastVote(vote, strength)
        for choice, button in self._all.items():
            button.set_chosen(choice == chosen)
            button.setEnabled(legal or button.chosen)
            # A vote stands: the chosen button only shows it.
            locked = button.chosen and not legal
            button.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, locked)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus if locked else Qt.FocusPolicy.StrongFocus)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        line = theme.now.control(_HEIGHT)
        return line if self._in_one_line(width) else 2 * line + _GAP

    def sizeHint(self) -> QSize:
        inner = self._widest()
        outer = inner if self._by_strength else inner * _OUTER // _INNER
        outers = 4 if self._by_strength else 2
        width = 2 * inner + outers * outer + (outers + 1) * _GAP
        return QSize(width, theme.now.control(_HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(4 * self._widest() + 3 * _GAP, theme.now.control(_HEIGHT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        places = self._places_by_strength() if self._by_strength else self._places()
        for choice, place in places.items():
            self._all[choice].setGeometry(place)

    def _places(self) -> dict[CastVote, QRect]:
        """A and B are wider: as wide as their cards would have it."""
        room = self.width() - 3 * _GAP
        inner = max(min(self._widest(), room // 4), room * _INNER // (2 * (_OUTER + _INNER)))
        outer = (room - 2 * inner) // 2
        left = [(0, outer, CastVote(Vote.A)), (outer + _GAP, inner, CastVote(Vote.TIE))]
        right = [(outer, outer, CastVote(Vote.B))]
        right.append((outer + _GAP + inner, inner, CastVote(Vote.BOTH_BAD)))
        high = self.height()
        return {
            **{choice: QRect(x, 0, width, high) for x, width, choice in left},
            **{choice: QRect(self.width() - x, 0, width, high) for x, width, choice in right},
        }

    def _places_by_strength(self) -> dict[CastVote, QRect]:
        """One line from end to end; where that is too narrow, tie and both bad under it."""
        clearly, slightly = Strength.CLEARLY, Strength.SLIGHTLY
        left = [CastVote(Vote.A, clearly), CastVote(Vote.A, slightly)]
        right = [CastVote(Vote.B, clearly), CastVote(Vote.B, slightly)]
        ties = (CastVote(Vote.TIE), CastVote(Vote.BOTH_BAD))
        line = theme.now.control(_HEIGHT)
        places: dict[CastVote, QRect] = {}
        half = (self.width() - _GAP) // 2
        if self._in_one_line(self.width()):
            left.append(ties[0])
            right.append(ties[1])
        else:
            places[ties[0]] = QRect(0, line + _GAP, half, line)
            places[ties[1]] = QRect(self.width() - half, line + _GAP, half, line)
        each = (half - (len(left) - 1) * _GAP) // len(left)
        for index, (one, other) in enumerate(zip(left, right, strict=True)):
            x = index * (each + _GAP)
            width = each if one is not left[-1] else half - x  # what is left of the division
            places[one] = QRect(x, 0, width, line)
            places[other] = QRect(self.width() - x - width, 0, width, line)
        return places

    def _in_one_line(self, width: int) -> bool:
        return not self._by_strength or 6 * self._widest() + 5 * _GAP <= width

    def _widest(self) -> int:
        return max(self._all[choice].sizeHint().width() for choice in self._shown())

    def _shown(self) -> list[CastVote]:
        labels = LABELS_BY_STRENGTH if self._by_strength else LABELS
        return [choice for choice in labels if choice in self._all]

    def _order(self) -> None:
        """Show the buttons of the present scale, under its keys."""
        shown = self._shown()
        labels = LABELS_BY_STRENGTH if self._by_strength else LABELS
        for choice, button in self._all.items():
            button.setVisible(choice in shown)
            if choice in shown:
                button.set_key(labels[choice][1])
        self.updateGeometry()
        self._place()

    def _made(self, choice: CastVote) -> VoteButton:
        button = VoteButton(choice, self)
        button.clicked.connect(self._press)
        button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _press(self) -> None:
        button = self.sender()
        if self._legal and isinstance(button, VoteButton):
            self.voted.emit(button.choice)
