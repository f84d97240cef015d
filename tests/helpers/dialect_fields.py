"""The fields of every dialect for docs/export.md, found by writing a vote and reading it back.

Whether `import` needs a field is tried: it is left out, and what then comes back is looked at.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_db.dialects import DIALECTS, PlainVote
from local_db.dialects.plain import PlainAnswer, PlainTake, PlainTurn
from local_db.dialects.table import BadRow
from local_db.dialects.talkarena import TABLE
from local_db.errors import WorldError

Row = dict[str, Any]

NEEDED, READ, PASSED_BY = "needed", "read", "–"

PRINTED = {
    "csv": "`csv`, `parquet` and `audiofolder`",
    "evalica": "`evalica`",
    "fastchat": "`fastchat`",
    "lmarena": "`lmarena`",
    "talkarena": "`talkarena`",
}
"""Dialect -> heading. Parquet and audiofolder have the columns of csv, with types."""

_TURN = PlainTurn(
    "what is the capital of thailand",
    PlainAnswer("Bangkok.", 120.0, 300.0),
    PlainAnswer("Why do you ask?", 90.0, 280.0),
    PlainTake("2026/11/one.wav", "ab" * 32),
)
_VOTE = PlainVote(
    "01a227e2",
    "ada",
    "bo",
    "both_bad",  # which some dialects keep in a column of its own
    participant="01a2p",
    session="01a2s",
    station="01a2x",
    study="everyday",
    number=3,
    simulated=True,
    at_utc="2026-11-29T15:18:06.482Z",
    strength="clearly",
    why="It was quicker.",
    turns=(_TURN,),
)
_TOLD: dict[str, dict[str, Any]] = {
    "fastchat": {"anony": False},
    "lmarena": {"evaluation_order": 2, "anony": False},
}
"""What other programs write and Earshot does not: read where it is there."""


def dialect_fields() -> str:
    """A table for each dialect, and the least that `import` takes, as Markdown."""
    return "\n".join(_section(name, heading) for name, heading in PRINTED.items())


def roles(name: str) -> dict[str, str]:
    """Field -> whether `import` needs it, reads it where it is there, or passes it by."""
    row = _row(name)
    whole = _back(name, row)
    needed = [
        field
        for field in row
        if (back := _back(name, _without(row, field))) is None or back.outcome is None
    ]
    least = {field: row[field] for field in needed}
    alone = _back(name, least)
    found = {}
    for field in row | _TOLD.get(name, {}):
        told = _TOLD.get(name, {}).get(field, row.get(field))
        matters = (
            _back(name, _without(row, field)) != whole
            or _back(name, least | {field: told}) != alone
        )
        found[field] = NEEDED if field in needed else READ if matters else PASSED_BY
    return found


def _section(name: str, heading: str) -> str:
    row, found = _row(name), roles(name)
    lines = [f"#### {heading}", "", "| field | type | `import` | meaning |", "|---|---|---|---|"]
    for field, role in found.items():
        kind = _kind(row.get(field, _TOLD.get(name, {}).get(field)))
        meaning = MEANINGS.get(f"{name}.{field}") or MEANINGS[field]
        lines.append(f"| `{field}` | {kind} | {role} | {meaning} |")
    shown = _row(name, replace(_VOTE, outcome="a"))
    least = {field: shown[field] for field in found if found[field] == NEEDED}
    return "\n".join([*lines, "", "The least that `import` takes:", "", *_fenced(name, least), ""])


def _fenced(name: str, row: Row) -> list[str]:
    return [f"```{'csv' if _is_csv(name) else 'json'}", _text(name, row).rstrip(), "```"]


def _kind(value: object) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
        case list():
            return "list"
        case _:
            return "object"


def _row(name: str, vote: PlainVote = _VOTE) -> Row:
    """What is written for a vote; numbers and flags of csv as Parquet has them."""
    source = "audiofolder" if name == "csv" else name
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        DIALECTS[name].write([vote], path)
        text = path.read_text("utf-8")
        DIALECTS[source].write([vote], path)
        typed = path.read_text("utf-8")
    if name == "evalica":
        return dict(next(csv.DictReader(io.StringIO(text)))) | {"simulated": vote.simulated}
    if name == "csv":
        written, types = next(csv.DictReader(io.StringIO(text))), json.loads(typed)
        return {field: types[field] for field in written}
    value = json.loads(text)
    if name == "fastchat":
        return dict(value[0])
    return dict(next(iter(value[TABLE].values())) if name == "talkarena" else value)


def _text(name: str, row: Row) -> str:
    """The file with this one row."""
    if _is_csv(name):
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, row, lineterminator="\n")
        writer.writeheader()
        writer.writerow({key: _cell(value) for key, value in row.items()})
        return file.getvalue()
    whole: Any = {TABLE: {"any key": row}} if name == "talkarena" else row
    return json.dumps([row] if name == "fastchat" else whole, ensure_ascii=False)


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _is_csv(name: str) -> bool:
    return name in ("csv", "evalica")


def _back(name: str, row: Row) -> PlainVote | None:
    """The vote that is read from the row; None where it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        path.write_text(_text(name, row), "utf-8")
        try:
            (vote,) = DIALECTS[name].read(path)
        except (WorldError, BadRow):
            return None
    return vote


def _without(row: Mapping[str, Any], field: str) -> Row:
    return {key: value for key, value in row.items() if key != field}


_WHO_WON = "`model_a`, `model_b`, `tie` or `both_bad`; empty: no vote"
MEANINGS = {
    "anony": "true; false: the names were known, and the vote is read as kind `not_blind`",
    "lmarena.anony": "not written, and read where another program has written it: as in `fastchat`",
    "answer_a": "text of the answer in slot A; several turns are joined by a blank line",
    "answer_b": "likewise in slot B",
    "at_utc": "when the vote was cast, ISO 8601",
    "audio_hash": "first eight digits of the recording's SHA-256",
    "battle_id": "key of the battle, unique over all stations",
    "bold_a": "bold pieces in A's answers",
    "bold_b": "likewise in B's",
    "both_bad": "true: the half is not a tie, both were bad",
    "conv_metadata": "counts for style control, of tokens and Markdown by side, as FastChat's "
    "`add_markdown_info.py` names them",
    "conversation_a": "messages with A, by turns: `role` (`user` or `assistant`), `content` "
    "(text), `num_tokens`",
    "conversation_b": "the same with B",
    "evaluation_order": "1; above 1 the vote is read as kind `later_evaluation`",
    "evaluation_session_id": "key of the battle once more",
    "first_ms_a": "from the request to the first piece of A's answer, of the first turn",
    "first_ms_b": "likewise of B's",
    "full_conversation": "both conversations, a turn an object",
    "headers_a": "Markdown headings in A's answers",
    "headers_b": "likewise in B's",
    "id": "key of the battle",
    "is_code": "whether an answer holds fenced code",
    "judge": "`arena_user_` and the participant",
    "language": "`unknown`",
    "left": "the system in slot A",
    "lists_a": "Markdown list items in A's answers",
    "lists_b": "likewise in B's",
    "model_a": "the system in slot A, on the left",
    "model_a_latency": "`time_to_first_token` and `total_time` in seconds, `response_length` in "
    "characters",
    "model_b": "the system in slot B",
    "model_b_latency": "likewise of B",
    "number": "of the battle in its session, from 1",
    "evalica.outcome": "`a`, `b`, `tie` or `both_bad`: tells both bad from a tie",
    "talkarena.outcome": "0: A won, 1: B won, 0.5: neither; empty: no vote",
    "participant": "key of the participant",
    "question_id": "key of the battle",
    "right": "the system in slot B",
    "said": "what a recogniser heard; several turns are joined by a blank line",
    "session": "key of the session",
    "simulated": "whether a program voted",
    "station": "key of the station",
    "strength": "`slightly`, `clearly`, or empty",
    "study": "id of the study",
    "take": "the recording of the first turn, relative to the takes folder",
    "take_sha256": "its SHA-256",
    "timestamp": "as `at_utc`",
    "tokens_a": "length of A's answers: a quarter of their bytes",
    "tokens_b": "likewise of B's",
    "total_ms_a": "from the request to the end of A's answer, of the first turn",
    "total_ms_b": "likewise of B's",
    "tstamp": "when the vote was cast, seconds since 1970",
    "turn": "number of turns",
    "turns": "number of turns",
    "why": "the reason for the vote",
    "winner": _WHO_WON,
    "fastchat.winner": "`model_a`, `model_b`, `tie` or `tie (bothbad)`; empty: no vote",
    "evalica.winner": "`left`, `right` or `tie`; empty: no vote",
    "lmarena.conversation_a": "messages with A, by turns: `role`, and `content` as a list of parts "
    "with `type` and `text`",
}
"""Field, or dialect and field -> what stands in it."""
