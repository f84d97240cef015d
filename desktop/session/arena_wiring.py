"""Joins the arena page and a session: signals in, states out. Knows both, decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from desktop.session.ledger import Shown
from desktop.session.session import Session
from local_db.records import History
from ui.judging_state import Judged
from ui.state import CastVote

if TYPE_CHECKING:
    from ui.pages.arena import ArenaPage
    from ui.pages.guess import GuessPage
    from ui.reveal import RevealReport


def connect(page: ArenaPage, session: Callable[[], Session | None]) -> None:
    """Connect the page once; `session` gives the running one, or None between sessions."""

    def running(act: Callable[[Session], None]) -> Callable[[], None]:
        def slot() -> None:
            current = session()
            if current is not None:
                act(current)

        return slot

    page.record_started.connect(running(Session.press_record))
    page.play_toggled.connect(running(Session.toggle_playback))
    page.rerecord_requested.connect(running(Session.record_again))
    page.discard_requested.connect(running(Session.discard))
    page.speak_reason.connect(running(lambda current: current.reason.speak()))
    page.stop_reason.connect(running(lambda current: current.reason.stop()))
    page.type_reason.connect(running(lambda current: current.reason.type()))
    page.reason_dismissed.connect(running(lambda current: current.reason.dismiss()))
    page.change_requested.connect(running(lambda current: current.voting.change()))
    page.change_dismissed.connect(running(lambda current: current.voting.keep_it()))
    page.go_back_requested.connect(running(lambda current: current.turns.go_back()))
    page.next_requested.connect(running(Session.next))
    page.problem_action.connect(running(Session.problem_action))
    page.leave_requested.connect(running(Session.leave))

    def stopped(at_s: float) -> None:
        running(lambda current: current.release_record(at_s))()

    def voted(cast: CastVote) -> None:
        running(lambda current: current.voting.cast(cast))()

    def gone_on(history: History) -> None:
        running(lambda current: current.turns.go_on(history))()

    def judged(sides: Judged) -> None:
        running(lambda current: current.voting.judge(sides))()

    def reasoned(text: str) -> None:
        running(lambda current: current.reason.save(text))()

    def revealed(report: RevealReport) -> None:
        running(lambda current: current.texts_shown(_shown(report)))()

    page.record_stopped.connect(stopped)
    page.vote_chosen.connect(voted)
    page.go_on_requested.connect(gone_on)
    page.sides_judged.connect(judged)
    page.reason_saved.connect(reasoned)
    page.revealed.connect(revealed)


def connect_guesses(page: GuessPage, session: Callable[[], Session | None]) -> None:
    """Likewise the page that asks which system was which."""

    def answered(a: int | None, b: int | None) -> None:
        current = session()
        if current is not None:
            current.guess.answer(a, b)

    def skipped() -> None:
        current = session()
        if current is not None:
            current.guess.skip()

    def all_skipped() -> None:
        current = session()
        if current is not None:
            current.guess.skip_all()

    page.answered.connect(answered)
    page.skipped.connect(skipped)
    page.all_skipped.connect(all_skipped)


def _shown(report: RevealReport) -> Shown:
    """The report's clock times, counted from the tick on which both began."""
    start_ms = report.start_ms
    return Shown(
        wait_ms=0.0,  # the session knows it
        onset_a_ms=report.first_a_ms - start_ms,
        onset_b_ms=report.first_b_ms - start_ms,
        complete_a_ms=report.last_a_ms - start_ms,
        complete_b_ms=report.last_b_ms - start_ms,
        cadence_per_s=report.clusters_per_s,
        truncated_a=report.truncated_a,
        truncated_b=report.truncated_b,
        facts={"timed_by": "pass", "painted": {"a": report.painted_a, "b": report.painted_b}},
    )
