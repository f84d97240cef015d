"""From a take to two answers on the screen: both systems asked, answers kept, shown in time."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desktop import problems
from desktop.session.again import Again, copies_for
from desktop.session.answer_rows import Outcome
from desktop.session.asking import TURN_SEED, BothSystems
from desktop.session.battle import Step
from desktop.session.conversation import histories
from desktop.session.ledger import Ledger
from desktop.session.running_battle import RunningBattle
from desktop.session.showing import settle_texts
from desktop.session.stage import Stage
from desktop.session.study import Study
from desktop.session.take_desk import Take
from desktop.session.waiting import NotBefore
from engines.errors import EngineError
from engines.pool import Pool
from ui.state import Phase


class AnswerSteps:
    """Belongs to the session's thread."""

    def __init__(
        self,
        study: Study,
        pool: Pool,
        post: Callable[[Callable[[], None]], None],
        stage: Stage,
        ledger: Ledger,
        *,
        failed: Callable[[], None],
    ) -> None:
        """`failed` is called when a system gave no answer and that is kept."""
        self._study = study
        self._both = BothSystems(pool, post)
        self.not_before = NotBefore(post)
        """Where nobody looks, another one need not wait."""
        self._stage = stage
        self._ledger = ledger
        self._failed = failed

    def ask(self, battle: RunningBattle, take: Take, *, seed: int) -> None:
        """The systems work while the recording is made safe and written down.

        `seed` is that of the battle; it gives one to every turn.
        """
        self._both.ask(
            battle.systems,
            take.heard,
            seed=seed + (battle.turn - 1) * TURN_SEED,
            kind=battle.kind,
            histories=histories(battle.past),
            done=lambda outcomes: self._answered(battle, outcomes),
        )

    def drop(self) -> None:
        """Nobody wants these answers any more."""
        self._both.drop()
        self.not_before.drop()

    def taken(self, battle: RunningBattle, take: Take) -> None:
        """The take is written down."""
        battle.flag = problems.from_flags(take.quality)
        self._stage.advance(Step.ASK)
        self._go_on_when_complete(battle)

    def show_again(self, battle: RunningBattle, again: Again) -> None:
        """What was asked and answered before: nobody speaks, and no system is asked."""
        copies = copies_for(battle.id, again)

        def kept() -> None:
            battle.outcomes = again.outcomes
            settle_texts(self._study, battle)
            self._stage.advance(Step.SHOW_AGAIN)

        self._stage.keep(lambda: self._ledger.answers_again(copies), kept)

    def _answered(self, battle: RunningBattle, outcomes: Mapping[str, Outcome]) -> None:
        battle.outcomes = outcomes
        self._go_on_when_complete(battle)

    def _go_on_when_complete(self, battle: RunningBattle) -> None:
        """Both answers are there and the take is written down: keep them, then show them."""
        take = battle.take
        if take is None or battle.phase is not Phase.THINKING or not battle.outcomes:
            return
        failed = any(isinstance(outcome, EngineError) for outcome in battle.outcomes.values())
        outcomes = {
            slot: (battle.systems[slot], outcome) for slot, outcome in battle.outcomes.items()
        }
        self._stage.keep(
            lambda: self._ledger.answers(battle.id, take, outcomes),
            self._failed if failed else lambda: self._show_in_time(battle),
        )

    def _show_in_time(self, battle: RunningBattle) -> None:
        """Not before the study's minimum wait, however fast both systems are."""
        settle_texts(self._study, battle)

        def show(now_s: float) -> None:
            if self._stage.battle is battle:
                battle.wait_ms = (now_s - battle.ended_at_s) * 1000
                self._stage.advance(Step.BOTH_ANSWERED)

        least_s = self._study.showing.minimum_wait_ms / 1000
        self.not_before.run(battle.ended_at_s + least_s, show)
