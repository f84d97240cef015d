"""Asks the two systems of a battle about one take, and tells when both outcomes are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from desktop.session.answer_rows import Outcome
from engines.api import Turn
from engines.errors import EngineError
from engines.pool import Asked, Pool
from local_db.records import Kind

SECOND_SEED = 2**20
"""What a system that is asked twice about one take adds to the seed the second time: more than a
session has draws, so that no other battle of it has that seed."""
TURN_SEED = 2 * SECOND_SEED
"""What each further turn of a battle adds to it."""


class BothSystems:
    """One pair of questions at a time. Belongs to the window's thread."""

    def __init__(self, pool: Pool, post: Callable[[Callable[[], None]], None]) -> None:
        self._pool = pool
        self._post = post
        self._asked: dict[str, Asked] = {}
        self._outcomes: dict[str, Outcome] = {}

    def ask(
        self,
        systems: Mapping[str, str],
        wav_path: Path,
        *,
        seed: int,
        kind: Kind = "normal",
        histories: Mapping[str, Sequence[Turn]] = MappingProxyType({}),
        done: Callable[[Mapping[str, Outcome]], None],
    ) -> None:
        """`systems`: slot -> system id; `histories`: slot -> the turns before; `done` gets
        slot -> answer or error, once.

        When one system fails, the other is not waited for: its answer ends as cancelled. One that
        stands in both slots is asked twice, the second time with another seed; where both slots are
        to show the same text, once.
        """
        self.drop()
        if kind == "same_text":
            systems, one = {"a": systems["a"]}, done

            def done(outcomes: Mapping[str, Outcome]) -> None:
                one({"a": outcomes["a"], "b": outcomes["a"]})

        for slot, system_id in systems.items():
            own = seed + SECOND_SEED if (kind, slot) == ("same_system", "b") else seed
            history = histories.get(slot, ())
            self._asked[slot] = self._pool.ask(system_id, wav_path, seed=own, history=history)
        for slot, asked in self._asked.items():
            self._when_answered(slot, asked, done)

    def drop(self) -> None:
        """Nobody wants these answers any more; what still comes is not told."""
        asked, self._asked, self._outcomes = self._asked, {}, {}
        for one in asked.values():
            one.cancel()

    def _when_answered(
        self, slot: str, asked: Asked, done: Callable[[Mapping[str, Outcome]], None]
    ) -> None:
        asked.future.add_done_callback(
            lambda _: self._post(lambda: self._answered(slot, asked, done))
        )

    def _answered(
        self, slot: str, asked: Asked, done: Callable[[Mapping[str, Outcome]], None]
    ) -> None:
        if self._asked.get(slot) is not asked:
            return
        error = asked.future.exception()
        if error is None:
            self._outcomes[slot] = asked.future.result()
        elif isinstance(error, EngineError):
            self._outcomes[slot] = error
            for other in self._asked.values():
                other.cancel()
        else:
            raise error
        if len(self._outcomes) == len(self._asked):
            done(dict(self._outcomes))
