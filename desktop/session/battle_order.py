"""Which battle comes next: drawn and committed before anything of it is shown."""

from __future__ import annotations

from collections.abc import Callable

from desktop.session.battle import Step
from desktop.session.ledger import Ledger
from desktop.session.matchmaking import Draw, OrderedPair, balanced
from desktop.session.running_battle import RunningBattle
from desktop.session.stage import Stage
from desktop.session.study import Study
from desktop.session.take_desk import Take
from local_db.kept import SessionProgress


class BattleOrder:
    """Of one session. Belongs to its thread."""

    def __init__(
        self,
        study: Study,
        ledger: Ledger,
        stage: Stage,
        opened: Callable[[], None],
        *,
        seed: int,
    ) -> None:
        """`opened` is called when a drawn battle is on the stage."""
        self._study = study
        self._ledger = ledger
        self._stage = stage
        self._opened = opened
        self._shown_pairs: dict[OrderedPair, int] = {}
        self._step = 0
        self.seed = seed
        """Of the session's draws; that of the earlier sitting where one is continued."""
        self.votes = 0
        """Given in this session, those before it was broken off included."""

    @property
    def is_complete(self) -> bool:
        return self.votes >= self._study.battles_per_session

    def begin(self, earlier: SessionProgress | None, participant: str | None) -> None:
        """Write the sitting down, or go on with an earlier one, and draw its first battle.

        Raises WorldError when it cannot be written down.
        """
        if earlier is None:
            self._ledger.begin_session(self.seed, participant)
        else:
            self._ledger.continue_session(earlier)
            self.seed = earlier.seed
            self._step = 1 + max((kept.draw.step for kept in self._ledger.battles()), default=-1)
            self.votes = earlier.battles.voted
        self._shown_pairs = self._ledger.shown_pairs()
        self.next(at_once=True)

    def count_vote(self, battle: RunningBattle) -> None:
        self.votes += 1
        pair = (battle.draw.a, battle.draw.b)
        self._shown_pairs[pair] = self._shown_pairs.get(pair, 0) + 1

    def next(self, *, at_once: bool = False) -> None:
        """Draw, and commit that first.

        Raises WorldError where it is to be done `at_once`: there is no page yet to try again on.
        """
        draw = balanced(self._study.systems, self._shown_pairs, seed=self.seed, step=self._step)
        self._open(draw, lambda number: self._ledger.open_battle(number, draw, None), at_once)

    def once_more(self, failed: RunningBattle) -> None:
        """The same pair in the same slots."""
        draw = failed.draw
        self._open(draw, lambda number: self._ledger.open_battle(number, draw, repeats=failed.id))

    def give_up(self, battle: RunningBattle, discard: Take | None) -> None:
        """No vote on these answers, whatever the disk says; the same pair once more."""
        self._stage.settle()
        self._stage.advance(Step.GIVE_UP)
        draw = battle.draw
        self._open(
            draw,
            lambda number: self._ledger.repeat_battle(battle.id, number, draw, discard=discard),
        )

    def _open(self, draw: Draw, keep: Callable[[int], str], at_once: bool = False) -> None:
        """`keep` commits the draw of the battle with that number, and returns its key."""
        number = self.votes + 1

        def commit() -> None:
            self._stage.battle = RunningBattle(keep(number), number, draw)
            self._step = max(self._step, draw.step + 1)

        def committed() -> None:
            self._stage.problem = None
            self._opened()

        if at_once:
            commit()
            committed()
        else:
            self._stage.keep(commit, committed)
