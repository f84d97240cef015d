"""A session without window, microphone or workers: drawn, answered and voted on in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from desktop.catalogue.catalogue import Entry
from desktop.session.again import copies_for
from desktop.session.battle_order import BattleOrder
from desktop.session.counting import Widths
from desktop.session.ledger import Ledger
from desktop.session.running_battle import RunningBattle
from desktop.session.stage import Stage
from desktop.session.study import EVERYDAY, Study, load_study
from desktop.session.study_parts import Design
from local_db import records
from local_db.kept import SessionProgress
from local_db.store import Store
from tests.helpers.rehearsal import echo_entry


def paper_study(systems: tuple[str, ...], design: Design, *, battles: int) -> Study:
    everyday = load_study(EVERYDAY)
    return replace(
        everyday, id="paper", systems=systems, design=design, battles_per_session=battles
    )


def scripted(systems: tuple[str, ...]) -> dict[str, Entry]:
    return {system: echo_entry(system) for system in systems}


class PaperSession:
    """The rows are those of a real session, made by what makes them there."""

    def __init__(
        self,
        store: Store,
        study: Study,
        entries: Mapping[str, Entry],
        *,
        seed: int = 1,
        earlier: SessionProgress | None = None,
        code: str | None = None,
        widths: Widths | None = None,
    ) -> None:
        self.store = store
        self.ledger = Ledger(store, study, entries, Path("takes"))
        self.stage = Stage(lambda: None)
        self.order = BattleOrder(
            study, self.ledger, self.stage, lambda: None, seed=seed, widths=widths
        )
        self.order.begin(earlier, code)

    @property
    def battle(self) -> RunningBattle:
        assert self.stage.battle is not None
        return self.stage.battle

    def vote(self, choice: records.Choice) -> None:
        """On the battle of the moment, which is answered first."""
        self._answer()
        self.store.add_vote(
            records.VoteRecord(battle_id=self.battle.id, choice=choice, time_to_vote_ms=1500.0)
        )
        self.order.count_vote(self.battle)

    def sit(self, choose: Callable[[RunningBattle], records.Choice]) -> None:
        """To the end; all of it one transaction, so that it takes no time."""
        with self.store.action():
            while not self.order.is_complete:
                self.vote(choose(self.battle))
                if not self.order.is_complete:
                    self.order.next()
            self.ledger.end_session("completed")

    def _answer(self) -> None:
        battle = self.battle
        if battle.again is not None:
            self.ledger.answers_again(copies_for(battle.id, battle.again))
            return
        take = records.TakeRecord(
            purpose="turn",
            file=f"{battle.id}.wav",
            sha256="0" * 64,
            duration_ms=1000.0,
            rate_hz=16_000,
            channels=1,
            frames_expected=16_000,
            frames_got=16_000,
            battle_id=battle.id,
        )
        turn = records.TurnRecord(battle_id=battle.id, ordinal=1, take_id=self.store.add_take(take))
        self.store.add_turn(turn)
        row = self.store.reader.battle(battle.id)
        sides: tuple[tuple[records.Slot, str], ...] = (
            ("a", row.a.fingerprint),
            ("b", row.b.fingerprint),
        )
        for slot, fingerprint in sides:
            self.store.add_answer(
                records.AnswerRecord(
                    turn_id=turn.id,
                    slot=slot,
                    fingerprint=fingerprint,
                    text=f"{slot} of battle {battle.number}",
                    finish="stop",
                    seed=battle.number,
                )
            )
