"""The second half of a battle: read both answers, choose."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.reading import ReadingWatch
from ui.reveal import Reveal, RevealReport
from ui.state import ArenaState, CastVote, NamesState, Phase
from ui.widgets.answer_card import FAILED, CardPair
from ui.widgets.centred import Centred
from ui.widgets.go_on_bar import GoOnBar
from ui.widgets.judged_sheet import JudgedSheet
from ui.widgets.take_strip import TakeStrip
from ui.widgets.vote_bar import VoteBar

SHOWN = (
    Phase.VOTING,
    Phase.VOTED,
    Phase.CHANGING,
    Phase.NAMED,
    Phase.REASON_RECORDING,
    Phase.REASON_CHECKING,
    Phase.REASON_EDITING,
)
"""Phases in which both answers have been fully shown."""
_BEFORE_A_VOTE = (Phase.THINKING, Phase.REVEALING, Phase.VOTING)


class JudgeView(QWidget):
    voted = Signal(object)
    """`CastVote`, with how both answers were read before it."""
    judged = Signal(object)
    """`Judged`."""
    gone_on = Signal(str)
    """As of `GoOnBar`."""
    revealed = Signal(object)
    """`RevealReport`, once both texts have been painted to the end."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._laid_out: tuple[object, ...] = ()
        self.strip = TakeStrip()
        self.cards = CardPair()
        self.go_on = GoOnBar()
        self.go_on.gone_on.connect(self.gone_on)
        self.votes = VoteBar()
        self.votes.voted.connect(self.cast)
        self.sheet = JudgedSheet()
        self.sheet.changed.connect(self.judged)
        self.reading = ReadingWatch(self.cards, self)
        self._phase: Phase | None = None
        self.reveal = Reveal(self.cards.a.text, self.cards.b.text, self)
        self.reveal.finished.connect(self._finish)
        self._waiting_since_s = 0.0
        self._waited = QTimer(self, interval=1000)
        self._waited.timeout.connect(self._tell_waiting)
        self._arrange()

    def draw(self, state: ArenaState, names: NamesState | None = None) -> None:
        """`names` only where this battle's may be told."""
        self.cards.a.tell_name(names.name_a if names else "")
        self.cards.b.tell_name(names.name_b if names else "")
        self.cards.tell_earlier(state.card_a.earlier, state.card_b.earlier)
        self.strip.draw(state.take)
        self._draw_votes(state)
        if state.phase is Phase.REVEALING:
            self._start(state)
        elif state.phase in SHOWN:
            self._show(state)
        elif state.phase is Phase.THINKING:
            self._wait()
        else:
            self.clear(FAILED if state.phase is Phase.FAILED else "")

    def cast(self, choice: CastVote) -> None:
        """Vote, whatever was pressed for it."""
        self.voted.emit(replace(choice, reading=self.reading.report()))

    def clear(self, note: str = "") -> None:
        """Forget both answers; the same words on both cards."""
        self._waited.stop()
        for card in (self.cards.a, self.cards.b):
            card.tell_name("")
        self.cards.tell_earlier((), ())
        self._note(note)

    def _draw_votes(self, state: ArenaState) -> None:
        """The votes; once one stands, what else is asked comes in their place."""
        if state.phase is Phase.CHANGING and self._phase is not Phase.CHANGING:
            self.reading.begin()
        self._phase = state.phase
        self.go_on.draw(
            state.conversation,
            offered=state.phase in _BEFORE_A_VOTE,
            legal=state.phase is Phase.VOTING,
        )
        asks = state.phase is Phase.VOTED and state.asked.sheet
        self.sheet.draw(state.asked, state.judged)
        self.sheet.setVisible(asks)
        self.votes.setVisible(not asks)
        self.votes.draw(
            legal=state.phase in (Phase.VOTING, Phase.CHANGING),
            vote=state.vote,
            strength=state.strength,
            by_strength=state.asked.strength,
        )

    def _wait(self) -> None:
        """Both cards count the same seconds, however often the state is drawn."""
        if not self._waited.isActive():
            self._waiting_since_s = monotonic()
            self._waited.start()
        self._tell_waiting()

    def _tell_waiting(self) -> None:
        seconds = int(monotonic() - self._waiting_since_s)
        self._note(f"Answering for {seconds} s" if seconds >= 1 else "Answering")

    def _note(self, note: str) -> None:
        self.reading.rest()
        self.reveal.stop()
        self._laid_out = ()
        for card in (self.cards.a, self.cards.b):
            card.note(note)

    def _start(self, state: ArenaState) -> None:
        if self._lay_out(state):
            self.reading.begin()
            self.reveal.start()

    def _show(self, state: ArenaState) -> None:
        """Everything, also where the reveal was cut short or happened in an earlier sitting."""
        if self._lay_out(state) or self.reveal.running:
            self.reveal.show_all()
            self._settle()
            self.reading.go_on()

    def _lay_out(self, state: ArenaState) -> bool:
        """Whether these texts are new to the cards."""
        self._waited.stop()
        key = (state.number, state.card_a, state.card_b)
        if key == self._laid_out:
            return False
        self._laid_out = key
        self.reading.rest()
        self.reveal.stop()
        self.cards.a.lay_out(state.card_a)
        self.cards.b.lay_out(state.card_b)
        return True

    def _finish(self, report: RevealReport) -> None:
        a, b = self.cards.a, self.cards.b
        self._settle()
        self.revealed.emit(replace(report, truncated_a=a.truncated, truncated_b=b.truncated))

    def _settle(self) -> None:
        self.cards.a.settle()
        self.cards.b.settle()

    def _arrange(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GAP)
        column.addWidget(self.strip)
        column.addWidget(self.cards, 1)
        column.addWidget(self.go_on)
        column.addWidget(self.votes)
        column.addWidget(self.sheet)
        around = QVBoxLayout(self)
        around.setContentsMargins(0, theme.PAGE_MARGIN, 0, theme.PAGE_MARGIN)
        around.addWidget(Centred(column))
