"""Which battle comes next: drawn and committed before anything of it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict

from desktop.session.again import Again
from desktop.session.battle import Step
from desktop.session.counting import Widths
from desktop.session.ledger import Ledger
from desktop.session.matchmaking import (
    Counts,
    Draw,
    adaptive,
    balanced,
    calibration,
    uniform,
    weighted,
)
from desktop.session.plan import Place, Plan, draw_plan, pairs_for, plan_of
from desktop.session.running_battle import RunningBattle
from desktop.session.stage import Stage
from desktop.session.study import Study
from desktop.session.study_parts import Sampler
from desktop.session.take_desk import Take
from local_db.ids import new_id
from local_db.kept import SessionProgress
from local_db.records import Kind


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
        widths: Widths | None = None,
    ) -> None:
        """`opened` is called when a drawn battle is on the stage; `widths` are for a study that
        draws where they are widest."""
        self._study = study
        self._ledger = ledger
        self._stage = stage
        self._opened = opened
        self._widths = widths
        self._plan: Plan = ()
        self._counts: dict[Kind, Counts] = {}
        self._peaks: dict[int, tuple[float, ...]] = {}
        """Number of a battle of this sitting -> its recording, for when it is shown again."""
        self._lost: Counter[str] = Counter()
        """State -> battles of this session that ended without a vote."""
        self._step = 0
        self._key = new_id()
        """Of the battle that is opened next. The disk may have kept what it said it had not: until
        it is open for good, key and draw stay."""
        self._drawn: tuple[Again | None, Draw] | None = None
        self.seed = seed
        """Of the session's draws; that of the earlier sitting where one is continued."""
        self.votes = 0
        """Given in this session, whatever the battle was for; those before it was broken off
        included."""

    @property
    def course(self) -> str:
        """What became of the battles that this session has lost; empty while there is none."""
        return ", ".join(f"{n} {state}" for state, n in sorted(self._lost.items()))

    @property
    def is_complete(self) -> bool:
        return self.votes >= len(self._plan)

    def begin(self, earlier: SessionProgress | None, participant: str | None) -> None:
        """Write the sitting down, or go on with an earlier one, and draw its first battle.

        Raises WorldError when it cannot be written down.
        """
        if earlier is None:
            study = self._study
            self._plan = draw_plan(study.design, study.battles_per_session, seed=self.seed)
            self._ledger.begin_session(self.seed, self._plan, participant)
        else:
            self._plan = plan_of(earlier.settings, earlier.battles_planned)
            self._ledger.continue_session(earlier)
            self.seed = earlier.seed
            self._step = 1 + max((kept.draw.step for kept in self._ledger.battles()), default=-1)
            self.votes = earlier.battles.voted
            before = asdict(earlier.battles)
            lost = ("skipped", "failed", "abandoned", "withdrawn")
            self._lost.update({state: before[state] for state in lost if before[state]})
        self.next(at_once=True)

    def count_vote(self, battle: RunningBattle) -> None:
        self.votes += 1
        if battle.kind in self._counts:  # else they are counted when they are needed
            counts = self._counts[battle.kind]
            self._counts[battle.kind] = counts.and_one((battle.draw.a, battle.draw.b))
        if battle.take is not None:
            self._peaks[battle.number] = battle.take.peaks
        if self._widths is not None:
            self._widths.renew()

    def next(self, *, at_once: bool = False) -> None:
        """Draw, and commit that first.

        Raises WorldError where it is to be done `at_once`: there is no page yet to try again on.
        """
        place, number = self._plan[self.votes], self.votes + 1

        def begin() -> RunningBattle:
            if self._drawn is None:
                again = self._shown_before(place)
                self._drawn = again, self._draw(place, again)
            again, draw = self._drawn
            repeats = None if again is None else again.battle.battle_id
            self._ledger.open_battle(self._key, number, draw, place.kind, repeats, again)
            return RunningBattle(self._key, number, draw, place.kind, again)

        self._open(begin, at_once)

    def once_more(self, failed: RunningBattle) -> None:
        """The same pair in the same slots."""
        self._lost["failed"] += 1
        draw, kind, number = failed.draw, failed.kind, failed.number

        def begin() -> RunningBattle:
            self._ledger.open_battle(self._key, number, draw, kind, repeats=failed.id)
            return RunningBattle(self._key, number, draw, kind)

        self._open(begin)

    def give_up(self, battle: RunningBattle, discard: Sequence[Take]) -> None:
        """No vote on these answers, whatever the disk says; the same pair once more."""
        self._stage.settle()
        self._stage.advance(Step.GIVE_UP)
        draw, kind, number = battle.draw, battle.kind, battle.number

        def begin() -> RunningBattle:
            self._ledger.repeat_battle(battle.id, self._key, number, draw, kind, discard=discard)
            self._lost["skipped"] += 1
            return RunningBattle(self._key, number, draw, kind)

        self._open(begin)

    def _shown_before(self, place: Place) -> Again | None:
        if place.repeats is None:
            return None
        number = place.repeats + 1
        return self._ledger.shown_before(number, self._peaks.get(number, ()))

    def _draw(self, place: Place, again: Again | None) -> Draw:
        design, systems = self._study.design, self._study.systems
        seed, step = self.seed, self._step
        if again is not None:
            swapped = (again.battle.b.system, again.battle.a.system)
            return calibration([swapped], Counts(), seed=seed, step=step)
        counts = self._counts_of(place.kind)
        if place.kind != "normal":
            pairs = pairs_for(place.kind, design, systems)
            known = {"gold_better": design.gold_better} if place.kind == "gold" else {}
            return calibration(pairs, counts, seed=seed, step=step, known=known)
        if design.sampler is Sampler.WEIGHTED:
            return weighted(systems, design.weights, counts, seed=seed, step=step)
        if design.sampler is Sampler.ADAPTIVE:
            widths = {} if self._widths is None else self._widths.now
            return adaptive(systems, widths, counts, seed=seed, step=step)
        sampler = uniform if design.sampler is Sampler.UNIFORM else balanced
        return sampler(systems, counts, seed=seed, step=step)

    def _counts_of(self, kind: Kind) -> Counts:
        if kind not in self._counts:
            self._counts[kind] = self._ledger.counts(kind)
        return self._counts[kind]

    def _open(self, begin: Callable[[], RunningBattle], at_once: bool = False) -> None:
        """`begin` draws what is not drawn yet, and commits it."""

        def commit() -> None:
            battle = self._stage.battle = begin()
            self._step = max(self._step, battle.draw.step + 1)

        def committed() -> None:
            self._key, self._drawn = new_id(), None
            self._stage.problem = None
            self._opened()

        if at_once:
            commit()
            committed()
        else:
            self._stage.keep(commit, committed)
