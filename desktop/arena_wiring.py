"""Joins the arena page and a session: signals in, states out. Knows both, decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from desktop.ledger import Shown
from desktop.session import Session
from ui.pages.arena import ArenaPage
from ui.reveal import RevealReport
from ui.state import ArenaState, FinishedState, Meter


class ArenaListener:
    """Draws what a session says."""

    def __init__(self, page: ArenaPage, finished: Callable[[FinishedState], None]) -> None:
        self._page = page
        self._finished = finished

    def state(self, state: ArenaState) -> None:
        self._page.draw(state)

    def meter(self, meter: Meter) -> None:
        self._page.show_meter(meter)

    def finished(self, state: FinishedState) -> None:
        self._finished(state)


def connect(page: ArenaPage, session: Callable[[], Session | None]) -> None:
    """Connect the page once; `session` gives the running one, or None between sessions."""

    def when_running(act: Callable[[Session], None]) -> Callable[[], None]:
        def slot() -> None:
            running = session()
            if running is not None:
                act(running)

        return slot

    page.record_started.connect(when_running(Session.press_record))
    page.record_stopped.connect(when_running(Session.release_record))
    page.play_toggled.connect(when_running(Session.toggle_playback))
    page.rerecord_requested.connect(when_running(Session.record_again))
    page.discard_requested.connect(when_running(Session.discard))
    page.speak_reason.connect(when_running(Session.speak_reason))
    page.stop_reason.connect(when_running(Session.stop_reason))
    page.type_reason.connect(when_running(Session.type_reason))
    page.reason_dismissed.connect(when_running(Session.dismiss_reason))
    page.next_requested.connect(when_running(Session.next))
    page.problem_action.connect(when_running(Session.problem_action))
    page.leave_requested.connect(when_running(Session.leave))
    page.vote_chosen.connect(lambda vote: when_running(lambda s: s.vote(vote))())
    page.reason_saved.connect(lambda text: when_running(lambda s: s.save_reason(text))())
    page.revealed.connect(lambda report: when_running(lambda s: s.texts_shown(_shown(report)))())


def _shown(report: RevealReport) -> Shown:
    return Shown(
        first_a_ms=report.first_a_ms,
        first_b_ms=report.first_b_ms,
        last_a_ms=report.last_a_ms,
        last_b_ms=report.last_b_ms,
        clusters_per_s=report.clusters_per_s,
        truncated_a=report.truncated_a,
        truncated_b=report.truncated_b,
    )


