"""Before a take: opening the microphone, choosing another one, and what is said when it fails."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace

from desktop import problems
from desktop.audio.capture import CaptureFault
from desktop.session.battle import Step
from desktop.session.stage import Stage
from desktop.session.take_desk import TakeDesk
from ui.state import Phase, Problem

Look = Callable[[Future[None], Callable[[], None]], None]
"""Lists the microphones anew once the future is done, then calls."""


class MicrophoneSteps:
    """What a participant can do about the microphone. Belongs to the session's thread."""

    def __init__(self, stage: Stage, desk: TakeDesk, look: Look) -> None:
        self._stage = stage
        self._desk = desk
        self._look = look

    def open(self) -> None:
        self._desk.open(lambda: self._stage.advance(Step.MICROPHONE_OPEN), self.failed)

    def open_again(self) -> None:
        """Nothing was wrong with it: for the next take of the same battle."""
        self._reopen(self.open)

    def change(self, choose: Callable[[], None]) -> None:
        """While nothing is recorded: let `choose` take another device, and open that."""
        if self._waiting():
            choose()
            self._reopen(self.open)

    def look_again(self) -> None:
        """While nothing is recorded: list the microphones anew, and open the chosen one."""
        battle = self._stage.battle
        if not self._waiting():
            return

        def listed() -> None:
            if self._stage.battle is battle and battle and battle.phase is Phase.OPENING:
                self.open()

        self._reopen(lambda: self._look(self._desk.close(), listed))

    def failed(self, error: BaseException) -> None:
        """No microphone, or no file: say so; the button opens the microphone again."""
        self._open_on_request(problems.no_take(error))

    def fault(self, fault: CaptureFault) -> None:
        """Something is wrong with it, and no take has ended by that."""
        if fault.stream_closed and self._waiting():
            self._open_on_request(problems.from_fault(fault))
        else:
            self._stage.tell(problems.from_fault(fault))

    def _waiting(self) -> bool:
        battle = self._stage.battle
        return battle is not None and battle.phase in (Phase.OPENING, Phase.READY)

    def _open_on_request(self, problem: Problem) -> None:
        if not self._stage.may(Step.MICROPHONE_FAIL):
            return
        self._desk.close()
        self._stage.problem = replace(problem, action="Try again")
        self._stage.retry = self.look_again
        self._stage.advance(Step.MICROPHONE_FAIL)

    def _reopen(self, how: Callable[[], None]) -> None:
        self._stage.settle()
        self._stage.advance(Step.REOPEN)
        how()
