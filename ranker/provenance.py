"""Which files a board was made from: what anybody needs to make it again, bit for bit."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.parts.entry import Entry
from ranker.parts.store import store_at
from ranker.read import BATTLES, require_export
from ranker.tables.rows import parquet_at, rows_in
from ranker.votes import Vote

MANIFEST = "manifest.json"
SHORT = 12
"""Characters of a digest that stand in small print."""
UNREADABLE = "unreadable"
"""In the place of a digest where the disk refuses: the board's doubts say so, and go on."""


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """One export, by what is in it: its folder may be called anything."""

    sha256: str
    """Of the battles of an export, whatever its manifest says of them; of a Parquet file; of plain
    votes, rows of tables among them, as JSON lines in the order of these lines."""
    what: str
    """`battles`, `parquet` or `votes`."""
    stations: tuple[str, ...] = ()
    schema: int = 0
    """Of the export; 0 where it does not say."""
    manifest: str = ""
    """SHA-256 of the export's manifest, which decides what is doubted; empty without one."""

    @property
    def short(self) -> str:
        return f"{self.what} {self.sha256[:SHORT]}"


def sources_of(sources: Iterable[object]) -> tuple[Source, ...]:
    """Sorted, each once; `sources` as for `ranker.rank`. A data frame or a table of Ibis is looked
    at row by row. Raises NoSuchExport, NeedsLibrary."""
    found: set[Source] = set()
    votes: list[Mapping[str, Any]] = []
    for source in sources:
        if isinstance(source, Vote):
            votes.append({name: getattr(source, name) for name in Vote.__slots__})
        elif isinstance(source, Mapping):
            votes.append(dict(source))
        elif (store := store_at(source)) is not None:
            found |= {_part(entry) for entry in store.entries()}
        elif (file := parquet_at(source)) is not None:
            found.add(Source(_digest_of(file), "parquet"))
        elif (rows := rows_in(source)) is not None:
            votes += rows
        else:
            found.add(_export(Path(str(source))))
    if votes:
        lines = sorted(json.dumps(vote, sort_keys=True, default=str) for vote in votes)
        found.add(Source(_digest("\n".join(lines).encode()), "votes"))
    return tuple(sorted(found))


def _export(folder: Path) -> Source:
    require_export(folder)
    try:
        raw = (folder / MANIFEST).read_bytes() if (folder / MANIFEST).is_file() else None
    except OSError:
        raw = None  # `read_export` says so among the board's doubts
    battles = _digest_of(folder / BATTLES)
    if raw is None:
        return Source(battles, "battles")
    said = _said(raw)
    parts = [part for part in (said, *_list(said.get("parts"))) if isinstance(part, Mapping)]
    stations = {station for part in parts if isinstance(station := part.get("station"), str)}
    schema = said.get("schema")
    return Source(
        battles,
        "battles",
        tuple(sorted(stations)),
        schema if isinstance(schema, int) else 0,
        _digest(raw),
    )


def _part(entry: Entry) -> Source:
    return Source(entry.content, "battles", tuple(sorted(entry.sequence)), entry.schema)


def _said(raw: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, Mapping) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _digest_of(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return UNREADABLE


def _digest(raw: bytes) -> str:
    return hashlib.sha256(raw).hexdigest()
