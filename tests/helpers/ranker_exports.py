"""Exported folders, written line by line as docs/export.md describes them, and boards of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import ranker

Line = Mapping[str, Any] | bytes


def battle(number: int, **changes: Any) -> dict[str, Any]:
    """One voted battle of station `north`; keyword arguments replace what they name.

    `a` and `b` may be plain system ids, `choice` the vote.
    """
    choice = changes.pop("choice", "a")
    vote_id = changes.pop("vote_id", f"vote-{number}")
    vote = None if choice is None else {"id": vote_id, "choice": choice, "strength": None}
    line: dict[str, Any] = {
        "schema": 1,
        "battle_id": f"battle-{number}",
        "study": "quick",
        "station": "north",
        "session": "s1",
        "participant": f"p{number % 20}",
        "simulated": False,
        "kind": "normal",
        "number": number,
        "a": "ada",
        "b": "bo",
        "vote": vote,
        "votes": [] if vote is None else [vote],
        "state": "voted",
        "started_utc": "2025-01-01T00:00:00Z",
    } | changes
    for slot in ("a", "b"):
        if isinstance(line[slot], str):
            line[slot] = {"system": line[slot], "version": "1", "fingerprint": "f" * 8}
    return line


def write_export(
    folder: Path, lines: Iterable[Line], manifest: Mapping[str, Any] | None = None
) -> Path:
    """`folder` with these lines (bytes are written as they are) and a manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [x if isinstance(x, bytes) else json.dumps(x).encode() + b"\n" for x in lines]
    (folder / "battles.jsonl").write_bytes(b"".join(rows))
    stated = {"schema": 1, "battles": len(rows)} if manifest is None else manifest
    (folder / "manifest.json").write_text(json.dumps(stated))
    return folder


GOOD = [battle(k, choice="a" if k % 2 else "b") for k in range(8)]


def rules(board: ranker.Board) -> dict[str, int]:
    assert board.n_seen == board.n_votes + sum(left.count for left in board.exclusions)
    return {left.rule: left.count for left in board.exclusions}


def example(board: ranker.Board, rule: str) -> str:
    return next(left.example for left in board.exclusions if left.rule == rule)


def rank_lines(folder: Path, *lines: Any, **more: Any) -> ranker.Board:
    return ranker.rank(write_export(folder / "north", [*GOOD, *lines]), **more)
