"""After the last vote, before the names are told: which assistant was this?"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme
from ui.safe_text import in_line
from ui.speak import announcer
from ui.state import CardState, GuessState
from ui.widgets.answer_card import CardPair
from ui.widgets.button import Button, Kind
from ui.widgets.card import Card
from ui.widgets.centred import Centred
from ui.widgets.choice_list import ChoiceList
from ui.widgets.problem_banner import ProblemBanner
from ui.widgets.scroll import PageScroll
from ui.widgets.session_header import SessionHeader
from ui.widgets.text import Text

NOT_KNOWN = "I do not know"


class GuessPage(QWidget):
    answered = Signal(object, object)
    """For A and for B: the place among the choices, or None for not known."""
    skipped = Signal()
    """This question; the next one is asked."""
    all_skipped = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Which assistant was this?")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._drawn: GuessState | None = None
        self._known = 0
        """How many choices name a system; the one after them does not."""
        self.header = SessionHeader()
        self._title = Text("Which assistant was this?", theme.Type.TITLE, weight=theme.SEMIBOLD)
        self._line = Text(ink="muted")
        self.banner = ProblemBanner()
        self.cards = CardPair()
        self.a = ChoiceList("Answer A was")
        self.b = ChoiceList("Answer B was")
        self._note = Text(ink="muted")
        self.skip_all = Button("Skip all that are left", kind=Kind.QUIET)
        self.skip = Button("Skip this one", "Esc", kind=Kind.QUIET)
        self.next = Button("Next", "⏎", kind=Kind.PRIMARY)
        self._arrange()
        self._connect()

    def draw(self, state: GuessState) -> None:
        self.header.show_question(state.title, state.number, state.total)
        self.banner.show_problem(state.problem, primary=False)
        self.skip_all.setVisible(state.number < state.total)
        question = replace(state, problem=None)
        if question == self._drawn:
            return  # what was chosen stands
        self._drawn = question
        self._known = len(state.choices)
        # Where little room is left the page scrolls before an answer is cut to one line.
        self.cards.setMinimumHeight(round(24 * theme.UNIT * theme.now.scale))
        self._line.setText(_line(state.said))
        for card, text in ((self.cards.a, state.text_a), (self.cards.b, state.text_b)):
            card.lay_out(CardState(text))
            card.text.uncover_all()
            card.settle()
        for choices in (self.a, self.b):
            choices.show_choices((*state.choices, NOT_KNOWN))
        self._settle()
        self.a.setFocus(Qt.FocusReason.OtherFocusReason)
        announcer.announce(self, f"Question {state.number} of {state.total}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.next.isEnabled():
            self._answer()
        elif event.key() == Qt.Key.Key_Escape:
            self.skipped.emit()
        else:
            event.ignore()

    def _connect(self) -> None:
        for choices in (self.a, self.b):
            choices.chosen.connect(self._settle)
        self.a.decided.connect(lambda: self.b.setFocus(Qt.FocusReason.TabFocusReason))
        self.b.decided.connect(self._go_to_next)
        self.next.clicked.connect(self._answer)
        self.skip.clicked.connect(self.skipped)
        self.skip_all.clicked.connect(self.all_skipped)
        self.banner.acted.connect(self._answer)

    def _go_to_next(self) -> None:
        (self.next if self.next.isEnabled() else self.a).setFocus(Qt.FocusReason.TabFocusReason)

    def _settle(self) -> None:
        """Both have to be answered; not to know is an answer."""
        chosen = [choices.choice is not None for choices in (self.a, self.b)]
        self.next.setEnabled(all(chosen))
        half = ": half of it is not kept" if any(chosen) else ""
        self._note.setText("" if all(chosen) else f"Choose for both answers{half}")

    def _answer(self) -> None:
        self.answered.emit(self._place(self.a), self._place(self.b))

    def _place(self, choices: ChoiceList) -> int | None:
        return None if choices.choice == self._known else choices.choice

    def _arrange(self) -> None:
        self.header.leave.hide()
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._line)
        lists = QHBoxLayout()
        lists.setSpacing(theme.GAP)
        for choices in (self.a, self.b):
            card = Card(padding=theme.UNIT)
            card.column.addWidget(choices)
            lists.addWidget(card, 1)
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addLayout(words)
        column.addWidget(self.banner)
        column.addWidget(self.cards, 1)
        column.addLayout(lists)
        content = QWidget()
        around = QVBoxLayout(content)
        around.setContentsMargins(0, theme.PAGE_MARGIN, 0, theme.GAP)
        around.addWidget(Centred(column))
        actions = QHBoxLayout()
        actions.setSpacing(2 * theme.UNIT)
        actions.setContentsMargins(0, 0, 0, 2 * theme.UNIT)
        actions.addWidget(self._note, 1, Qt.AlignmentFlag.AlignVCenter)
        actions.addWidget(self.skip_all)
        actions.addWidget(self.skip)
        actions.addWidget(self.next)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.header)
        page.addWidget(PageScroll(content), 1)
        page.addWidget(Centred(actions, above=2 * theme.UNIT))


def _line(said: str) -> str:
    question = f"To “{in_line(said.rstrip('. '))}”. " if said else ""
    return f"{question}Your votes are saved; nothing you say here changes them."
