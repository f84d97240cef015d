"""A folder that other programs read: `manifest.json`, `battles.jsonl`, optionally `takes/`.

Read-only and consistent beside a running window: everything comes from one copy of the database,
made in one step, so that a long export never holds a vote up. The same database gives the same
bytes. The folder is written beside its place under another name and appears there whole.
docs/export.md describes every field.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from local_db import kept
from local_db.appending import row_of
from local_db.chain import ChainReport
from local_db.covariates import covariates_of
from local_db.durable import fsync_file, fsync_folder, sha256_of
from local_db.export_place import (
    FORMAT,
    MANIFEST,
    TAKES,
    earlier_export,
    place_errors,
    require_kept,
    require_replaceable,
)
from local_db.reader import Reader, open_copy
from local_db.schema import SCHEMA_VERSION

EXPORT_SCHEMA = 1
"""Of the lines and the manifest; raised when a reader of today could misread one."""

BATTLES = "battles.jsonl"

STILL_OPEN = "still_open"
"""The one rule that leaves a battle out: it has not ended yet."""

_FINDINGS_NAMED = 20
_BATTLES_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written and what was left out."""

    folder: Path
    battles: int
    exclusions: Mapping[str, int]
    """Rule -> number of battles it left out."""
    conservation: kept.Conservation
    chain: ChainReport
    takes: TakesSummary


@dataclass(slots=True)
class TakesSummary:
    """What became of the recordings of the exported battles; discarded ones are never exported."""

    included: bool
    written: int = 0
    missing: list[str] = field(default_factory=list)
    """Files that are not there, or cannot be read."""
    changed: list[str] = field(default_factory=list)
    """Files whose bytes are not the ones that were recorded; left out."""

    @property
    def left_out(self) -> list[str]:
        return [*self.missing, *self.changed]


def export(
    database: Path,
    takes_folder: Path,
    to: Path,
    *,
    include_takes: bool = False,
    backup_folder: Path | None = None,
) -> ExportSummary:
    """Write an export of everything that has ended into `to`.

    `to` must be new, empty, or an earlier export of this station with nothing else in it, which is
    replaced, unless recordings in it would be lost. Raises `UnusableFolder`, `MissingDatabase`,
    `DamagedDatabase` (both name the last good backup in `backup_folder`), `DiskFull` and the other
    `WorldError`s; then `to` is as it was. A broken hash chain is no error here: the manifest says
    so.
    """
    to = Path(os.path.realpath(to))  # what a link names is replaced, never the link
    with place_errors(to):
        earlier = earlier_export(to)
    with open_copy(database, backup_folder) as reader, place_errors(to):
        require_replaceable(to, earlier, reader, with_takes=include_takes)
        with _replacing(to) as folder:
            takes = TakesSummary(include_takes)
            files = {BATTLES: _write_battles(reader, folder / BATTLES, takes_folder, takes)}
            require_kept(to, earlier, takes.left_out)
            files |= _files_in(folder / TAKES, folder)
            summary = _summary(reader, to, files[BATTLES]["lines"], takes)
            manifest = _manifest(reader, summary, files)
            _write(folder / MANIFEST, [json.dumps(manifest, **_JSON, indent=1) + "\n"])
            fsync_folder(folder)
    return summary


_JSON: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False}


def line_of(battle: kept.Battle) -> str:
    """One line of `battles.jsonl`, with its end."""
    record = {"schema": EXPORT_SCHEMA, **row_of(battle), "covariates": covariates_of(battle)}
    # Nested records one at a time: dataclasses.asdict copies all that lies in them, three times
    # slower.
    return json.dumps(record, **_JSON, separators=(",", ":"), default=row_of) + "\n"


def _write_battles(
    reader: Reader, target: Path, takes_folder: Path, takes: TakesSummary
) -> dict[str, Any]:
    def lines() -> Iterator[str]:
        for battle in _ended_battles(reader):
            if takes.included:
                _copy_takes(battle, takes_folder, target.parent / TAKES, takes)
            yield line_of(battle)

    count = _write(target, lines())
    return {**_facts(target), "lines": count}


def _ended_battles(reader: Reader) -> Iterator[kept.Battle]:
    ids = reader.battle_ids()
    for start in range(0, len(ids), _BATTLES_AT_ONCE):
        for battle in reader.battles_with(ids[start : start + _BATTLES_AT_ONCE]):
            if battle.state != "open":
                yield battle


def _copy_takes(battle: kept.Battle, source: Path, target: Path, takes: TakesSummary) -> None:
    for take in battle.takes:
        if take.discarded is not None or take.file in takes.left_out:
            continue
        name = PurePosixPath(take.file)
        recording, copy = source / name, target / name
        # A name that leads out of the folder was not written by us: nothing is read through it.
        ours = not name.is_absolute() and ".." not in name.parts
        if not (ours and os.access(recording, os.R_OK) and recording.is_file()):
            takes.missing.append(take.file)
            continue
        if copy.exists():  # a replayed take, copied with the battle that it was recorded in
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(recording, copy)
        if sha256_of(copy) == take.sha256:
            fsync_file(copy)
            takes.written += 1
        else:
            copy.unlink()
            takes.changed.append(take.file)


def _summary(reader: Reader, to: Path, battles: int, takes: TakesSummary) -> ExportSummary:
    conservation = reader.conservation()
    return ExportSummary(
        folder=to,
        battles=battles,
        exclusions={STILL_OPEN: conservation.open},
        conservation=conservation,
        chain=reader.verify_chain(),
        takes=takes,
    )


def _manifest(
    reader: Reader, summary: ExportSummary, files: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    chain = summary.chain
    return {
        "format": FORMAT,
        "schema": EXPORT_SCHEMA,
        "database_schema": SCHEMA_VERSION,
        "station": reader.station(),
        "battles": summary.battles,
        "exclusions": dict(summary.exclusions),
        "conservation": asdict(summary.conservation),
        "studies": [
            {"study": study, "conservation": asdict(reader.conservation(study))}
            for study in reader.studies()
        ],
        "chain": {
            "head": str(chain.head),
            "events": chain.events,
            "erased": chain.erased,
            "ok": chain.ok,
            "findings": [str(finding) for finding in chain.findings[:_FINDINGS_NAMED]],
        },
        "takes": asdict(summary.takes),
        "sessions": [asdict(session) for session in reader.sessions()],
        "systems": [asdict(system) for system in reader.systems()],
        "files": dict(files),
    }


def _write(path: Path, texts: Iterable[str]) -> int:
    """Write and fsync; returns how many texts there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in texts:
            file.write(text)
            count += 1
    fsync_file(path)
    return count


def _files_in(folder: Path, root: Path) -> dict[str, dict[str, Any]]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): _facts(path) for path in found}


def _facts(path: Path) -> dict[str, Any]:
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}


@contextmanager
def _replacing(to: Path) -> Iterator[Path]:
    """A new folder that replaces `to` when the block ends well, and vanishes otherwise."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as workshop:
        new, old = Path(workshop, "new"), Path(workshop, "old")
        new.mkdir()
        yield new
        if to.exists():
            to.rename(old)
        try:
            new.rename(to)
        except BaseException:
            if old.exists():
                old.rename(to)  # or it would vanish with the workshop
            raise
        fsync_folder(to.parent)
