"""The order of a session: which of its battles count, and which are there to check the voter.

Pure. Practice comes first; the others lie where the session's seed puts them, so that nobody can
tell by its place what a battle is for. The plan is kept with the session when that begins.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, cast, get_args

from desktop.session.chance import among, one_of
from desktop.session.matchmaking import OrderedPair
from desktop.session.study_parts import Design
from local_db.records import Kind


@dataclass(frozen=True, slots=True)
class Place:
    """One battle of a session; it is left with a vote."""

    kind: Kind = "normal"
    repeats: int | None = None
    """Of a swapped repeat: the place, from 0, of the battle that is shown once more."""


Plan = tuple[Place, ...]


def draw_plan(design: Design, normal: int, *, seed: int) -> Plan:
    """`normal` battles that count, and the design's others.

    What comes next is drawn from all that is left, as from an urn; but nothing is drawn after which
    a repeat could not keep its distance. Raises ValueError where even the best order is too short
    (`study_parts.require_fair_repeats` refuses such a study).
    """
    urn = _Urn(design, normal)
    if design.swapped_repeats > normal or not urn.has_room():
        raise ValueError("this session is too short for its repeats")
    plan = [Place("practice")] * design.practice
    while kinds := urn.kinds():
        step = len(plan)
        nth = among(list(kinds.values()), seed=seed, step=step, what="plan")
        kind, repeats = list(kinds)[nth], None
        if kind == "swapped_repeat":
            may = urn.repeatable()
            repeats = may[one_of(len(may), seed=seed, step=step, what="repeats")]
        urn.take(kind, repeats)
        plan.append(Place(kind, None if repeats is None else repeats + design.practice))
    return tuple(plan)


def pairs_for(kind: Kind, design: Design, systems: Sequence[str]) -> list[OrderedPair]:
    """What may stand in the slots of a practice or calibration battle that repeats none."""
    drawn = [system for system in systems if design.weights.get(system, 1.0) > 0]
    if kind == "gold":
        return [(design.gold_better, design.gold_worse), (design.gold_worse, design.gold_better)]
    if kind == "practice":
        return list(permutations(drawn, 2))
    return [(system, system) for system in drawn]


def plan_as_json(plan: Plan) -> list[dict[str, Any]]:
    return [
        {"kind": place.kind} | ({} if place.repeats is None else {"repeats": place.repeats})
        for place in plan
    ]


def plan_of(settings: Mapping[str, Any], battles_planned: int) -> Plan:
    """That of a session that was kept. One without a plan was begun when all battles counted."""
    kept = settings.get("plan")
    if kept is None:
        return (Place(),) * battles_planned
    return tuple(Place(_kind(place["kind"]), place.get("repeats")) for place in kept)


def _kind(name: str) -> Kind:
    assert name in get_args(Kind), name
    return cast(Kind, name)


class _Urn:
    """What is still to come after practice, and which battles may still be repeated."""

    def __init__(self, design: Design, normal: int) -> None:
        self._left: dict[Kind, int] = {
            "normal": normal,
            "same_system": design.same_system,
            "same_text": design.same_text,
            "gold": design.gold,
        }
        self._repeats = design.swapped_repeats
        self._between = design.repeat_after
        self._at = 0
        self._once: list[int] = []
        """Places of normal battles that are not repeated yet, in their order."""

    def kinds(self) -> dict[Kind, int]:
        """What may come next, and how much is left of it."""
        found: dict[Kind, int] = {
            kind: left
            for kind, left in self._left.items()
            if left and (kind == "normal" or self.has_room(others=1))
        }
        if self.repeatable():
            found["swapped_repeat"] = self._repeats
        return found

    def repeatable(self) -> list[int]:
        """The places of which a repeat may come next."""
        if not self._repeats or not self.has_room(repeats=1):
            return []
        return self._once[: bisect_right(self._once, self._at - 1 - self._between)]

    def take(self, kind: Kind, repeats: int | None) -> None:
        if repeats is not None:
            self._repeats -= 1
            self._once.remove(repeats)
        else:
            self._left[kind] -= 1
            if kind == "normal":
                self._once.append(self._at)
        self._at += 1

    def has_room(self, *, others: int = 0, repeats: int = 0) -> bool:
        """Whether every repeat can still lie far enough behind its battle, once so many battles
        that are not normal, or so many repeats, were taken.

        No order gives more room than normal battles next and repeats last, the i-th repeat of the
        i-th battle. Then battles that were already are as far behind as they were before anything
        was taken; between one that is to come and its repeat lie all others that are left.
        """
        known, left = len(self._once) - repeats, sum(self._left.values()) - others
        return self._repeats - repeats <= known or left + known - 1 >= self._between
