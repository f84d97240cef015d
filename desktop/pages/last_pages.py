"""The pages after the last vote: which system was taken for which, and who was who."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from desktop.session import arena_wiring
from desktop.session.session import Session
from ui.state import FinishedState, GuessState
from ui.window import MainWindow

if TYPE_CHECKING:
    from ui.pages.finished import FinishedPage
    from ui.pages.guess import GuessPage


class LastPages:
    """Each is made when it is first shown."""

    def __init__(
        self,
        window: MainWindow,
        session: Callable[[], Session | None],
        open_page: Callable[[str], None],
    ) -> None:
        self._window = window
        self._session = session
        self._open_page = open_page

    def guess(self, state: GuessState) -> None:
        self._guess.draw(state)
        self._window.show_page("guess")

    def finished(self, state: FinishedState) -> None:
        self._finished.draw(state)
        self._window.show_page("finished")

    def ask_to_leave(self) -> bool:
        """Whether one of these is in front; then nothing can be lost, and it gives way."""
        session = self._session()
        asked = self._window.current_page == "guess" and session is not None
        if asked and session is not None:
            session.guess.skip_all()
        return asked

    @cached_property
    def _guess(self) -> GuessPage:
        page = self._window.guess
        arena_wiring.connect_guesses(page, self._session)
        return page

    @cached_property
    def _finished(self) -> FinishedPage:
        page = self._window.finished
        page.again_requested.connect(lambda: self._open_page("compare"))
        page.results_requested.connect(lambda: self._open_page("results"))
        return page
