"""The Systems page: joins what is known of the systems, what gets them, and what keeps their keys.

Nothing here is drawn while a session runs: its participant may not learn which systems there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.background import Background, Wishes
from desktop.catalogue.catalogue import Entry
from desktop.catalogue.known_systems import KnownSystems
from desktop.getting.desk import GettingDesk
from desktop.getting.fetching import TOKEN_KEY
from desktop.getting.jobs import EnvironmentJob, InstallJob, Job, RemoveJob, environment_of
from desktop.keys.desk import KeyDesk
from desktop.keys.vault import Keys, station_keys
from desktop.pages.systems_desk import check_systems, list_systems
from desktop.paths import Home
from engines.pool import Pool
from ui.getting_state import Sheet
from ui.state import Availability, Problem, SystemRow, SystemsState, Way
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.pages.systems import SystemsPage

NAME = "systems"


class SystemsStation(QObject):
    """Belongs to the window's thread. The page is made when it is first opened."""

    drawn = Signal(object)
    """`SystemsState` that is not just working."""

    def __init__(
        self,
        window: MainWindow,
        home: Home,
        known: KnownSystems,
        pool: Pool,
        background: Background,
        post: Callable[[Callable[[], None]], None],
        keys: Callable[[], Keys] = station_keys,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._home = home
        self._known = known
        self._pool = pool
        self._wishes = Wishes(background)
        self._keys = keys
        self._state = SystemsState()
        self._sheets: dict[str, Sheet] = {}
        self._page: SystemsPage | None = None
        self._in_session = self._got_meanwhile = False
        self._getting = GettingDesk(post, self._draw_sheet, self._got)
        self._key_desk = KeyDesk(keys, post, self._draw_sheet, self._key_done)

    def check(self) -> None:
        """Read the catalogue again, start every engine that is here once, and draw the page."""
        self._wishes.drop()
        if not self._state.rows:
            listed = list_systems(self._known.entries, self._home)
            self._state = replace(self._state, rows=tuple(map(_unchecked, listed)))
        self._draw(replace(self._state, working="Checking …", problem=None))

        def drawn(state: SystemsState) -> None:
            self._draw(replace(state, said=self._state.said))
            self.drawn.emit(state)

        def failed(problem: Problem) -> None:
            drawn(replace(self._state, working="", problem=problem))

        def read(fresh: Mapping[str, Entry]) -> None:
            self._known.take(fresh)
            self._wishes.later(
                lambda: SystemsState(rows=tuple(check_systems(fresh, self._pool, self._home))),
                drawn,
                failed,
            )

        self._wishes.later(self._known.read, read, failed)

    def set_session(self, running: bool) -> None:
        """A session begins or has ended."""
        self._in_session = running
        if running:
            self._wishes.drop()  # what is being checked is not drawn any more
            self._getting.pause()
            return
        self._getting.resume()
        if self._got_meanwhile:
            self._got_meanwhile = False
            self.check()

    def close(self) -> None:
        """Stop what is being got; what was fetched is kept."""
        self._getting.close()

    # --- what is pressed -------------------------------------------------------------------------

    def _open(self, id_: str, way: Way) -> None:
        row = next((row for row in self._state.rows if row.id == id_), None)
        if row is None:
            return
        if id_ not in self._known.entries:  # its file was deleted meanwhile
            self.check()
            return
        self._state = replace(self._state, said="")
        if way is Way.KEY:
            self._key_desk.open(id_, row.key, f"Key “{row.key}” for {row.label}")
        else:
            self._getting.open(id_, self._job(row, way))

    def _job(self, row: SystemRow, way: Way) -> Job:
        if way is Way.REMOVE:
            return RemoveJob(row.id, row.label, self._home, self._known.read)
        if way is Way.ENVIRONMENT:
            return EnvironmentJob(
                environment_of(self._known.entries[row.id], self._home), self._home
            )
        return InstallJob(
            row.id, row.label, self._home, self._known.read, lambda name: self._keys()(name)
        )

    def _ask_for_token(self, id_: str) -> None:
        self._getting.leave(id_)
        self._key_desk.open(id_, TOKEN_KEY, "A token of the hub")

    def _leave(self, id_: str) -> None:
        self._key_desk.leave(id_)
        self._getting.leave(id_)

    # --- what comes of it ------------------------------------------------------------------------

    def _got(self, said: str) -> None:
        self._state = replace(self._state, said=said)
        self._got_meanwhile = self._in_session
        if not self._in_session:
            self.check()

    def _key_done(self, id_: str, said: str, name: str) -> None:
        self._got(said)
        if name == TOKEN_KEY and not self._in_session:
            self._open(id_, Way.INSTALL)

    def _draw(self, state: SystemsState) -> None:
        self._state = state
        if self._is_seen:
            self._made_page().draw(state, self._sheets)

    def _draw_sheet(self, id_: str, sheet: Sheet | None) -> None:
        if sheet is None:
            self._sheets.pop(id_, None)
        else:
            self._sheets[id_] = sheet
        if self._is_seen:
            self._made_page().draw_sheet(id_, sheet)

    @property
    def _is_seen(self) -> bool:
        """What is not seen is not drawn either, because it would be read aloud."""
        return self._window.current_page == NAME and not self._in_session

    def _check_again(self) -> None:
        self._state = replace(self._state, said="")
        self.check()

    def _made_page(self) -> SystemsPage:
        if self._page is None:
            self._page = page = self._window.systems
            page.refresh_requested.connect(self._check_again)
            page.problem_action.connect(self._check_again)
            page.opened.connect(self._open)
            page.agreed.connect(lambda id_, allowed: self._getting.agree(id_, allowed=allowed))
            page.left.connect(self._leave)
            page.again_requested.connect(self._getting.again)
            page.token_requested.connect(self._ask_for_token)
            page.key_typed.connect(self._key_desk.keep)
            page.key_forgotten.connect(self._key_desk.forget)
        return self._page


def _unchecked(row: SystemRow) -> SystemRow:
    if row.availability is not Availability.READY:
        return row
    return replace(row, availability=Availability.CHECKING, status_text="being checked")
