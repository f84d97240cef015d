"""Battles in, a table of counts out: every battle is either counted or named under one rule.

what was found ─┬─ refused lines ──────────────────┐
                ├─ all but one copy of an id ──────┼─→ exclusions, by rule
                ├─ not voted, practice, simulated, │
                │  unknown label, self-play … ─────┘
                └─→ cells
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from ranker.copies import latest, tells_less
from ranker.votes import (
    CANNOT_JUDGE,
    OUTCOMES,
    UNKNOWN_STATE,
    Battle,
    Refused,
    System,
    known_state,
    why_not_counted,
)

EXAMPLE_CHARS = 160

CONFLICTING = "conflicting copies"
"""The rule for copies of one battle that contradict each other."""

Person = tuple[str, str] | None
"""Station and participant (a code such as P01 may exist at two stations); None when unknown."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """How many battles one rule left out, with one of them."""

    rule: str
    count: int
    example: str


@dataclass(slots=True)
class Tally:
    """What was counted; independent of the order in which it came."""

    cells: Counter[tuple[Person, System, System, str]] = field(default_factory=Counter)
    """Votes by (person, system in slot a, system in slot b, outcome), outcome as in `OUTCOMES`."""
    stations: set[str] = field(default_factory=set)
    studies: set[str] = field(default_factory=set)
    n_seen: int = 0
    states: Counter[str] = field(default_factory=Counter)
    """State -> battles, each once."""
    n_simulated: int = 0
    """How many of the counted votes are simulated."""
    rules: dict[str, list[tuple[str, str | None]]] = field(default_factory=dict)
    """Station -> its battles' ids and what left each out; those without an id cannot be ordered."""
    _excluded: Counter[str] = field(default_factory=Counter)
    _example: dict[str, str] = field(default_factory=dict)

    def count(self, battle: Battle) -> None:
        person = (battle.station or "", battle.participant) if battle.participant else None
        self.cells[person, battle.a, battle.b, str(battle.choice)] += 1
        self.n_simulated += battle.simulated
        if battle.station:
            self.stations.add(battle.station)
        if battle.study:
            self.studies.add(battle.study)

    def exclude(self, rule: str, example: str, count: int = 1) -> None:
        self._excluded[rule] += count
        short = example[:EXAMPLE_CHARS]
        self._example[rule] = min(self._example.get(rule, short), short)

    @property
    def exclusions(self) -> tuple[Exclusion, ...]:
        return tuple(
            Exclusion(rule, self._excluded[rule], self._example[rule])
            for rule in sorted(self._excluded)
        )


def tally(found: Iterable[Battle | Refused], include_simulated: bool = False) -> Tally:
    """Count every battle once; n_seen = counted + sum of the exclusions, always."""
    result = Tally()
    for battle in settled(found, result):
        rule = why_not_counted(battle, include_simulated)
        if battle.id is not None:
            result.rules.setdefault(battle.station or "", []).append((battle.id, rule))
        if rule is None:
            result.count(battle)
        else:
            result.exclude(rule, example_of(battle, rule))
    return result


def settled(found: Iterable[Battle | Refused], result: Tally) -> list[Battle]:
    """Every battle once; what could not be read, and copies, are seen and excluded in `result`."""
    kept: list[Battle] = []
    copies: dict[str, list[Battle]] = {}
    for item in found:
        result.n_seen += 1
        if isinstance(item, Refused):
            result.exclude(item.rule, item.example)
        elif item.id is None:
            kept.append(item)
        else:
            copies.setdefault(item.id, []).append(item)
    for name, same in copies.items():
        kept += same if len(same) == 1 else _settle(name, same, result)
    result.states.update(known_state(battle.state) for battle in kept)
    return kept


def _settle(name: str, copies: list[Battle], result: Tally) -> list[Battle]:
    """The one battle that copies with the same id stand for; none when they contradict each other
    (`ranker.copies`)."""
    known = latest(set(copies))
    if known is None:
        result.exclude(CONFLICTING, name, len(copies))
        return []
    same = sum(copy == known or tells_less(copy, known) for copy in copies)
    if same > 1:
        result.exclude("duplicate", name, same - 1)
    if same < len(copies):
        result.exclude("earlier copy", name, len(copies) - same)
    return [known]


def example_of(battle: Battle, rule: str) -> str:
    """A battle that `rule` left out, in words; not yet cut to `EXAMPLE_CHARS`."""
    who = battle.id or f"a vote without an id on {battle.a.id} and {battle.b.id}"
    what = repr(battle.state) if rule == UNKNOWN_STATE else voted(battle.choice)
    return f"{who}: {what}" if what else who


def voted(choice: str | None) -> str:
    """A vote in words; empty where there is none."""
    return f"voted {choice}" if choice in (*OUTCOMES, CANNOT_JUDGE) else choice or ""
