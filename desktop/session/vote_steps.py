"""Voting, and thinking better of it: until the next recording begins, or the names are told.

A vote is committed by the act that gives it. What is said later (another choice, each answer by
itself) is a row of its own that supersedes it, so that one vote counts at every moment: the one on
the screen, or where the program ended under way the one before it.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from desktop.session.battle import Step
from desktop.session.given_vote import GivenVote
from desktop.session.ledger import Ledger
from desktop.session.reasons import ReasonDesk
from desktop.session.running_battle import RunningBattle
from desktop.session.stage import Stage
from desktop.session.study_parts import Voting
from desktop.session.take_desk import TakeDesk
from ui.judging_state import Judged
from ui.state import CastVote, Phase, Vote

UNDO_MS = 10_000.0
"""For so long after a vote, changing it is called an undo."""
_BEFORE_A_TAKE = (Phase.OPENING, Phase.READY)


class VoteSteps:
    """What a participant can do about a vote. Belongs to the session's thread."""

    def __init__(
        self,
        asked: Voting,
        stage: Stage,
        ledger: Ledger,
        desk: TakeDesk,
        reasons: ReasonDesk,
        *,
        counted: Callable[[RunningBattle], None],
        resumed: Callable[[], None],
    ) -> None:
        """`counted` hears of the first vote of each battle, once it is kept.

        `resumed` is called when the battle that waited before its take is on the stage again.
        """
        self._asked = asked
        self._stage = stage
        self._ledger = ledger
        self._desk = desk
        self._reasons = reasons
        self._counted = counted
        self._resumed = resumed
        self._last: RunningBattle | None = None
        """The battle before the one on the stage, while its vote can be changed."""
        self._waiting: RunningBattle | None = None
        """The battle that goes on when that is done."""

    @property
    def open_battle(self) -> RunningBattle | None:
        """The battle that has no end yet, if any has none: also behind one that is changed."""
        return self._waiting or self._stage.battle

    def cast(self, cast: CastVote) -> None:
        """The first vote of a battle, or another one in its place."""
        battle = self._stage.battle
        if battle is None:
            return
        cast = replace(cast, strength=cast.strength if self._has_strength(cast) else None)
        if self._stage.may(Step.VOTE):
            self._keep(battle, cast, Step.VOTE, lambda: self._counted(battle))
        elif self._stage.may(Step.VOTE_AGAIN):
            before = battle.given
            if before is None or before.choice == (cast.vote.value, cast.strength):
                self.keep_it()
                return
            self._keep(battle, cast, Step.VOTE_AGAIN, lambda: self._changed(battle, before))

    def judge(self, judged: Judged) -> None:
        """What is ticked of each answer; written down with the next step."""
        battle = self._stage.battle
        if battle is not None and battle.phase is Phase.VOTED:
            battle.judged = judged
            self._stage.tell(self._stage.problem, self._stage.retry)

    def settle(self, then: Callable[[], None]) -> None:
        """Write down what was ticked, if that is new, and go on."""
        battle = self._stage.battle
        given = None if battle is None else _newly_judged(battle)
        if battle is None or given is None:
            then()
        else:
            self._stage.keep(lambda: self._write(battle, given), then)

    def leave(self) -> None:
        """Whoever goes has said what is ticked. Raises WorldError where that is not kept."""
        battle = self._stage.battle
        if battle is not None and (given := _newly_judged(battle)) is not None:
            self._write(battle, given)
        self.is_there_after_all()

    def is_there_after_all(self) -> bool:
        """Whether a first vote that the disk refused was kept nevertheless: then it is given.

        Raises WorldError where that cannot be found out.
        """
        battle = self._stage.battle
        if battle is None or not battle.doubtful or not self._stage.may(Step.VOTE):
            return False
        there = self._ledger.vote_in_force(battle.id)
        found = next((given for given in battle.doubtful if given.id == there), None)
        if found is None:
            return False
        self._given(battle, found)
        self._counted(battle)
        self._stage.settle()
        self._stage.advance(Step.VOTE)
        return True

    def change(self) -> None:
        """Choose again: the vote on the screen, or before a take the last one."""
        if self._stage.may(Step.CHANGE):
            self._stage.settle()
            self._stage.advance(Step.CHANGE)
        elif self._may_go_back():
            self._go_back()

    def keep_it(self) -> None:
        """The vote stays as it is."""
        battle = self._stage.battle
        if battle is None or battle.given is None or not self._stage.may(Step.KEEP_VOTE):
            return
        if battle.doubtful:
            stays = battle.given.with_judged(battle.given.judged)
            self._stage.keep(lambda: self._write(battle, stays), self._stays)
        else:
            self._stage.settle()
            self._stays()

    def _stays(self) -> None:
        self._stage.advance(Step.KEEP_VOTE)
        if self._waiting is not None:
            self.settle(self._resume)

    def offer(self) -> tuple[bool, float]:
        """Whether a vote can be changed now, and for how long yet that is called an undo, in ms."""
        battle = self._stage.battle
        if battle is not None and battle.phase in _BEFORE_A_TAKE:
            battle = self._last
        elif battle is not None and battle.phase is not Phase.VOTED:
            battle = None
        if battle is None:
            return False, 0.0
        return True, max(0.0, UNDO_MS - _since_ms(battle.voted_at_s))

    def passed(self, battle: RunningBattle) -> None:
        """The next battle comes; until its recording begins this one's vote can be changed."""
        self._last = battle

    def forget(self) -> None:
        """From now on no earlier vote can be changed."""
        self._last = None

    def go_on(self) -> bool:
        """Back to the battle that waits; False where none does."""
        waits = self._waiting is not None
        if waits:
            self._resume()
        return waits

    def _resume(self) -> None:
        self._stage.battle, self._waiting = self._waiting, None
        self._reasons.clear()
        self._resumed()

    def _may_go_back(self) -> bool:
        battle = self._stage.battle
        return self._last is not None and battle is not None and battle.phase in _BEFORE_A_TAKE

    def _go_back(self) -> None:
        self._desk.close()
        self._waiting, self._stage.battle = self._stage.battle, self._last
        self._reasons.take_up(self._last.reason if self._last is not None else "")
        self._stage.settle()
        self._stage.advance(Step.CHANGE)

    def _keep(
        self, battle: RunningBattle, cast: CastVote, step: Step, then: Callable[[], None]
    ) -> None:
        before = battle.given
        given = GivenVote(
            cast,
            taken_ms=_since_ms(battle.shown_at_s),
            judged=battle.judged,
            changed_after_ms=None if before is None else _since_ms(battle.voted_at_s),
            supersedes=None if before is None else before.id,
        )

        def kept() -> None:
            battle.voted_at_s = time.monotonic()
            then()
            self._stage.advance(step)

        self._stage.keep(lambda: self._write(battle, given), kept)

    def _write(self, battle: RunningBattle, given: GivenVote) -> None:
        """Commit a row in the place of the one that counts, be that one the disk refused."""
        if battle.doubtful:
            there = self._ledger.vote_in_force(battle.id)
            before = battle.given
            if before is not None and before.id == there and given.says_as(before):
                battle.doubtful.clear()
                return
            tried = [row for row in battle.doubtful if row.id == given.id]
            given = [given, *tried][-1].in_place_of(there)
        battle.doubtful.append(given)
        self._ledger.vote(battle.id, given)
        self._given(battle, given)

    def _given(self, battle: RunningBattle, given: GivenVote) -> None:
        before, battle.given = battle.given, given
        battle.doubtful.clear()
        if before is None or before.cast.vote is not given.cast.vote:
            battle.explained_id = given.id

    def _changed(self, battle: RunningBattle, before: GivenVote) -> None:
        """A reason explains what it was given for; for another choice it is a beginning."""
        if battle.given is not None and battle.given.cast.vote is not before.cast.vote:
            self._reasons.choice_changed()
            battle.reason = ""

    def _has_strength(self, cast: CastVote) -> bool:
        return self._asked.strength and cast.vote in (Vote.A, Vote.B)


def _newly_judged(battle: RunningBattle) -> GivenVote | None:
    """The row that says what was ticked since the last one; None where nothing was."""
    if battle.given is None or (battle.judged == battle.given.judged and not battle.doubtful):
        return None
    return battle.given.with_judged(battle.judged)


def _since_ms(moment_s: float) -> float:
    return (time.monotonic() - moment_s) * 1000
