"""What a session tells whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol

from ui.state import ArenaState, FinishedState, GuessState, Meter, NamesState


class Listener(Protocol):
    """Called in the session's thread."""

    def state(self, state: ArenaState) -> None: ...
    def names(self, names: NamesState) -> None: ...
    def meter(self, meter: Meter) -> None: ...
    def guess(self, state: GuessState) -> None: ...
    def finished(self, state: FinishedState) -> None: ...
    def look_for_microphones(self, closed: Future[None], then: Callable[[], None]) -> None: ...
