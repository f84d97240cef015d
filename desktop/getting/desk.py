"""Who is getting what on this station: asks first, works one after the other, stops, goes on.

    open ─► asking ─► offered ─agree─► (waiting) ─► working ─► done, and its sheet goes
               ▲          somebody leaves: the sheet goes; at work: stopping ─► stopped ─┐
               └───────────────────── again, also after a failure or a pause ◄───────────┘

What goes on is asked again: where the same would come, nobody is asked to agree twice. While a
session runs everything rests (`pause`), because a download slows down systems behind an address and
a disk at work slows down all of them; it goes on by itself.

Knows no Qt. All methods belong to one thread (the window's); what the threads of the jobs report
is posted into it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from desktop import problems
from desktop.getting.fetching import Stopped
from desktop.getting.jobs import Job, Offer
from engines.errors import EngineError, ErrorKind
from ui.getting_state import PlanSheet, Step

CLOSE_LIMIT_S = 5.0
"""How long closing waits for what was stopped; its workers end with this process in any case."""
ASKING = "Asking what it takes …"
PAUSED = "A session is running. This goes on when it has ended."
_AT_WORK = {Step.ASKING, Step.WAITING, Step.WORKING, Step.STOPPING}

Post = Callable[[Callable[[], None]], None]


@dataclass(slots=True)
class _Getting:
    """One sheet and what runs for it."""

    job: Job
    sheet: PlanSheet
    stop: threading.Event = field(default_factory=threading.Event)
    offer: Offer | None = None
    agreed: frozenset[str] | None = None
    """What somebody gave their word for."""
    allowed: bool = False
    goes_on: bool = False
    """Stopped by a pause, not by somebody."""
    thread: threading.Thread | None = None
    news: tuple[str, str, float | None] | None = None
    """The last that was told and not drawn yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    """Of `news`, the one thing that two threads write."""


class GettingDesk:
    def __init__(
        self,
        post: Post,
        draw: Callable[[str, PlanSheet | None], None],
        done: Callable[[str], None],
    ) -> None:
        """`draw` shows the sheet of a system, or takes it away; `done` is told what was done."""
        self._post = post
        self._draw = draw
        self._done = done
        self._all: dict[str, _Getting] = {}
        self._queue: list[str] = []
        """Whoever waits, and first whoever works."""
        self._leaving: list[threading.Thread] = []
        self._paused = False

    def open(self, id_: str, job: Job) -> None:
        """Ask what it takes; draws its sheet."""
        if id_ in self._all and self._all[id_].sheet.step in _AT_WORK:
            return
        self._all[id_] = _Getting(job, PlanSheet(job.title, Step.ASKING))
        self._ask(id_)

    def agree(self, id_: str, *, allowed: bool) -> None:
        """Somebody's word for what was offered; `allowed` for what had to be allowed beside it."""
        getting = self._all.get(id_)
        if getting is None or getting.sheet.step is not Step.OFFERED or getting.offer is None:
            return
        if getting.offer.allow and not allowed:
            return
        getting.agreed, getting.allowed = getting.offer.what, allowed
        self._enqueue(id_)

    def leave(self, id_: str) -> None:
        """Stop what runs, or close the sheet where nothing does."""
        getting = self._all.get(id_)
        if getting is None or getting.sheet.step is Step.STOPPING:
            return
        getting.stop.set()
        if getting.sheet.step is Step.WORKING:
            self._show(id_, step=Step.STOPPING, line="Stopping …", detail="")
            return
        self._leaving = [thread for thread in self._leaving if thread.is_alive()]
        if getting.thread is not None:
            self._leaving.append(getting.thread)
        self._drop(id_)

    def again(self, id_: str) -> None:
        """Go on after a stop, a failure or a pause."""
        getting = self._all.get(id_)
        if getting is not None and getting.sheet.step not in _AT_WORK:
            self._ask(id_)

    def pause(self) -> None:
        """A session begins: end what runs, for now."""
        self._paused = True
        for id_, getting in list(self._all.items()):
            if getting.sheet.step not in {Step.ASKING, Step.WAITING, Step.WORKING}:
                continue
            getting.goes_on = True
            getting.stop.set()
            if getting.sheet.step is Step.WAITING:
                self._rest(id_)

    def resume(self) -> None:
        """The session has ended."""
        self._paused = False
        for id_, getting in list(self._all.items()):
            if getting.sheet.step is Step.PAUSED:
                self._ask(id_)

    def close(self) -> None:
        """End everything; what was fetched is kept."""
        for getting in self._all.values():
            getting.stop.set()
        threads = [g.thread for g in self._all.values() if g.thread is not None]
        until_s = time.monotonic() + CLOSE_LIMIT_S
        for thread in (*threads, *self._leaving):
            thread.join(max(0.0, until_s - time.monotonic()))

    # --- one after the other ---------------------------------------------------------------------

    def _ask(self, id_: str) -> None:
        getting = self._all[id_]
        getting.stop, getting.goes_on = threading.Event(), False
        self._show(
            id_,
            step=Step.ASKING,
            line=ASKING,
            detail="",
            share=None,
            problem=None,
        )
        ask = partial(getting.job.ask, getting.stop)
        self._start(id_, ask, partial(self._asked, id_))

    def _asked(self, id_: str, offer: Offer | str) -> None:
        getting = self._all[id_]
        if self._paused:
            self._rest(id_)
            return
        if isinstance(offer, str):
            self._end(id_, offer)
            return
        getting.offer = offer
        self._show(
            id_,
            facts=offer.facts,
            warning=offer.warning,
            allow=offer.allow,
            go=offer.go,
            careful=offer.careful,
            token=offer.token,
        )
        if getting.agreed is not None and offer.what <= getting.agreed and offer.go:
            self._enqueue(id_)
        else:
            self._show(id_, step=Step.OFFERED, line="")

    def _enqueue(self, id_: str) -> None:
        self._queue.append(id_)
        if self._queue[0] == id_:
            self._work(id_)
        else:
            self._show(id_, step=Step.WAITING, line="Waiting until the one before it is done.")

    def _work(self, id_: str) -> None:
        getting = self._all[id_]
        assert getting.offer is not None, "nothing begins that was not offered"
        self._show(id_, step=Step.WORKING, line="Beginning …", detail="", share=None)
        tell = partial(self._tell, getting, id_)
        work = partial(
            getting.job.carry_out, getting.offer, tell, getting.stop, allowed=getting.allowed
        )
        self._start(id_, work, partial(self._end, id_))

    def _end(self, id_: str, said: str) -> None:
        self._drop(id_)
        self._done(said)

    def _next(self, id_: str) -> None:
        """`id_` works or waits no longer."""
        if id_ not in self._queue:
            return
        was_first = self._queue[0] == id_
        self._queue.remove(id_)
        if was_first and self._queue and not self._paused:
            self._work(self._queue[0])

    def _drop(self, id_: str) -> None:
        del self._all[id_]
        self._draw(id_, None)
        self._next(id_)

    def _rest(self, id_: str) -> None:
        """Until `resume`."""
        self._show(id_, step=Step.PAUSED, line=PAUSED, detail="", share=None)
        self._next(id_)

    # --- threads ---------------------------------------------------------------------------------

    def _start(self, id_: str, work: Callable[[], Any], then: Callable[[Any], None]) -> None:
        getting = self._all[id_]

        def run() -> None:
            try:
                outcome = partial(then, work())
            except Exception as error:  # noqa: BLE001 - sorted, and bugs raised again, in `_failed`
                outcome = partial(self._failed, id_, error)
            self._post(partial(self._ended, id_, getting, outcome))

        getting.thread = threading.Thread(target=run, name="getting", daemon=True)
        getting.thread.start()

    def _ended(self, id_: str, getting: _Getting, outcome: Callable[[], None]) -> None:
        if self._all.get(id_) is getting:  # nobody left it meanwhile
            getting.thread = None
            outcome()

    def _failed(self, id_: str, error: BaseException) -> None:
        getting = self._all[id_]
        if isinstance(error, Stopped) and getting.goes_on:
            self._rest(id_)
            if not self._paused:
                self._ask(id_)
        elif isinstance(error, Stopped):
            line = f"Stopped. {getting.job.kept}".strip()
            self._show(id_, step=Step.STOPPED, line=line, detail="")
            self._next(id_)
        else:
            try:
                problem = problems.for_researcher(error, action="Try again")
            except BaseException:  # a bug: whoever tells of it must not leave the others waiting
                self._drop(id_)
                raise
            token = isinstance(error, EngineError) and error.kind in _TOKEN_HELPS
            changes = {"line": "", "detail": "", "share": None, "token": token}
            self._show(id_, step=Step.FAILED, problem=problem, **changes)
            self._next(id_)

    def _tell(
        self, getting: _Getting, id_: str, line: str, detail: str, share: float | None
    ) -> None:
        """From the job's thread. Drawn once for all that is told until it is drawn."""
        with getting.lock:
            first, getting.news = getting.news is None, (line, detail, share)
        if first:
            self._post(partial(self._draw_news, getting, id_))

    def _draw_news(self, getting: _Getting, id_: str) -> None:
        with getting.lock:
            news, getting.news = getting.news, None
        if news is None or self._all.get(id_) is not getting:
            return
        if getting.sheet.step is Step.WORKING:
            line, detail, share = news
            self._show(id_, line=line, detail=detail, share=share)

    def _show(self, id_: str, **changes: object) -> None:
        getting = self._all[id_]
        getting.sheet = replace(getting.sheet, **changes)  # type: ignore[arg-type]
        self._draw(id_, getting.sheet)


_TOKEN_HELPS = {ErrorKind.GATED, ErrorKind.NEEDS_KEY}
