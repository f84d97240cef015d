"""Exported folders in, battles out: one line at a time, and nothing stops at a bad line."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from ranker.parts.errors import NeedsLibrary
from ranker.parts.mark import collected_into, is_store
from ranker.signature import Forged, signer_of
from ranker.verdict import count, listing
from ranker.votes import (
    CANNOT_JUDGE,
    OUTCOMES,
    Battle,
    Malformed,
    Refused,
    System,
    flag,
    optional_text,
    text,
)

BATTLES = "battles.jsonl"

SCHEMA = 1
"""Newest export schema that is understood; a newer one may mean something else by a vote."""

MAX_LINE_BYTES = 64 * 2**20
"""A battle holds two answers and its timings; a longer line is not a battle, and is not loaded."""


_MAKE_ONE = (
    "Name folders that `export` has written. `import FILE --dialect NAME --to DIR` makes one of a "
    "file of votes; in Python, `ranker.rank` takes Parquet files and data frames as they are."
)
_NAMED = 3
"""Folders that a sentence names."""


class NoSuchExport(Exception):
    """A folder that was named is no export: the one mistake in a source that stops the ranking.

    Leaving it out would rank other votes than the caller asked for.
    """

    def __init__(
        self, folder: Path, why: str, advice: str = "", *, not_done: str = "counted"
    ) -> None:
        self.sentence = f"There is no export at {folder}: {why}. Nothing was {not_done}."
        self.advice = advice or f"Name folders that `export` has written: they hold a {BATTLES}."
        super().__init__(f"{self.sentence} {self.advice}")


def require_export(folder: Path, *, not_done: str = "counted") -> None:
    """Raises NoSuchExport unless `folder` has battles that can be read, be they good or bad.

    `not_done` is what is not done then, for the sentence.
    """
    try:
        why, advice = _why_not(folder)
    except OSError as error:
        why, advice = f"it cannot be read ({error.strerror})", ""
    if why:
        raise NoSuchExport(folder, why, advice, not_done=not_done)


def _why_not(folder: Path) -> tuple[str, str]:
    """Why it is no export, and what to do; empty where it is one, or where the usual is to do."""
    if not folder.exists():
        return "nothing is there", ""
    if not folder.is_dir():
        return "it is not a folder", _MAKE_ONE
    if is_store(folder):
        advice = f"Name {collected_into(folder)}. `rank` and `voters` read a store itself."
        return "it is a parts store, which keeps neither texts nor recordings", advice
    battles = folder / BATTLES
    if not battles.is_file():
        return _look_below(folder)
    battles.open("rb").close()
    return "", ""


def _look_below(folder: Path) -> tuple[str, str]:
    """The same of a folder without battles, which may hold exports itself."""
    below = sorted(path.name for path in folder.iterdir() if (path / BATTLES).is_file())
    lacks = f"it holds no file {BATTLES}"
    if not below:
        return lacks, ""
    more = len(below) - _NAMED
    named = [*below[:_NAMED], *[f"{more:,} more"] * (more > 0)]
    folders = " ".join(str(folder / name) for name in below[:_NAMED])
    why = f"{lacks}; {listing(named)} in it {'has one' if len(below) == 1 else 'have one each'}"
    return why, f"Name what lies in it: {folders}{' …' * (more > 0)}"


class Line(NamedTuple):
    """One line of a `battles.jsonl`."""

    raw: bytes
    """With its end; of one that is too long, its beginning."""
    found: Battle | Refused
    record: Mapping[str, Any]
    """All that it says; empty where it is refused."""


def read_export(folder: Path, problems: list[str]) -> Iterator[Battle | Refused]:
    """As `read_lines`, only what was found."""
    for line in read_lines(folder, problems):
        yield line.found


def read_lines(folder: Path, problems: list[str]) -> Iterator[Line]:
    """Every line of an export's `battles.jsonl`, as a battle or with the rule that refuses it.

    What concerns the folder as a whole (no manifest, unreadable file, other lines than the manifest
    promises) is appended to `problems` as a sentence. Raises NoSuchExport.
    """
    require_export(folder)
    name = folder.resolve().name.encode(errors="replace").decode()
    manifest = _read_manifest(folder / "manifest.json", name, problems)
    lines = 0
    try:
        with (folder / BATTLES).open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            stream.seek(0)
            for line in lines_of(stream):
                lines += 1
                yield _read_line(line, f"{name} line {lines}", manifest.get("schema"))
    except OSError as error:
        problems.append(
            f"{name}: {BATTLES} could not be read after line {lines} ({error.strerror})."
        )
        return
    said = (*_doubts(manifest, lines, digest), *_of_the_signature(folder, manifest))
    problems += (f"{name}: {problem}" for problem in said)


def _doubts(manifest: dict[str, Any], lines: int, digest: str) -> Iterator[str]:
    """What the manifest says that speaks against the votes; what it does not say, it does not."""
    promised = manifest.get("battles")
    if isinstance(promised, int) and promised != lines:
        there = count(lines, "is", "are")
        yield f"the manifest promises {count(promised, 'battle')}, {there} there."
    if (unequal := _sum_that_fails(manifest.get("conservation"))) is not None:
        started, found = unequal
        were = count(started, "battle was", "battles were")
        yield f"{were} started, and {found:,} are accounted for."
    if _at(manifest, "files", BATTLES, "sha256") not in (None, digest):
        yield f"{BATTLES} is not the file that was exported."
    chain = manifest.get("chain")
    if _at(chain, "ok") is False:
        yield "the station's hash chain is broken: its records were changed outside the program."
    if isinstance(chain, dict) and chain.get("ok", True) is None:
        yield "no hash chain vouches for all of its votes, which may have been changed."


def _of_the_signature(folder: Path, manifest: dict[str, Any]) -> Iterator[str]:
    try:
        signer_of(folder, manifest)
    except Forged as why:
        yield f"{why}."
    except NeedsLibrary as lacking:
        yield f"its signature was not checked. {lacking.sentence}"
    except OSError as error:
        yield f"its signature could not be read ({error.strerror})."


def _sum_that_fails(counts: object) -> tuple[int, int] | None:
    """Battles started and the sum of what became of them, where a manifest has both and they are
    not one number."""
    if not isinstance(counts, dict) or not all(isinstance(n, int) for n in counts.values()):
        return None
    parts = dict(counts)
    started = parts.pop("started", None)
    found = sum(parts.values())
    return None if started is None or started == found else (started, found)


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _read_manifest(path: Path, name: str, problems: list[str]) -> dict[str, Any]:
    try:
        # A pipe would be waited for.
        manifest = json.loads(path.read_bytes().decode()) if path.is_file() else None
    except (OSError, ValueError, RecursionError):
        manifest = None
    if not isinstance(manifest, dict):
        problems.append(f"{name}: no readable manifest, so nobody can tell whether lines are lost.")
        return {}
    return manifest


def lines_of(stream: BinaryIO) -> Iterator[bytes]:
    """Lines that are not blank; of one that is too long, its first MAX_LINE_BYTES."""
    for line in iter(lambda: stream.readline(MAX_LINE_BYTES), b""):
        rest = line
        while len(rest) == MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = stream.readline(MAX_LINE_BYTES)
        if line.strip():
            yield line


def _read_line(line: bytes, where: str, folder_schema: object) -> Line:
    record: dict[str, Any] = {}
    found = _found_in(line, where, folder_schema, record)
    return Line(line, found, {} if isinstance(found, Refused) else record)


def _found_in(
    line: bytes, where: str, folder_schema: object, into: dict[str, Any]
) -> Battle | Refused:
    whole = line.endswith(b"\n")
    if len(line) == MAX_LINE_BYTES and not whole:
        return Refused("line too long", where)
    try:
        record = json.loads(line.decode())
        if not isinstance(record, dict):
            raise Malformed("not an object")
        schema = record.get("schema", folder_schema)
        if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
            raise Malformed("schema is not a number from 1")
        if schema > SCHEMA:
            return Refused("newer schema", f"{where}: schema {schema}, understood up to {SCHEMA}")
        into |= record
        return _battle(record)
    except (Malformed, ValueError, RecursionError) as wrong:
        # ValueError: not UTF-8 or not JSON; RecursionError: nested too deeply to be a battle.
        return Refused("malformed line" if whole else "truncated line", f"{where}: {_told(wrong)}")


def _told(wrong: Exception) -> str:
    """What is wrong with a line, in words."""
    if isinstance(wrong, json.JSONDecodeError):
        return f"no JSON from its character {wrong.pos + 1:,} on"
    if isinstance(wrong, UnicodeDecodeError):
        return f"no UTF-8 at its byte {wrong.start + 1:,}"
    return "nested too deeply" if isinstance(wrong, RecursionError) else str(wrong)


def _battle(record: dict[str, Any]) -> Battle:
    vote = _part(record, "vote") if record.get("vote") is not None else {}
    choice = optional_text(vote, "choice") or None
    known = choice is None or choice in OUTCOMES or choice == CANNOT_JUDGE
    votes = record.get("votes") or ([vote] if vote else [])
    vote_ids = tuple(_vote_ids(votes))
    return Battle(
        id=text(record, "battle_id"),
        station=optional_text(record, "station"),
        study=optional_text(record, "study"),
        participant=optional_text(record, "participant"),
        simulated=flag(record, "simulated"),
        kind=text(record, "kind"),
        state=text(record, "state"),
        a=_system(_part(record, "a")),
        b=_system(_part(record, "b")),
        choice=choice if known else f"choice {choice!r}",
        vote_ids=vote_ids,
        repeats=optional_text(record, "repeats"),
        gold_better=_known(_at(record, "draw", "state", "known", "gold_better")),
        time_to_vote_ms=_time(votes[0].get("time_to_vote_ms")) if votes else None,
    )


def _known(name: object) -> str | None:
    return name if isinstance(name, str) else None


def _time(value: object) -> float | None:
    told = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if told and math.isfinite(value) else None  # type: ignore[arg-type]


def _system(side: dict[str, Any]) -> System:
    return System(
        text(side, "system"), optional_text(side, "version"), optional_text(side, "fingerprint")
    )


def _part(record: dict[str, Any], key: str) -> dict[str, Any]:
    value = record.get(key)
    if not isinstance(value, dict):
        raise Malformed(f"{key} is not an object")
    return value


def _vote_ids(votes: Iterable[object]) -> Iterator[str]:
    if not isinstance(votes, list):
        raise Malformed("votes is not a list")
    for vote in votes:
        if not isinstance(vote, dict):
            raise Malformed("a vote is not an object")
        yield text(vote, "id")
