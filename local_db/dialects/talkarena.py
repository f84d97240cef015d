"""TalkArena's `live_votes.json`: a TinyDB file whose reader takes `_default`, `outcome` and names.

`outcome` is 0 where model_a, on the left, won; 1 where model_b did: the opposite of arena-rank's
number. Both bad is a half, as a tie is; `both_bad` beside it, which that reader passes by, keeps
the two apart. Latencies are seconds, lengths characters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local_db.dialects import table
from local_db.dialects.files import read_json, write_object
from local_db.dialects.plain import PlainAnswer, PlainTurn, PlainVote
from local_db.errors import BadVotes, UnknownLabel

TABLE = "_default"
NUMBERS = {"a": 0, "b": 1, "tie": 0.5, "both_bad": 0.5}
_HASH_DIGITS = 8
"""As many as TalkArena's own hash of a recording has."""


def write(votes: Iterable[PlainVote], path: Path) -> None:
    write_object(path, TABLE, ((vote.id, row(vote)) for vote in votes))


def read(path: Path) -> Iterator[PlainVote]:
    whole = read_json(path)
    rows = whole.get(TABLE) if isinstance(whole, dict) else None
    if not isinstance(rows, dict):
        raise BadVotes(path, f"it has no table {TABLE}")
    for key, row in rows.items():
        if not isinstance(row, dict):
            raise BadVotes(path, f"{key} is not an object")
        yield vote(row, key)


def row(vote: PlainVote) -> dict[str, Any]:
    """Raises UnknownLabel."""
    if vote.outcome not in NUMBERS:
        raise UnknownLabel(vote.outcome, f"battle {vote.id}", NUMBERS)
    first = vote.turns[0] if vote.turns else None
    return {
        "audio_hash": first.take.sha256[:_HASH_DIGITS] if first and first.take else None,
        "outcome": NUMBERS[vote.outcome],
        "model_a": vote.model_a,
        "model_b": vote.model_b,
        "why": vote.why,
        "model_a_latency": _latency(first.a if first else PlainAnswer()),
        "model_b_latency": _latency(first.b if first else PlainAnswer()),
        "both_bad": vote.outcome == "both_bad",
        **table.beside(vote),
    }


def vote(row: Mapping[str, Any], where: str) -> PlainVote:
    """Raises UnknownLabel, BadRow."""
    why, own = row.get("why"), table.text_or_none(row, "battle_id")
    a, b = (_answer(row.get(f"model_{slot}_latency")) for slot in ("a", "b"))
    return PlainVote(
        id=own or where,
        model_a=table.name(row, "model_a"),
        model_b=table.name(row, "model_b"),
        outcome=_outcome(row, f"entry {where}"),
        strength=table.text_or_none(row, "strength"),
        why=why if isinstance(why, str) else None,
        # TalkArena paints while an answer arrives; Earshot, whose rows have a key, does not.
        turns=(PlainTurn(None, a, b, painted=own is None),),
        **table.who(row),
    )


def _outcome(row: Mapping[str, Any], where: str) -> str | None:
    number = row.get("outcome")
    if number is None:
        return None
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise UnknownLabel(number, where, (0, 0.5, 1))
    if number == NUMBERS["tie"]:
        return "both_bad" if row.get("both_bad") is True else "tie"
    if number not in (NUMBERS["a"], NUMBERS["b"]):
        raise UnknownLabel(number, where, (0, 0.5, 1))
    return "b" if number else "a"


def _latency(answer: PlainAnswer) -> dict[str, Any]:
    length = answer.characters if answer.text is None else len(answer.text)
    return {
        "time_to_first_token": _seconds(answer.first_ms),
        "total_time": _seconds(answer.total_ms),
        "response_length": length,
    }


def _answer(latency: object) -> PlainAnswer:
    if not isinstance(latency, dict):
        return PlainAnswer()
    length = table.number_or_none(latency, "response_length")
    return PlainAnswer(
        first_ms=_ms(table.number_or_none(latency, "time_to_first_token")),
        total_ms=_ms(table.number_or_none(latency, "total_time")),
        characters=None if length is None else int(length),
    )


def _seconds(ms: float | None) -> float | None:
    return None if ms is None else ms / 1000


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
