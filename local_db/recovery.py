"""After a crash: put recordings aside that no row names, report rows without recording."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from local_db.durable import fsync_folder
from local_db.take_files import DISCARDED_SUFFIX

ORPHANS = "orphans"
"""Folder inside the takes folder."""


@dataclass(frozen=True, slots=True)
class RecoveryReport:
    """What was found and done. All empty after a clean end."""

    abandoned: tuple[str, ...] = ()
    """Keys of battles that were open and are now `abandoned`."""
    orphans: tuple[Path, ...] = ()
    """Recordings put aside, at their new place: unfinished, or finished and without a row."""
    missing: tuple[str, ...] = ()
    """Files of takes that were not discarded and are not there."""

    @property
    def clean(self) -> bool:
        return not (self.abandoned or self.orphans or self.missing)


def sweep(
    connection: sqlite3.Connection, takes_folder: Path, abandoned: tuple[str, ...] = ()
) -> RecoveryReport:
    """Move what no take names into `orphans/`, delete what was discarded and is still there; tell
    which named files are not there.

    A `.part` file is never named. Links are left alone. Raises OSError.
    """
    rows = connection.execute(
        "SELECT file, take_discard.id IS NOT NULL AS discarded FROM take"
        " LEFT JOIN take_discard ON take_discard.take_id = take.id"
    ).fetchall()
    named = {row["file"] for row in rows}
    wanted = {row["file"] for row in rows if not row["discarded"]}
    takes_folder.mkdir(parents=True, exist_ok=True)
    orphans_folder = takes_folder / ORPHANS
    orphans = []
    for path in sorted(takes_folder.rglob("*")):
        relative = path.relative_to(takes_folder)
        if relative.parts[0] == ORPHANS or path.is_symlink() or not path.is_file():
            continue
        file = relative.as_posix()
        if path.suffix == DISCARDED_SUFFIX:
            _delete(path)
        elif file not in named:
            orphans.append(_put_aside(path, orphans_folder))
        elif file not in wanted:
            _delete(path)
    if orphans:
        fsync_folder(orphans_folder)
        fsync_folder(takes_folder)
    missing = sorted(file for file in wanted if not (takes_folder / file).is_file())
    return RecoveryReport(abandoned, tuple(orphans), tuple(missing))


def _delete(path: Path) -> None:
    with suppress(OSError):  # still held by another program: the start after this one tries
        path.unlink()


def _put_aside(path: Path, folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    number = 1
    while target.exists():
        number += 1
        target = folder / f"{path.stem}-{number}{path.suffix}"
    path.rename(target)
    return target
