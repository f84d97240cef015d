"""One battle as the ranker sees it, and the names of everything that is not counted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

COUNTED_KIND = "normal"
VOTED = "voted"
UNKNOWN_STATE = "unknown state"
WITHDRAWN = "withdrawn"
STATES = frozenset({VOTED, "skipped", "failed", "abandoned", WITHDRAWN, "open"})

OUTCOMES = ("a", "b", "tie", "both_bad")
"""What an export's `vote.choice` may say."""

WINNERS = {
    "model_a": "a",
    "model_b": "b",
    "tie": "tie",
    "both_bad": "both_bad",
    "tie (bothbad)": "both_bad",
}
"""What the field's `winner` column may say, spelled exactly so; anything else is not a vote."""

CANNOT_JUDGE = "cannot_judge"

NAMES = ("vote_id", "battle_id", "station", "study", "participant", "model_a", "model_b")
"""Columns of a plain vote that name something."""
_COLUMNS = (*NAMES, "winner", "simulated")
"""Of a plain vote."""
_NEEDED = ("model_a", "model_b", "winner")
_MOST_NAMED = 20
"""Columns of a table that a sentence names."""


class System(NamedTuple):
    """What competes. Another version, or other parts under the same version, is another system."""

    id: str
    version: str | None = None
    fingerprint: str | None = None
    """Digest of everything that decides what it answers; see docs/export.md."""


def system_order(system: System) -> tuple[object, ...]:
    """To sort by: id, version, fingerprint; an absent part goes before an empty one."""
    return (*(part or "" for part in system), *(part is not None for part in system))


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote in the columns that published arenas use. `model_a` was shown in slot a."""

    model_a: str
    model_b: str
    winner: str
    """One of `WINNERS`, or `cannot_judge`."""
    vote_id: str | None = None
    """Two votes with one id are one vote; votes without an id are never merged."""
    participant: str | None = None
    station: str | None = None
    simulated: bool = False


class Battle(NamedTuple):
    """What is compared between two copies of a battle, and nothing more."""

    id: str | None
    station: str | None
    study: str | None
    participant: str | None
    simulated: bool
    kind: str
    state: str
    a: System
    """Shown in slot a."""
    b: System
    choice: str | None
    """An outcome, `cannot_judge`, None when missing, or an unknown label as it was spelled."""
    vote_ids: tuple[str, ...] = ()
    """Every vote of this battle, oldest first; corrections supersede."""
    repeats: str | None = None
    """The battle that this one repeats."""
    gold_better: str | None = None
    """Of a gold battle: the id of the system that everybody should prefer."""
    time_to_vote_ms: float | None = None
    """Of the first vote: what was thought of afterwards is no slower judging."""


class Malformed(Exception):
    """A record that cannot be a battle; says what is wrong with it."""


class Refused(NamedTuple):
    """A line or record that could not be read as a battle."""

    rule: str
    example: str


def text(record: Mapping[str, Any], key: str) -> str:
    """The non-empty string under `key`, or Malformed."""
    value = optional_text(record, key)
    if not value:
        raise Malformed(f"{key} is missing")
    return value


def optional_text(record: Mapping[str, Any], key: str) -> str | None:
    """The string under `key`, or None; a pandas hole (NaN) is None as well.

    Names reach terminals and logs, so one that cannot be printed (control characters, half a
    surrogate pair, direction overrides) is refused.
    """
    value = record.get(key)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if not isinstance(value, str):
        raise Malformed(f"{key} is not text")
    if not value.isprintable():
        raise Malformed(f"{key} holds characters that cannot be printed")
    return value


def flag(record: Mapping[str, Any], key: str, default: bool | None = None) -> bool:
    """The boolean under `key`; without a default it must be there."""
    value = record.get(key, default)
    if not isinstance(value, bool):
        raise Malformed(f"{key} is neither true nor false")
    return value


def _named(record: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a vote; what names something may be a whole number, as tables often have it
    (with a hole in its column, pandas keeps it as a float)."""
    return {
        key: _name(record[key]) if key in NAMES else record[key]
        for key in _COLUMNS
        if key in record
    }


def _name(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def from_vote(vote: Vote | Mapping[str, Any]) -> Battle | Refused:
    """One plain vote: a `Vote`, or a mapping with its columns.

    A mapping needs `model_a`, `model_b` and `winner`; `vote_id` (or `battle_id`), `participant`,
    `station`, `study` and `simulated` may be there. What names something may be a whole number.
    """
    told = vote if isinstance(vote, Mapping) else {k: getattr(vote, k) for k in Vote.__slots__}
    record = _named(told)
    try:
        winner = optional_text(record, "winner")
        return Battle(
            id=optional_text(record, "vote_id") or optional_text(record, "battle_id"),
            station=optional_text(record, "station"),
            study=optional_text(record, "study"),
            participant=optional_text(record, "participant"),
            simulated=flag(record, "simulated", default=False),
            kind=COUNTED_KIND,
            state=VOTED,
            a=System(text(record, "model_a")),
            b=System(text(record, "model_b")),
            choice=(WINNERS | {CANNOT_JUDGE: CANNOT_JUDGE}).get(winner, f"winner {winner!r}")
            if winner
            else None,
        )
    except Malformed as wrong:
        return Refused("malformed vote", str(wrong))


def missing_columns(there: Iterable[str]) -> str:
    """What a table of votes lacks, as the rest of a sentence; empty where it lacks nothing."""
    known = list(there)
    lacking = [name for name in _NEEDED if name not in known]
    if not lacking:
        return ""
    columns = "column" if len(lacking) == 1 else "columns"
    named = ", ".join(known[:_MOST_NAMED]) + ", …" * (len(known) > _MOST_NAMED)
    return f"it has no {columns} {' and '.join(lacking)} (its columns are: {named or 'none'})"


def known_state(state: str) -> str:
    """As battles are summed by where they went."""
    return state if state in STATES else UNKNOWN_STATE


def why_not_voted(battle: Battle, include_simulated: bool) -> str | None:
    """The name of the first rule by which this is no vote, or None when it is one."""
    if battle.state != VOTED:
        return f"state {battle.state}" if battle.state in STATES else UNKNOWN_STATE
    if battle.simulated and not include_simulated:
        return "simulated"
    if battle.choice is None:
        return "missing winner"
    if battle.choice not in (*OUTCOMES, CANNOT_JUDGE):
        return "unknown label"
    return None


def why_not_counted(battle: Battle, include_simulated: bool) -> str | None:
    """The name of the first rule that leaves this battle out, or None when it is counted."""
    if battle.state == VOTED and battle.kind != COUNTED_KIND:
        return f"kind {battle.kind}"
    if (rule := why_not_voted(battle, include_simulated)) is not None:
        return rule
    if battle.choice == CANNOT_JUDGE:
        return "cannot judge"
    if battle.a == battle.b:
        return "self-play"
    return None
