"""From one turn of a battle to the next, and back while nothing was said in it yet."""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop.session.battle import Step
from desktop.session.stage import Stage
from desktop.session.study_turns import History, Turns
from desktop.session.take_desk import TakeDesk
from local_db import records


class TurnSteps:
    """Belongs to the session's thread."""

    def __init__(
        self, turns: Turns, stage: Stage, desk: TakeDesk, *, opens: Callable[[], None]
    ) -> None:
        """`opens` is called when a turn has begun: it gets the microphone."""
        self._turns = turns
        self._stage = stage
        self._desk = desk
        self._opens = opens

    def go_on(self, history: records.History) -> None:
        """Speak again, instead of voting now; both answers have been shown in full.

        Where the history is common it goes on with the answer of a slot, else with each one's own;
        anything else is no choice of this study, and changes nothing. It is kept with the next
        take.
        """
        battle = self._stage.battle
        common = self._turns.history is History.COMMON
        if battle is None or not self._stage.may(Step.GO_ON) or common != (history != "separate"):
            return
        if battle.turn < self._turns.most:
            self._stage.settle()
            battle.left_at_s = time.monotonic()
            self._stage.advance(Step.GO_ON, lambda: battle.begin_turn(history))
            self._opens()

    def go_back(self) -> None:
        """To the answers of the turn before: to vote on them, or to go on otherwise."""
        battle = self._stage.battle
        if battle is not None and self._stage.may(Step.GO_BACK):
            self._desk.close()
            self._stage.settle()
            battle.shown_at_s += time.monotonic() - battle.left_at_s  # nobody judged them meanwhile
            self._stage.advance(Step.GO_BACK, battle.drop_turn)
