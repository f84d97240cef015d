"""After the last vote: which system does the participant take each answer's for?

Asked once all votes are committed and the session is ended, and before any name is tied to an
answer, so that nothing said here can change a vote, and whoever leaves loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from desktop import problems
from desktop.catalogue.catalogue import Entry
from desktop.session.ledger import Guess, Ledger
from desktop.session.listener import Listener
from desktop.session.showing import shown_again
from desktop.session.study import Study
from desktop.session.view import said_in
from local_db.errors import WorldError
from local_db.kept import Battle
from local_db.records import Slot
from ui.state import GuessState, Problem

MOST = 5
"""Battles that are asked about: the last that count, which are still remembered."""


class GuessSteps:
    """Belongs to the session's thread."""

    def __init__(
        self, study: Study, entries: Mapping[str, Entry], ledger: Ledger, listener: Listener
    ) -> None:
        self._study = study
        self._entries = entries
        self._ledger = ledger
        self._listener = listener
        self._battles: Sequence[Battle] = ()
        self._at = 0
        self._refused = False
        """Whether the disk refused what was said of this battle; it may be there all the same."""
        self._stands = False
        """Whether that was found there, and said: it cannot be changed any more."""
        self._then: Callable[[], None] = lambda: None

    def ask(self, kept: Sequence[Battle], then: Callable[[], None]) -> None:
        """Ask about the last battles of a session where its study wants that, then go on."""
        wanted = self._study.voting.guess
        asked = [battle for battle in kept if wanted and _can_be_guessed(battle)]
        self._battles, self._at, self._then = asked[-MOST:], 0, then
        self._show_or_end()

    def answer(self, a: int | None, b: int | None) -> None:
        """What was taken for A and for B: places in the study's list; None: not known."""
        if self._at >= len(self._battles):
            return
        systems = self._study.systems
        said: dict[Slot, str | None] = {
            "a": None if a is None else systems[a],
            "b": None if b is None else systems[b],
        }
        try:
            before = {} if self._stands else self._keep(self._battles[self._at], said)
        except WorldError as error:
            self._refused = True
            self._show(problems.for_participant(error, "Try again"))
            return
        if before not in ({}, said):
            self._stands = True
            self._show(problems.GUESS_IS_KEPT)
            return
        self._go_to(self._at + 1)

    def skip(self) -> None:
        """Nothing is said of this battle; the next one is asked about."""
        self._go_to(self._at + 1)

    def skip_all(self) -> None:
        """No more of this; what was said stays."""
        self._go_to(len(self._battles))

    def _go_to(self, place: int) -> None:
        self._refused = self._stands = False
        self._at = place
        self._show_or_end()

    def _keep(self, battle: Battle, said: Mapping[Slot, str | None]) -> Mapping[str, str | None]:
        """What was there before, and stays: a guess is never superseded. Empty where there was
        nothing; then what is said now is kept."""
        there = self._ledger.guessed(battle.battle_id) if self._refused else {}
        if not there:
            self._ledger.guess([Guess(battle.battle_id, *of_side) for of_side in said.items()])
        return there

    def _show_or_end(self) -> None:
        if self._at < len(self._battles):
            self._show()
        else:
            self._battles = ()
            then, self._then = self._then, lambda: None
            then()

    def _show(self, problem: Problem | None = None) -> None:
        battle = self._battles[self._at]
        texts = shown_again(self._study, battle)
        self._listener.guess(
            GuessState(
                title=self._study.title,
                number=self._at + 1,
                total=len(self._battles),
                said=said_in(replace(battle, turns=battle.turns[-1:])),
                text_a=texts["a"],
                text_b=texts["b"],
                choices=tuple(self._entries[system].label for system in self._study.systems),
                problem=problem,
            )
        )


def _can_be_guessed(battle: Battle) -> bool:
    answered = battle.turns and battle.turns[-1].a and battle.turns[-1].b
    return battle.kind == "normal" and battle.vote is not None and bool(answered)
