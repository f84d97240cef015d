"""What a vote may depend on besides the systems, and what votes may be sorted by.

a line of an export, or a plain vote  →  Context  →  slices, effects, propensities
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.audit.style import has_markdown
from ranker.count import Tally, settled
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

    `sources` as for `rank`; of a table every column is a part of the context. Raises NoSuchExport,
    NeedsLibrary.
    """
    contexts: dict[object, Context] = {}

    def seen() -> Iterator[Battle | Refused]:
        for found, record in _records(sources, problems):
            if isinstance(found, Battle):
                # Without an id a battle is nobody's copy: the object itself comes back.
                contexts[found.id or id(found)] = context_of(found, record)
            yield found

    counted = Tally()
    kept = []
    for battle in settled(list(seen()), counted):
        rule = why_not_counted(battle, include_simulated)
        if rule is None:
            counted.count(battle)
            kept.append(InContext(battle, contexts[battle.id or id(battle)]))
        else:
            counted.exclude(rule, battle.id or "")
    return kept, counted


def _records(
    sources: Iterable[object], problems: list[str]
) -> Iterator[tuple[Battle | Refused, Mapping[str, Any]]]:
    for source in sources:
        if isinstance(source, Vote):
            yield from_vote(source), {}
        elif isinstance(source, Mapping):
            yield from_vote(source), source
        elif (rows := rows_in(source)) is not None:
            for row in rows:
                yield from_vote(row), row
        else:
            for line in read_lines(Path(str(source)), problems):
                yield line.found, line.record


def context_of(battle: Battle, record: Mapping[str, Any]) -> Context:
    """Of a line of an export; of a plain vote, all its columns."""
    if "battle_id" not in record or "kind" not in record:
        return {**record, "station": battle.station, "participant": battle.participant}
    known = _part(record.get("covariates"))
    texts = _last_texts(record)
    return {
        "station": battle.station,
        "study": battle.study,
        "participant": battle.participant,
        "language": known.get("language_said"),
        "noise": _band(known.get("snr_db")),
        "device": known.get("device"),
        "day": str(record.get("started_utc") or "")[:10] or None,
        "trial": known.get("trial"),
        "wait_ms": known.get("wait_ms"),
        "characters_a": known.get("characters_a"),
        "characters_b": known.get("characters_b"),
        "markdown_a": None if texts is None else has_markdown(texts[0]),
        "markdown_b": None if texts is None else has_markdown(texts[1]),
        "language_a": known.get("language_a"),
        "language_b": known.get("language_b"),
        "probability": _part(record.get("draw")).get("probability"),
        "reasons_a": _reasons(record, "a"),
        "reasons_b": _reasons(record, "b"),
        **_part(record.get("labels")),
    }


def _reasons(record: Mapping[str, Any], slot: str) -> tuple[str, ...] | None:
    """Codes that were given for the answer in a slot, each once, sorted."""
    judged = _part(_part(record.get("vote")).get("judged"))
    codes = _part(judged.get("reasons")).get(slot)
    if not isinstance(codes, list):
        return None
    return tuple(sorted({code for code in codes if isinstance(code, str) and code.isprintable()}))


def _last_texts(record: Mapping[str, Any]) -> tuple[str, str] | None:
    turns = record.get("turns")
    for turn in reversed(turns if isinstance(turns, list) else []):
        turn = _part(turn)
        sides = _part(turn.get("a")).get("text"), _part(turn.get("b")).get("text")
        if turn.get("shown") and not turn.get("superseded"):
            return (str(sides[0]), str(sides[1])) if None not in sides else None
    return None


def _band(snr_db: object) -> str | None:
    """In words, worst first when sorted."""
    if not isinstance(snr_db, int | float) or not math.isfinite(snr_db):
        return None
    below = [limit for limit in NOISE_DB if snr_db >= limit]
    if not below:
        return f"under {NOISE_DB[0]} dB"
    above = [limit for limit in NOISE_DB if snr_db < limit]
    return f"{below[-1]} to {above[0]} dB" if above else f"{below[-1]} dB and more"


def _part(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
