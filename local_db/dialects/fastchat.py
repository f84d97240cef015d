"""FastChat's cleaned battles: what `elo_analysis.py` and `rating_systems.py` read.

One JSON list; columns as fastchat/serve/monitor/clean_battle_data.py writes them, with the
`conv_metadata` that add_markdown_info.py adds. Both bad is spelled `tie (bothbad)`, contents are
strings, and every count is a whole number: anything else stops style control or is read as a tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local_db.dialects import labels, style, table
from local_db.dialects.files import read_rows, write_list
from local_db.dialects.plain import NORMAL, NOT_BLIND, PlainAnswer, PlainTurn, PlainVote

JUDGE = "arena_user_"
UNKNOWN_LANGUAGE = "unknown"
"""FastChat's own word where nothing was detected."""


def write(votes: Iterable[PlainVote], path: Path) -> None:
    write_list(path, (row(vote) for vote in votes))


def read(path: Path) -> Iterator[PlainVote]:
    for nth, row in enumerate(read_rows(path), 1):
        yield vote(row, f"row {nth}")


def row(vote: PlainVote) -> dict[str, Any]:
    """Raises UnknownLabel."""
    return {
        "question_id": vote.id,
        "model_a": vote.model_a,
        "model_b": vote.model_b,
        "winner": labels.word(labels.FASTCHAT, vote.outcome, f"battle {vote.id}"),
        "judge": f"{JUDGE}{vote.participant or ''}",
        "conversation_a": conversation(vote, "a"),
        "conversation_b": conversation(vote, "b"),
        "turn": len(vote.turns),
        "anony": True,
        "language": UNKNOWN_LANGUAGE,
        "tstamp": seconds(vote.at_utc),
        "conv_metadata": style.conv_metadata(vote),
        **table.beside(vote),
    }


def conversation(vote: PlainVote, slot: str) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = []
    for turn, answer in zip(vote.turns, style.answers_of(vote, slot), strict=True):
        for role, text in (("user", turn.said or ""), ("assistant", answer)):
            messages.append({"role": role, "content": text, "num_tokens": style.tokens(text)})
    return messages


def vote(row: dict[str, Any], where: str) -> PlainVote:
    """Raises UnknownLabel, BadRow. A battle whose names were known is kept as NOT_BLIND."""
    judge = table.text_or_none(row, "judge") or ""
    found = table.who(row)
    found["participant"] = found["participant"] or judge.removeprefix(JUDGE) or None
    found["at_utc"] = found["at_utc"] or label_of(row.get("tstamp"))
    return PlainVote(
        id=table.text_or_none(row, "question_id") or where,
        model_a=table.name(row, "model_a"),
        model_b=table.name(row, "model_b"),
        outcome=labels.meaning(labels.READ_LMARENA, row.get("winner"), where),
        kind=NOT_BLIND if row.get("anony") is False else NORMAL,
        strength=table.text_or_none(row, "strength"),
        turns=turns_of(row.get("conversation_a"), row.get("conversation_b")),
        **found,
    )


def turns_of(a: object, b: object) -> tuple[PlainTurn, ...]:
    """Pairs of a user's message and what each side said to it."""
    left, right = _exchanges(a), _exchanges(b)
    return tuple(
        PlainTurn(said, PlainAnswer(answer_a), PlainAnswer(answer_b))
        for (said, answer_a), (_, answer_b) in zip(left, right, strict=False)
    )


def _exchanges(messages: object) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    said = ""
    for message in messages if isinstance(messages, list) else []:
        if not isinstance(message, dict):
            continue
        text = plain_content(message.get("content"))
        if message.get("role") == "user":
            said = text
        elif message.get("role") == "assistant":
            found.append((said, text))
    return found


def plain_content(content: object) -> str:
    """A message's text: a string, or a list of parts of which those with text count."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [
        part if isinstance(part, str) else part.get("text")
        for part in parts
        if isinstance(part, str | dict)
    ]
    return "\n".join(text for text in texts if isinstance(text, str))


def seconds(at_utc: str | None) -> float:
    """Since 1970; 0.0 where nobody knows: FastChat sorts by it."""
    return 0.0 if at_utc is None else datetime.fromisoformat(at_utc).timestamp()


def label_of(seconds: object) -> str | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds <= 0:
        return None
    try:
        at = datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):  # no year of ours: it is a label only
        return None
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
