"""Rows as lmarena-ai publishes them (arena-human-preference-140k): JSON lines.

Both bad is spelled `both_bad`, and contents are lists of parts. Each battle is an evaluation
session of its own, with `evaluation_order` 1: analysts keep only those, to have one row per
conversation.
Reads also that data set's Parquet files, and the earlier ones with `question_id` and `tstamp`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_db.dialects import fastchat, labels, style, table
from local_db.dialects.files import read_rows, write_lines
from local_db.dialects.plain import LATER_EVALUATION, NOT_BLIND, PlainVote


def write(votes: Iterable[PlainVote], path: Path) -> None:
    write_lines(path, (row(vote) for vote in votes))


def read(path: Path) -> Iterator[PlainVote]:
    for nth, row in enumerate(read_rows(path), 1):
        yield vote(row, f"row {nth}")


def row(vote: PlainVote) -> dict[str, Any]:
    """Raises UnknownLabel."""
    sides = {slot: _in_parts(vote, slot) for slot in ("a", "b")}
    answers = [text for slot in ("a", "b") for text in style.answers_of(vote, slot)]
    return {
        "id": vote.id,
        "model_a": vote.model_a,
        "model_b": vote.model_b,
        "winner": labels.word(labels.LMARENA, vote.outcome, f"battle {vote.id}"),
        "evaluation_session_id": vote.id,
        "evaluation_order": 1,
        "conversation_a": sides["a"],
        "conversation_b": sides["b"],
        "full_conversation": [
            {"user": said, "model_side_a": a, "model_side_b": b}
            for said, a, b in zip(sides["a"][::2], sides["a"][1::2], sides["b"][1::2], strict=True)
        ],
        "conv_metadata": style.conv_metadata(vote),
        "language": fastchat.UNKNOWN_LANGUAGE,
        "is_code": any("```" in text for text in answers),
        "timestamp": vote.at_utc,
        **table.beside(vote),
    }


def vote(row: dict[str, Any], where: str) -> PlainVote:
    """Raises UnknownLabel, BadRow."""
    shared = fastchat.vote(row, where)
    order = row.get("evaluation_order")
    later = isinstance(order, int) and order > 1
    return replace(
        shared,
        id=table.text_or_none(row, "id") or shared.id,
        kind=LATER_EVALUATION if later and shared.kind != NOT_BLIND else shared.kind,
        at_utc=shared.at_utc or table.text_or_none(row, "timestamp"),
    )


def _in_parts(vote: PlainVote, slot: str) -> list[dict[str, Any]]:
    return [
        {
            "role": message["role"],
            "content": [
                {"type": "text", "text": message["content"], "image": None, "mimeType": None}
            ],
        }
        for message in fastchat.conversation(vote, slot)
    ]
