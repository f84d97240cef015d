"""What a vote may depend on besides the systems, and what votes may be sorted by.

a line of an export, a row of a part, a plain vote  →  Context  →  slices, effects, propensities
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.count import Tally, settled
from ranker.facts import Facts, facts_of
from ranker.parts.facts import lacking
from ranker.parts.reading import told_in
from ranker.parts.store import store_at
from ranker.read import read_lines
from ranker.tables.rows import rows_in
from ranker.votes import Battle, Refused, Vote, from_vote, why_not_counted

NOISE_DB = (10, 20, 30)
"""Level of the speech above its pauses: where one band of noise ends and the next begins."""

Context = Mapping[str, Any]
"""By name: a text, a number, or None where it is not known."""


@dataclass(frozen=True, slots=True)
class InContext:
    """A battle that counts, and what is known of how it came about."""

    battle: Battle
    context: Context


def in_context(
    sources: Iterable[object], *, include_simulated: bool, problems: list[str]
) -> tuple[list[InContext], Tally]:
    """Every battle that counts, with its context, and the tally that says what does not.

    In one order, whatever that of the sources, so that sums of them are the same to the last bit.
    Of copies that the ranker takes for one, the context is that which says most. `sources` as for
    `rank`; of a table every column is a part of the context. Raises NoSuchExport, NeedsLibrary, and
    of stores UnreadablePart.
    """
    contexts: dict[object, Context] = {}

    def seen() -> Iterator[Battle | Refused]:
        for found, context in _told(sources, problems):
            if isinstance(found, Battle):
                key = _key(found)
                contexts[key] = _richer(contexts.get(key, context), context)
            yield found

    counted = Tally()
    kept = []
    for battle in settled(list(seen()), counted):
        rule = why_not_counted(battle, include_simulated)
        if rule is None:
            counted.count(battle)
            kept.append(InContext(battle, contexts[_key(battle)]))
        else:
            counted.exclude(rule, battle.id or "")
    return sorted(kept, key=_place), counted


def lacking_in(sources: Iterable[object]) -> str:
    """What parts of an older program do not say of their battles; empty where there are none."""
    stores = filter(None, map(store_at, sources))
    return lacking(entry for store in stores for entry in store.entries())


def _key(battle: Battle) -> object:
    """Without an id a battle is nobody's copy: the object itself comes back."""
    return id(battle) if battle.id is None else battle


def _richer(one: Context, other: Context) -> Context:
    """Whichever of them was seen first."""
    if one == other:
        return one
    return max(one, other, key=lambda c: (sum(v is not None for v in c.values()), _written(c)))


def _place(one: InContext) -> tuple[bool, str]:
    """No two of them have one id."""
    name = one.battle.id
    return name is None, name if name is not None else f"{one.battle} {_written(one.context)}"


def _written(context: Context) -> str:
    return repr(sorted(context.items(), key=repr))


def _told(
    sources: Iterable[object], problems: list[str]
) -> Iterator[tuple[Battle | Refused, Context]]:
    for source in sources:
        if isinstance(source, Vote | Mapping):
            yield _of_a_vote(source)
            continue
        if (rows := rows_in(source)) is not None:
            yield from map(_of_a_vote, rows)
            continue
        store = store_at(source)
        lines = (
            (
                (line.found, facts_of(line.record))
                for line in read_lines(Path(str(source)), problems)
            )
            if store is None
            else told_in(store, problems)
        )
        for found, facts in lines:
            yield found, context_of(found, facts) if isinstance(found, Battle) else {}


def _of_a_vote(vote: Vote | Mapping[str, Any]) -> tuple[Battle | Refused, Context]:
    found = from_vote(vote)
    if isinstance(found, Refused):
        return found, {}
    record: Mapping[str, Any] = vote if isinstance(vote, Mapping) else {}
    if "battle_id" in record and "kind" in record:
        return found, context_of(found, facts_of(record))
    return found, {**record, "station": found.station, "participant": found.participant}


def context_of(battle: Battle, facts: Facts) -> Context:
    """By the names that `--by` takes."""
    return {
        "station": battle.station,
        "study": battle.study,
        "participant": battle.participant,
        "language": facts.language_said,
        "noise": _band(facts.snr_db),
        "device": facts.device,
        "day": facts.started_utc and facts.started_utc[:10],
        "trial": facts.trial,
        "wait_ms": facts.wait_ms,
        "characters_a": facts.characters_a,
        "characters_b": facts.characters_b,
        "markdown_a": facts.markdown_a,
        "markdown_b": facts.markdown_b,
        "language_a": facts.language_a,
        "language_b": facts.language_b,
        "probability": facts.probability,
        "reasons_a": facts.reasons_a,
        "reasons_b": facts.reasons_b,
        **(facts.labels or {}),
    }


def _band(snr_db: float | None) -> str | None:
    """In words, worst first when sorted."""
    if snr_db is None:
        return None
    below = [limit for limit in NOISE_DB if snr_db >= limit]
    if not below:
        return f"under {NOISE_DB[0]} dB"
    above = [limit for limit in NOISE_DB if snr_db < limit]
    return f"{below[-1]} to {above[0]} dB" if above else f"{below[-1]} dB and more"
