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
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from local_db import kept
from local_db.appending import row_of
from local_db.chain import ChainReport, Head
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
from local_db.signing import SIGNATURE, StationKey, can_sign, key_for
from local_db.whole_folder import facts_of, replacing, write_texts

if TYPE_CHECKING:
    from local_db.dialects import Written

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
    dialects: Mapping[str, Written]
    """Those that were asked for."""
    signer: str = ""
    """Fingerprint of the key that signed it; empty where it is not signed."""
    unsigned: str = ""
    """A sentence on why it is not, where it should have been."""


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
    dialects: Sequence[str] = (),
    simulated_in_dialects: bool = False,
    heads: Sequence[Head] = (),
    backup_folder: Path | None = None,
    key_file: Path | None = None,
) -> ExportSummary:
    """Write an export of everything that has ended into `to`, and beside it the `dialects`.

    The history is verified, and whether it passes through `heads` that were printed earlier.
    With `key_file`, which is made where it is not there, the manifest is signed; it is not where
    the key cannot be written.

    `to` must be new, empty, or an earlier export of this station with nothing else in it, which is
    replaced, unless recordings in it would be lost. Raises `UnusableFolder`, `MissingDatabase`,
    `DamagedDatabase` (both name the last good backup in `backup_folder`), `DiskFull`, `DamagedKey`,
    of the dialects `UnknownLabel` and `MissingLibrary`, and the other `WorldError`s; then `to` is
    as it was. A broken hash chain is no error here: the manifest says so.
    """
    to = Path(os.path.realpath(to))  # what a link names is replaced, never the link
    with place_errors(to):
        earlier = earlier_export(to)
    with open_copy(database, backup_folder) as reader, place_errors(to):
        require_replaceable(to, earlier, reader, with_takes=include_takes)
        with replacing(to) as folder:
            takes = TakesSummary(include_takes)
            files = {BATTLES: _write_battles(reader, folder / BATTLES, takes_folder, takes)}
            require_kept(to, earlier, takes.left_out)
            key, unsigned = _station_key(key_file)
            spoken = _write_dialects(folder, dialects, simulated_in_dialects)
            files = _files_in(folder, folder) | files
            summary = ExportSummary(
                folder=to,
                battles=files[BATTLES]["lines"],
                exclusions={STILL_OPEN: reader.conservation().open},
                conservation=reader.conservation(),
                chain=reader.verify_chain(heads),
                takes=takes,
                dialects=spoken,
                signer=key.fingerprint if key else "",
                unsigned=unsigned,
            )
            _write_manifest(folder, _manifest(reader, summary, files), key)
            fsync_folder(folder)
    return summary


_JSON: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False}


def _station_key(file: Path | None) -> tuple[StationKey | None, str]:
    """The key to sign with, or why there is none although one was wished for."""
    if file is None or not can_sign():
        return None, ""
    try:
        return key_for(file), ""
    except OSError as error:  # an export of a data folder that is shut is worth having unsigned
        return None, f"Not signed: its key cannot be written to {file} ({error.strerror})."


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

    count = write_texts(target, lines())
    return {**facts_of(target), "lines": count}


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


def _write_dialects(folder: Path, dialects: Sequence[str], simulated: bool) -> dict[str, Written]:
    from local_db.dialects import write_dialect  # the window starts without them

    spoken = {}
    for name in dict.fromkeys(dialects):
        spoken[name] = write_dialect(
            name, folder, battles=BATTLES, takes=TAKES, simulated=simulated
        )
        fsync_file(folder / spoken[name].file)
    return spoken


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
        **(
            {"dialects": {name: asdict(one) for name, one in summary.dialects.items()}}
            if summary.dialects
            else {}
        ),
        "systems": [asdict(system) for system in reader.systems()],
        "files": dict(files),
    }


def _write_manifest(folder: Path, manifest: dict[str, Any], key: StationKey | None) -> None:
    if key:
        manifest["station_key"] = key.described
    text = json.dumps(manifest, **_JSON, indent=1) + "\n"
    write_texts(folder / MANIFEST, [text])
    if key:
        write_texts(folder / SIGNATURE, [key.signature(text.encode())])


def _files_in(folder: Path, root: Path) -> dict[str, dict[str, Any]]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): facts_of(path) for path in found}
