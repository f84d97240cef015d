"""A simulated participant at a session: sees its states, and does what a person would do next."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from desktop.session.ledger import Shown
from desktop.session.session import Session
from desktop.simulation.voters import Voter
from local_db.records import History
from ui.cadence import cadence_per_s
from ui.state import ArenaState, CastVote, FinishedState, GuessState, Meter, NamesState, Phase


class Participant:
    """Listens to one session. Acts in the session's thread, after the state was told."""

    def __init__(self, voter: Voter, post: Callable[[Callable[[], None]], None]) -> None:
        self._voter = voter
        self._post = post
        self.session: Session | None = None
        """Given before it starts."""
        self._finished = False
        self.problems: list[str] = []
        """What the session said went wrong."""

    def is_done(self) -> bool:
        return self._finished

    def state(self, state: ArenaState) -> None:
        if state.problem is not None:
            self.problems.append(f"{state.problem.title} {state.problem.detail}".strip())
        self._post(lambda: self._act(state))

    def names(self, names: NamesState) -> None:
        """A person would read them."""

    def meter(self, meter: Meter) -> None:
        """Nobody looks."""

    def guess(self, state: GuessState) -> None:  # noqa: ARG002
        """Texts do not tell it who wrote them."""
        session = self.session
        if session is not None:
            self._post(lambda: session.guess.answer(None, None))

    def finished(self, state: FinishedState) -> None:
        self._finished = True
        if state.problem is not None:
            self.problems.append(state.problem.title)

    def look_for_microphones(self, closed: Future[None], then: Callable[[], None]) -> None:
        """A recording stands in for them: there is nothing to look for."""
        closed.add_done_callback(lambda _: self._post(then))

    def _act(self, state: ArenaState) -> None:
        session = self.session
        if session is None:
            return
        match state.phase:
            case Phase.READY:
                session.press_record()
                session.release_record()
            case Phase.REVEALING:
                session.texts_shown(shown(state))
            case Phase.VOTING:
                self._vote_or_go_on(session, state)
            case Phase.VOTED | Phase.NAMED | Phase.FAILED:
                session.next()

    def _vote_or_go_on(self, session: Session, state: ArenaState) -> None:
        a, b = state.card_a.text, state.card_b.text
        if state.conversation.may_go_on and self._voter.goes_on():
            better: History = "a" if self._voter.likes_more(a, b) else "b"
            session.turns.go_on(better if state.conversation.chooses else "separate")
        else:
            session.voting.cast(CastVote(self._voter.vote(a, b, state.number)))


def shown(state: ArenaState) -> Shown:
    """When both texts would have been painted, at the cadence of the window and on one tick."""
    lengths = (len(state.card_a.text), len(state.card_b.text))
    cadence = cadence_per_s(max(lengths))
    a, b = (1000 * length / cadence for length in lengths)
    return Shown(
        wait_ms=0.0,  # the session knows it
        onset_a_ms=0.0,
        onset_b_ms=0.0,
        complete_a_ms=a,
        complete_b_ms=b,
        cadence_per_s=cadence,
        truncated_a=False,
        truncated_b=False,
    )
