"""One row for each vote: the columns of csv, Parquet and audiofolder, and the way back.

`model_a`, `model_b` and `winner` are called as arena-rank reads them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from local_db.dialects import labels, style
from local_db.dialects.plain import PlainAnswer, PlainTake, PlainTurn, PlainVote

COLUMNS: dict[str, str] = {
    "battle_id": "VARCHAR",
    "station": "VARCHAR",
    "study": "VARCHAR",
    "session": "VARCHAR",
    "participant": "VARCHAR",
    "number": "BIGINT",
    "at_utc": "VARCHAR",
    "simulated": "BOOLEAN",
    "model_a": "VARCHAR",
    "model_b": "VARCHAR",
    "winner": "VARCHAR",
    "strength": "VARCHAR",
    "why": "VARCHAR",
    "turns": "BIGINT",
    "said": "VARCHAR",
    "answer_a": "VARCHAR",
    "answer_b": "VARCHAR",
    "first_ms_a": "DOUBLE",
    "first_ms_b": "DOUBLE",
    "total_ms_a": "DOUBLE",
    "total_ms_b": "DOUBLE",
    **{
        f"{name}_{slot}": "BIGINT"
        for slot in "ab"
        for name in ("tokens", "headers", "lists", "bold")
    },
    "take": "VARCHAR",
    "take_sha256": "VARCHAR",
}
"""Name -> type in Parquet. Texts of several turns are joined with a blank line; timings and the
recording are those of the first."""


class BadRow(Exception):
    """A row cannot be a vote; says what is wrong with it. Becomes `BadVotes` with its number."""


BETWEEN_TURNS = "\n\n"


def row(vote: PlainVote) -> dict[str, Any]:
    """Raises UnknownLabel."""
    first = vote.turns[0] if vote.turns else None
    take = first.take if first else None
    values: dict[str, Any] = {
        "battle_id": vote.id,
        "station": vote.station,
        "study": vote.study,
        "session": vote.session,
        "participant": vote.participant,
        "number": vote.number,
        "at_utc": vote.at_utc,
        "simulated": vote.simulated,
        "model_a": vote.model_a,
        "model_b": vote.model_b,
        "winner": labels.word(labels.LMARENA, vote.outcome, f"battle {vote.id}"),
        "strength": vote.strength,
        "why": vote.why,
        "turns": len(vote.turns),
        "said": BETWEEN_TURNS.join(turn.said or "" for turn in vote.turns) or None,
        "take": take.file if take else None,
        "take_sha256": take.sha256 if take else None,
    }
    for slot in ("a", "b"):
        answer = None if first is None else getattr(first, slot)
        values[f"answer_{slot}"] = BETWEEN_TURNS.join(style.answers_of(vote, slot))
        values[f"first_ms_{slot}"] = answer.first_ms if answer else None
        values[f"total_ms_{slot}"] = answer.total_ms if answer else None
    return values | style.totals(vote)


def vote(row: Mapping[str, Any], where: str) -> PlainVote:
    """A vote from a row with `model_a`, `model_b`, `winner`; the other columns may be missing.

    Raises UnknownLabel, BadRow.
    """
    answers = {
        slot: PlainAnswer(
            text=text_or_none(row, f"answer_{slot}"),
            first_ms=number_or_none(row, f"first_ms_{slot}"),
            total_ms=number_or_none(row, f"total_ms_{slot}"),
        )
        for slot in ("a", "b")
    }
    file, digest = text_or_none(row, "take"), text_or_none(row, "take_sha256")
    number = number_or_none(row, "number")
    return PlainVote(
        id=text_or_none(row, "battle_id") or where,
        model_a=name(row, "model_a"),
        model_b=name(row, "model_b"),
        outcome=labels.meaning(labels.READ_LMARENA, row.get("winner"), where),
        number=None if number is None else int(number),
        strength=text_or_none(row, "strength"),
        why=text_or_none(row, "why"),
        turns=(
            PlainTurn(
                text_or_none(row, "said"),
                answers["a"],
                answers["b"],
                PlainTake(file, digest) if file and digest else None,
            ),
        ),
        **who(row),
    )


def who(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that every dialect carries beside its own, as fields of a PlainVote."""
    return {
        "participant": text_or_none(row, "participant"),
        "session": text_or_none(row, "session"),
        "station": text_or_none(row, "station"),
        "study": text_or_none(row, "study"),
        "at_utc": text_or_none(row, "at_utc"),
        "simulated": row.get("simulated") in (True, "true", "True"),
    }


def beside(vote: PlainVote) -> dict[str, Any]:
    """What every dialect carries beside its own columns: its readers pass by what they do not know,
    and with it the votes come back as they were."""
    return {
        "battle_id": vote.id,
        "participant": vote.participant,
        "session": vote.session,
        "station": vote.station,
        "study": vote.study,
        "at_utc": vote.at_utc,
        "simulated": vote.simulated,
        "strength": vote.strength,
    }


def name(row: Mapping[str, Any], column: str) -> str:
    """The name of a system. Raises BadRow."""
    value = row.get(column)
    if not isinstance(value, str) or not value.strip():
        raise BadRow(f"{column} is missing")
    if not value.isprintable():
        raise BadRow(f"{column} holds characters that cannot be printed")
    return value


def text_or_none(row: Mapping[str, Any], column: str) -> str | None:
    """A text, or a number that stands for a name; None for a hole. Raises BadRow."""
    value = row.get(column)
    if value is None or (isinstance(value, float) and math.isnan(value)) or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadRow(f"{column} is not text")
    return str(value)


def number_or_none(row: Mapping[str, Any], column: str) -> float | None:
    """A finite number, or None for a hole. Raises BadRow."""
    value = row.get(column)
    if value is None or value == "":
        return None
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.inf
    if math.isnan(number):
        return None
    if math.isinf(number):
        raise BadRow(f"{column} is not a number")
    return number
