"""One running window and everything behind it: made once, closed once.

Start-up order: folders and log, database (with the lock that makes this the only writer), worker
pool (starts nothing yet), window, and only when the window is on screen what takes time: listing
microphones, starting the workers of the study's systems.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop import problems
from desktop.audio.threads import wait_until_closed
from desktop.background import Background
from desktop.catalogue.known_systems import KnownSystems
from desktop.getting.removing import empty_quietly
from desktop.keys.vault import key_of_station
from desktop.logs import LOG_NAME, log
from desktop.pages.last_pages import LastPages
from desktop.pages.results_station import ResultsStation
from desktop.pages.systems_station import SystemsStation
from desktop.paths import Home
from desktop.plural import count
from desktop.qt_thread import WindowThread
from desktop.session import arena_wiring
from desktop.session.compare_desk import CompareDesk
from desktop.session.counting import Widths, widths_for
from desktop.session.ledger import Ledger, new_seed
from desktop.session.microphone_choice import MicrophoneChoice
from desktop.session.participant_code import normal_code
from desktop.session.playback_desk import PlaybackDesk
from desktop.session.reason_recogniser import reason_recogniser
from desktop.session.resuming import Resuming
from desktop.session.session import Session
from desktop.session.showing import read_ahead
from desktop.session.study import Study
from desktop.session.take_desk import SourceFactory, TakeDesk
from desktop.settings import Settings
from engines.pool import Pool
from local_db.errors import WorldError
from local_db.kept import SessionProgress
from local_db.store import Store
from ui.state import (
    ArenaState,
    CompareState,
    FinishedState,
    GuessState,
    Meter,
    NamesState,
)
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.pages.arena import ArenaPage


class Program(QObject):
    """Wires the folders together."""

    arena_drawn = Signal(object)
    """`ArenaState`, after the page has drawn it."""
    session_finished = Signal(object)
    """`FinishedState`."""

    def __init__(
        self,
        home: Home,
        study: Study,
        settings: Settings,
        store: Store,
        known: KnownSystems,
        *,
        source: SourceFactory | None = None,
        source_name: str = "",
        replays: bool = False,
        simulated: bool = False,
        seed: int | None = None,
    ) -> None:
        """`source`, called `source_name`, stands in for the microphone and `replays` earlier takes.

        `simulated` marks every row of this run; `seed` is that of its sessions' draws, None a new
        one for each.

        Raises CatalogueProblem when the study names a system that the catalogue does not have,
        StudyProblem when the one that it names for spoken reasons cannot hear them here.
        """
        super().__init__()
        self._home = home
        self._study = study
        self._settings = settings
        self._store = store
        self._known = known
        self._entries = known.of_study(study)
        self._simulated = simulated
        self._seed = seed
        self._thread = WindowThread(self)
        self._background = Background(self._thread.post)
        self._pool = self._make_pool()
        self._widths = self._make_widths()
        reason_recogniser(study, self._entries, self._pool)  # an unfit one is refused now
        self._playback = PlaybackDesk(self._thread.post)
        self._microphones = self._make_microphones()
        self._desk = self._make_desk(source or self._microphones.source, replays)
        self._session: Session | None = None
        self._closed = False
        self.window = MainWindow()
        self._last = LastPages(self.window, lambda: self._session, self.open_page)
        self._resuming = self._make_resuming()
        self.results = self._make_results()
        self.systems = self._make_systems()
        known.tell(self._renew_systems)
        self._compare = self._make_compare(source_name)
        self._connect_window()

    @property
    def compare_state(self) -> CompareState:
        """What the page before a session shows."""
        return self._compare.state

    # --- coming and going ------------------------------------------------------------------------

    def show(self) -> None:
        """Show the window; what takes time follows when it is on screen."""
        self._put_in_order()
        self._resuming.offer(self.window.compare.code.text())
        self.window.show_page("compare")
        self.window.fit_screen()
        self.window.show()

    def close(self) -> None:
        """End everything in the order of its needs; called once the window is closed."""
        if self._closed:
            return
        self._closed = True
        with ExitStack() as last_first:  # each of them ends, whatever the others do
            last_first.callback(self._store.close)
            last_first.callback(self._thread.close)
            last_first.callback(self._background.close)
            last_first.callback(self._pool.close)  # before who waits for its workers' answers
            last_first.callback(lambda: wait_until_closed(self._compare.close()))
            last_first.callback(self.systems.close)
            last_first.callback(self._playback.shut_down)
            last_first.callback(self._desk.shut_down)
            if self._session is not None:
                self._session.shut_down()

    def bring_to_front(self) -> None:
        self.window.setWindowState(
            self.window.windowState() & ~self.window.windowState().WindowMinimized
        )
        self.window.raise_()
        self.window.activateWindow()

    def tell_of_bug(self) -> None:
        """From any thread: the person hears that something broke, and that the votes are safe."""
        self._thread.post(self._tell_of_bug)

    def _tell_of_bug(self) -> None:
        self.window.show_notice(problems.bug(self._home.logs / LOG_NAME))

    def _put_in_order(self) -> None:
        """What a crash left behind; before a session can start, because it ends open battles."""
        empty_quietly(self._home.cache)
        self._home.heard.mkdir(parents=True, exist_ok=True)
        found = self._store.recover(self._home.takes)
        if not found.clean:
            log.info(
                "put in order: %s abandoned, %s put aside, %d missing",
                count(len(found.abandoned), "battle"),
                count(len(found.orphans), "recording"),
                len(found.missing),
            )
        if found.orphans:
            said = problems.recordings_put_aside(len(found.orphans), found.orphans[0].parent)
            self._compare.tell(put_aside=said)
        if found.missing:
            self._compare.tell(problem=problems.recordings_missing(len(found.missing)))

    def _after_first_paint(self) -> None:
        if self._closed:
            return
        if self.window.current_page == "compare":
            self._compare.open()
        self._pool.prewarm(self._study.systems)
        self._desk.warm_up()
        read_ahead(self._study, self._background)
        if self._widths is not None:
            self._widths.renew()

    # --- pages -----------------------------------------------------------------------------------

    def open_page(self, name: str) -> None:
        """`compare`, `results` or `systems`."""
        if name == "compare":
            self._resuming.offer(self.window.compare.code.text())
            self._compare.open()
        else:
            self._compare.close()
        self.window.show_page(name)
        if name == "results":
            self.results.count()
        elif name == "systems":
            self.systems.check()

    # --- sessions --------------------------------------------------------------------------------

    def start_session(self, earlier: SessionProgress | None = None, *, code: str = "") -> None:
        """Begin a sitting, or go on with an earlier one; one at a time.

        `code` is the participant's, as it was typed; empty for somebody new.
        """
        if self._session is not None:
            return
        ledger = Ledger(
            self._store,
            self._study,
            self._entries,
            self._home.takes,
            simulated=self._simulated,
            instead_of=self._resuming.earlier if earlier is None else None,
        )
        session = Session(
            study=self._study,
            entries=self._entries,
            ledger=ledger,
            pool=self._pool,
            desk=self._desk,
            playback=self._playback,
            post=self._thread.post,
            listener=self,
            seed=new_seed() if self._seed is None else self._seed,
            widths=self._widths,
        )
        self._compare.close()
        self._set_session(session)
        try:
            session.start(earlier, participant=normal_code(code))
        except WorldError as error:
            self._not_begun(error)
            return
        self.window.compare.code.clear()  # the next one here may be somebody else
        self._compare.tell(put_aside="", problem=None)  # and it was for whoever started the program
        self.window.show_page("arena")

    def _set_session(self, session: Session | None) -> None:
        """While one runs the window does not close by itself, and nothing is fetched."""
        self._session = session
        self.window.hold_open = session is not None
        self.systems.set_session(session is not None)
        if session is None:
            self._renew_systems()

    def _renew_systems(self) -> None:
        """What was installed can compete from the next session on: a running one keeps its own."""
        if self._session is not None or self._closed:
            return
        now = {id_: self._known.entries.get(id_, entry) for id_, entry in self._entries.items()}
        if now != self._entries:
            self._entries = now
            self._pool.renew(entry.system for entry in now.values())
            self._pool.prewarm(self._study.systems)

    def _not_begun(self, error: WorldError) -> None:
        self._set_session(None)
        with suppress(WorldError):  # told already: `error` says what is wrong with the database
            self._resuming.offer(self.window.compare.code.text())
        self.window.show_page("compare")
        self._compare.open()
        self._compare.tell(problem=problems.from_exception(error))

    def state(self, state: ArenaState) -> None:
        """From the session."""
        state = self._microphones.shown(state)
        self._arena.draw(state)
        self.arena_drawn.emit(state)

    def names(self, names: NamesState) -> None:
        """From the session."""
        self._arena.take_names(names)

    def meter(self, meter: Meter) -> None:
        """From the session."""
        self._arena.show_meter(meter)

    def guess(self, state: GuessState) -> None:
        """From the session."""
        self._last.guess(state)

    def finished(self, state: FinishedState) -> None:
        """From the session."""
        self._set_session(None)
        self._last.finished(state)
        self.session_finished.emit(state)

    def look_for_microphones(self, closed: Future[None], then: Callable[[], None]) -> None:
        """From the session."""
        self._compare.rescan(closed, then)

    # --- wiring ----------------------------------------------------------------------------------

    def _make_pool(self) -> Pool:
        return Pool(
            [entry.system for entry in self._entries.values()],
            log_folder=self._home.logs,
            places=self._home.places,
            keys=key_of_station,
            time_limit_s=self._study.answer_time_limit_s,
        )

    def _make_widths(self) -> Widths | None:
        return widths_for(
            self._study,
            self._store.reader,
            lambda: self._entries,
            self._background.later,
            simulated=self._simulated,
        )

    def _make_microphones(self) -> MicrophoneChoice:
        return MicrophoneChoice(
            lambda: self._compare,
            lambda: self._session,
            self._home.settings,
            longest_ms=self._study.take_max_ms,
        )

    def _make_desk(self, source: SourceFactory, replays: bool) -> TakeDesk:
        return TakeDesk(
            self._home,
            source,
            self._thread.post,
            longest_ms=self._study.take_max_ms,
            replays=replays,
        )

    def _make_resuming(self) -> Resuming:
        return Resuming(
            self._store.reader,
            self._study,
            lambda **said: self._compare.tell(**said),
            simulated=self._simulated,
        )

    def _make_results(self) -> ResultsStation:
        return ResultsStation(
            self.window,
            self._home,
            self._known,
            self._background,
            include_simulated=self._simulated,
            can_continue=self._resuming.possible,
        )

    def _make_systems(self) -> SystemsStation:
        return SystemsStation(
            self.window, self._home, self._known, self._pool, self._background, self._thread.post
        )

    def _make_compare(self, source_name: str) -> CompareDesk:
        return CompareDesk(
            self._study,
            self._thread.post,
            device_key=self._settings.microphone,
            instead=source_name,
            replays=self._desk.replays,
            on_state=self.window.compare.draw,
            on_meter=self.window.compare.show_meter,
        )

    def _ask_to_leave(self) -> None:
        if not self._last.ask_to_leave():
            self._arena.ask_to_leave()

    def _connect_window(self) -> None:
        window, compare = self.window, self.window.compare
        window.page_requested.connect(self.open_page)
        window.closed.connect(self.close)
        window.first_painted.connect(self._after_first_paint)
        window.close_requested.connect(self._ask_to_leave)
        compare.start_requested.connect(lambda code: self.start_session(code=code))
        compare.code_typed.connect(self._resuming.code_typed)
        compare.resume_requested.connect(lambda: self.start_session(self._resuming.earlier))
        compare.device_chosen.connect(self._microphones.choose)
        compare.rescan_requested.connect(self._compare.rescan)
        compare.problem_action.connect(self._compare.rescan)

    @cached_property
    def _arena(self) -> ArenaPage:
        page = self.window.arena
        arena_wiring.connect(page, lambda: self._session)
        page.device_chosen.connect(self._microphones.choose_in_session)
        page.rescan_requested.connect(self._microphones.look_again_in_session)
        return page
