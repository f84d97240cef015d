"""Other people's votes, read back into a folder that the ranker reads like an export.

Every row of the file becomes a line: what is not to be counted is for the ranker to say, by rule.
The same file gives the same folder, and a row without a key of its own gets one from the file's
digest, so that a file that is read twice counts once.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_db.dialects import DIALECTS, PlainVote
from local_db.dialects.plain import PlainAnswer, PlainTurn
from local_db.dialects.table import BadRow
from local_db.durable import fsync_folder, sha256_of
from local_db.errors import BadVotes, UnusableFolder
from local_db.export import BATTLES, EXPORT_SCHEMA
from local_db.export_place import MANIFEST, place_errors
from local_db.whole_folder import facts_of, replacing, write_texts

FORMAT = "earshot-import"
_FOLDER = "audiofolder"
"""The one dialect that is a folder."""
_JSON: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False}


@dataclass(frozen=True, slots=True)
class ImportSummary:
    folder: Path
    battles: int
    kinds: Mapping[str, int]
    """Kind -> battles; only `normal` ones are counted by the ranker."""


def import_votes(file: Path, dialect: str, to: Path) -> ImportSummary:
    """Read `file` in the dialect called so, and write `to`, which must be new or empty.

    Raises `UnusableFolder`, `UnknownLabel`, `BadVotes`, `MissingLibrary`, `DiskFull`; then `to` is
    as it was.
    """
    to = Path(os.path.realpath(to))
    with place_errors(to):
        if to.exists() and not (to.is_dir() and next(to.iterdir(), None) is None):
            raise UnusableFolder(to, "is already there", "Choose a new or empty folder.")
    source = _source(file, dialect)
    kinds: Counter[str] = Counter()
    with place_errors(to), replacing(to) as folder:

        def lines() -> Iterator[str]:
            for vote in _votes(file, dialect):
                kinds[vote.kind] += 1
                yield line_of(vote, source["sha256"])

        battles = write_texts(folder / BATTLES, lines())
        if not battles:
            raise BadVotes(file, "it holds no vote")
        manifest = {
            "format": FORMAT,
            "schema": EXPORT_SCHEMA,
            "battles": battles,
            "chain": {"ok": None},  # who wrote the file kept none
            "dialect": dialect,
            "source": source,
            "kinds": dict(sorted(kinds.items())),
            "files": {BATTLES: {**facts_of(folder / BATTLES), "lines": battles}},
        }
        write_texts(folder / MANIFEST, [json.dumps(manifest, **_JSON, indent=1) + "\n"])
        fsync_folder(folder)
    return ImportSummary(to, battles, dict(sorted(kinds.items())))


def line_of(vote: PlainVote, file_sha256: str) -> str:
    """One line as an export would have it, with what the file knew. Half a character (JSON can
    hold one) becomes a question mark."""
    key = vote.id if _is_own(vote.id) else f"{file_sha256[:16]} {vote.id}"
    cast = {"id": f"{key} vote", "choice": vote.outcome, "strength": vote.strength}
    reason = [] if vote.why is None else [{"vote_id": cast["id"], "text": vote.why}]
    record = {
        "schema": EXPORT_SCHEMA,
        "battle_id": key,
        "started_utc": vote.at_utc,
        "station": vote.station,
        "study": vote.study,
        "session": vote.session,
        "participant": vote.participant,
        "simulated": vote.simulated,
        "kind": vote.kind,
        "number": vote.number,
        "a": _side(vote.model_a),
        "b": _side(vote.model_b),
        "turns": [_turn(nth, turn) for nth, turn in enumerate(vote.turns, 1)],
        "covariates": _covariates(vote),
        "vote": None if vote.outcome is None else cast,
        "votes": [] if vote.outcome is None else [cast],
        "justifications": reason,
        "state": "voted",
    }
    text = json.dumps(record, **_JSON, separators=(",", ":")) + "\n"
    return text.encode("utf-8", "replace").decode()


def _is_own(key: str) -> bool:
    """Whether the file gave it, and not its place in the file."""
    return not key.startswith("row ")


def _side(name: str) -> dict[str, Any]:
    return {"system": name, "version": None, "fingerprint": None, "label": name}


def _covariates(vote: PlainVote) -> dict[str, Any]:
    """What the file knows of what an export has there (`local_db.covariates`)."""
    sums = {
        f"characters_{slot}": _sum(_characters(getattr(turn, slot)) for turn in vote.turns)
        for slot in ("a", "b")
    }
    return {"trial": vote.number, "turns": len(vote.turns), **sums}


def _sum(counts: Iterable[int | None]) -> int | None:
    """None where one of them is, or there is none."""
    known = list(counts)
    return None if None in known or not known else sum(n for n in known if n is not None)


def _characters(answer: PlainAnswer) -> int | None:
    return answer.characters if answer.text is None else len(answer.text)


def _turn(ordinal: int, turn: PlainTurn) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "said": turn.said,
        "a": _answer(turn.a),
        "b": _answer(turn.b),
        "shown": _shown(turn) if turn.painted else None,
    }


def _shown(turn: PlainTurn) -> dict[str, Any] | None:
    """When each answer began and ended, on a clock of its own that starts with its request."""
    times = (turn.a.first_ms, turn.b.first_ms, turn.a.total_ms, turn.b.total_ms)
    if None in times:
        return None
    names = ("onset_a_ms", "onset_b_ms", "complete_a_ms", "complete_b_ms")
    return {"wait_ms": 0.0, **dict(zip(names, times, strict=True)), "cadence_per_s": 0.0}


def _answer(answer: PlainAnswer) -> dict[str, Any]:
    return {
        "text": answer.text,
        "characters": answer.characters,
        "timings": {"ttft_ms": answer.first_ms, "total_ms": answer.total_ms},
    }


def _votes(file: Path, dialect: str) -> Iterator[PlainVote]:
    read = 0
    try:
        for vote in DIALECTS[dialect].read(file):
            read += 1
            yield vote
    except BadRow as wrong:
        raise BadVotes(file, f"row {read + 1}: {wrong}") from wrong


def _source(file: Path, dialect: str) -> dict[str, str]:
    try:
        if file.is_dir():
            if dialect != _FOLDER:
                raise BadVotes(file, "it is a folder")
            file = file / Path(DIALECTS[_FOLDER].file).name
        if not file.is_file():
            raise BadVotes(file, "there is no such file")
        return {"file": file.name, "sha256": sha256_of(file)}
    except OSError as error:
        raise BadVotes(file, f"it cannot be opened ({error.strerror})") from error
