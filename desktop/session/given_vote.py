"""A vote as it is kept: a row that is added, and superseded by the next, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from local_db import records
from local_db.ids import new_id
from ui.judging_state import Code, Judged, Reading, SideJudged, Strength
from ui.state import CastVote


@dataclass(frozen=True, slots=True)
class GivenVote:
    """One row."""

    cast: CastVote
    taken_ms: float
    """From both answers fully shown to this choice, of a changed vote too. A turn in which nothing
    was said is left out."""
    judged: Judged = field(default_factory=Judged)
    changed_after_ms: float | None = None
    """Since the choice that this one corrects; None for a first one."""
    supersedes: str | None = None
    id: str = field(default_factory=new_id)

    @property
    def choice(self) -> tuple[str, Strength | None]:
        return self.cast.vote.value, self.cast.strength

    def with_judged(self, judged: Judged) -> GivenVote:
        """The same choice, and what was said of each answer since; a row of its own."""
        return replace(self, judged=judged, supersedes=self.id, id=new_id())

    def in_place_of(self, there: str | None) -> GivenVote:
        """The same where the row with the key `there` counts for now, which may be this one."""
        return self if there in (None, self.id) else replace(self, supersedes=there)

    def says_as(self, other: GivenVote) -> bool:
        return (self.choice, self.judged) == (other.choice, other.judged)

    def record(self, battle_id: str) -> records.VoteRecord:
        strength = self.cast.strength
        return records.VoteRecord(
            id=self.id,
            battle_id=battle_id,
            choice=self.cast.vote.value,
            strength=None if strength is None else strength.value,
            time_to_vote_ms=self.taken_ms,
            judged=_judged(self.judged),
            facts=self._facts(),
            supersedes=self.supersedes,
        )

    def _facts(self) -> Mapping[str, Any] | None:
        read = None if self.cast.reading is None else _read(self.cast.reading)
        facts = {"read": read, "changed_after_ms": self.changed_after_ms}
        return {name: fact for name, fact in facts.items() if fact is not None} or None


def _judged(judged: Judged) -> Mapping[str, Any] | None:
    """Only what was said; None where nothing was."""
    sides = {"a": judged.a, "b": judged.b}
    good = {slot: side.good for slot, side in sides.items() if side.good is not None}
    reasons = {slot: _codes(side) for slot, side in sides.items() if side.codes}
    said = {"good": good, "reasons": reasons}
    return {name: what for name, what in said.items() if what} or None


def _codes(side: SideJudged) -> list[str]:
    return [code.value for code in Code if code in side.codes]


def _read(reading: Reading) -> Mapping[str, Any]:
    """Slots that nobody came to are null."""
    return {
        "a": asdict(reading.a),
        "b": asdict(reading.b),
        "first_scrolled": reading.first_scrolled or None,
        "first_focused": reading.first_focused or None,
        "first_hovered": reading.first_hovered or None,
    }
