"""Where the battle of the moment stands, what is wrong with it, and the way back.

Everything that moves a battle goes through here, so that an illegal step changes nothing and a step
that the disk refuses can be tried again.
"""

from __future__ import annotations

from collections.abc import Callable

from desktop import problems
from desktop.session.battle import Step, follows
from desktop.session.running_battle import RunningBattle
from local_db.errors import WorldError
from local_db.ids import SameKeys
from ui.state import Phase, Problem


class Stage:
    """Belongs to the session's thread. `show` is called after every change that is to be seen."""

    def __init__(self, show: Callable[[], None]) -> None:
        self._show = show
        self.battle: RunningBattle | None = None
        self.problem: Problem | None = None
        self.retry: Callable[[], None] | None = None
        """What the problem's button does; None where it has none."""

    def may(self, step: Step) -> bool:
        return self._after(step) is not None

    def advance(self, step: Step, change: Callable[[], None] = lambda: None) -> None:
        """Take a step that is legal now, make the `change` that comes with it, and show where that
        leads; others change nothing."""
        phase = self._after(step)
        if self.battle is not None and phase is not None:
            self.battle.phase = phase
            change()
            self._show()

    def _after(self, step: Step) -> Phase | None:
        battle = self.battle
        return None if battle is None else follows(battle.phase, step, turn=battle.turn)

    def keep(
        self, commit: Callable[[], None], then: Callable[[], None], keys: SameKeys | None = None
    ) -> None:
        """Write something down, then go on. Where the disk refuses, say so and offer to retry.

        The disk may have kept what it says it has not: `commit` gets the same `keys` each time, and
        has to write the same rows.
        """
        keys = keys or SameKeys()
        try:
            with keys.given():
                commit()
        except WorldError as error:
            self.not_kept(error, lambda: self.keep(commit, then, keys))
            return
        self.settle()  # of whatever was not kept before this
        then()

    def not_kept(self, error: WorldError, again: Callable[[], None]) -> None:
        self.tell(problems.for_participant(error, "Try again"), again)

    def tell(self, problem: Problem | None, retry: Callable[[], None] | None = None) -> None:
        self.problem, self.retry = problem, retry
        self._show()

    def mention(self, problem: Problem) -> None:
        """What nothing waits for; a problem that can be tried again stays, with its way back."""
        if self.retry is None:
            self.tell(problem)

    def settle(self) -> None:
        """Nothing is wrong any more."""
        self.problem, self.retry = None, None

    def try_again(self) -> None:
        """The button of the shown problem."""
        retry = self.retry
        self.settle()
        if retry is not None:
            retry()
        self._show()
