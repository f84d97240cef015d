"""What surrounds the votes of a board: when they were given, in which slots, for which reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ranker.board import SlotBalance
from ranker.cells import cells_of
from ranker.contexts import InContext
from ranker.count import Tally
from ranker.naming import names_of
from ranker.pair_counts import shares_of
from ranker.quantiles import shares
from ranker.sampling import random_numbers, sampler_of
from ranker.table import Units, table_of
from ranker.votes import System, system_order

MERITS = (
    "level_of_detail",
    "helpfulness",
    "accuracy",
    "language_appropriateness",
    "human_likeness",
)
FAILURES = ("heard_wrong", "content", "form")
"""Codes of `judged.reasons` (docs/export.md): for an answer, and where it failed."""
KINDS = {**dict.fromkeys(MERITS, "for"), **dict.fromkeys(FAILURES, "failed")}
"""Of the codes; another study's own are `other`."""

_STREAM = 2
"""Of random numbers; `ranker.bootstrap` has those before it."""
_TILE = 1000


@dataclass(frozen=True, slots=True)
class Reasons:
    """How often each code was given for one system's answers."""

    system: str
    judged: int
    """Answers of which somebody gave at least one reason."""
    counts: tuple[tuple[str, int], ...]
    """Code, answers; in the order of MERITS and FAILURES, then by name."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Names are those of the board."""

    days: tuple[tuple[str, int], ...] = ()
    """Day (UTC, ISO 8601), votes; in order, days without votes left out."""
    undated: int = 0
    ordered: tuple[tuple[str, str, int], ...] = ()
    """System in slot a, in slot b, votes."""
    slots: tuple[tuple[str, SlotBalance], ...] = ()
    """Points of slot a in the battles of each system."""
    reasons: tuple[Reasons, ...] = ()
    """Of the systems of which a reason was given."""
    studies: tuple[str, ...] = ()
    """Their names, sorted."""


def circumstances_of(
    battles: Sequence[InContext],
    *,
    by_person: bool,
    bootstraps: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Circumstances:
    """Of `battles` that count (`ranker.contexts.in_context`); the settings are the board's."""
    systems = sorted({s for one in battles for s in (one.battle.a, one.battle.b)}, key=system_order)
    names = dict(zip(systems, names_of(systems), strict=True))
    days = Counter(one.context.get("day") for one in battles)
    undated = days.pop(None, 0)
    ordered = Counter((names[one.battle.a], names[one.battle.b]) for one in battles)
    tail = (1 - confidence) / 2
    slots = []
    for number, system in enumerate(systems):
        its = [one for one in battles if system in (one.battle.a, one.battle.b)]
        rng_stream = _STREAM + number
        slots.append((names[system], _slot_a(its, by_person, bootstraps, tail, seed, rng_stream)))
    return Circumstances(
        days=tuple(sorted((str(day), n) for day, n in days.items())),
        undated=undated,
        ordered=tuple((a, b, n) for (a, b), n in sorted(ordered.items())),
        slots=tuple(slots),
        reasons=tuple(_reasons(battles, system, names[system]) for system in systems),
        studies=tuple(sorted({one.battle.study for one in battles if one.battle.study})),
    )


def _slot_a(
    battles: Iterable[InContext], by_person: bool, n_draws: int, tail: float, seed: int, stream: int
) -> SlotBalance:
    counted = Tally()
    for one in battles:
        counted.count(one.battle)
    units: Units = table_of(cells_of(counted.cells)).slots
    sampler = sampler_of(units, "participant" if by_person else "vote")
    drawn = [
        shares(sampler.draw(random_numbers(seed, stream, tile), _TILE).T)
        for tile in range(-(-n_draws // _TILE))
    ]
    found = shares_of(units, np.concatenate(drawn)[:n_draws], tail, by_person)
    return SlotBalance(float(found.share[0]), float(found.low[0]), float(found.high[0]))


def _reasons(battles: Iterable[InContext], system: System, name: str) -> Reasons:
    counts: Counter[str] = Counter()
    judged = 0
    for one in battles:
        for slot, here in (("a", one.battle.a), ("b", one.battle.b)):
            codes = one.context.get(f"reasons_{slot}") if here == system else None
            if codes:
                counts.update(codes)
                judged += 1
    known = (*MERITS, *FAILURES)
    others = sorted(code for code in counts if code not in known)
    return Reasons(name, judged, tuple((code, counts[code]) for code in (*known, *others)))
