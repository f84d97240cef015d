"""Backups made through SQLite's backup API, verified by opening, thinned by age.

A backup is called `<database>-<UTC time>-v<schema>.db`, so that a folder listing tells its age.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from local_db.durable import rename_durably
from local_db.errors import DamagedDatabase
from local_db.schema import APPLICATION_ID

NEWEST_KEPT = 5
DAYS_KEPT = 7
MONTHS_KEPT = 12

_STAMP = "%Y%m%dT%H%M%S%f"


def back_up(connection: sqlite3.Connection, database: Path, folder: Path) -> Path:
    """Copy the whole database into `folder`, check the copy, thin the older ones.

    Raises `DamagedDatabase` when the copy does not pass SQLite's check.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    stamp = datetime.now(UTC).strftime(_STAMP)
    target = folder / f"{database.stem}-{stamp}-v{version}.db"
    unfinished = target.with_suffix(".part")
    unfinished.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(unfinished)) as copy:
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whatever the original has
        if not _is_good(unfinished):
            raise DamagedDatabase(database, last_good_backup(database, folder))
        rename_durably(unfinished, target)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in superfluous(_backups_of(database, folder)):
        old.unlink()
    return target


def last_good_backup(database: Path, folder: Path | None) -> Path | None:
    """The newest backup of this database that opens and passes SQLite's check; None without one."""
    if folder is None:
        return None
    try:
        candidates = sorted(_backups_of(database, folder), reverse=True)
    except OSError:  # asked while another error is told: a folder that cannot be read holds none
        return None
    for candidate in candidates:
        if _is_good(candidate):
            return candidate
    return None


def superfluous(backups: Iterable[Path]) -> list[Path]:
    """Those to remove: neither among the newest few, nor the newest of a recent day or month."""
    newest_first = sorted(backups, key=_stamp_of, reverse=True)
    kept = set(newest_first[:NEWEST_KEPT])
    for length, periods in ((len("20261122"), DAYS_KEPT), (len("202611"), MONTHS_KEPT)):
        newest_of: dict[str, Path] = {}
        for backup in newest_first:
            newest_of.setdefault(_stamp_of(backup)[:length], backup)
        kept.update(list(newest_of.values())[:periods])
    return [backup for backup in newest_first if backup not in kept]


def _backups_of(database: Path, folder: Path) -> list[Path]:
    pattern = re.compile(re.escape(database.stem) + r"-\d{8}T\d{12}-v\d+\.db")
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if pattern.fullmatch(path.name)]


def _stamp_of(backup: Path) -> str:
    return backup.stem.rsplit("-", 2)[1]


def _is_good(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            (application_id,) = copy.execute("PRAGMA application_id").fetchone()
            (verdict,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return bool(application_id == APPLICATION_ID and verdict == "ok")
