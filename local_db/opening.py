"""From a path to a connection: look first, touch nothing that is not ours, then migrate.

A new database is built under another name and renamed when it is whole. So a file of 0 bytes, or
one without tables, is never ours, and is told apart from a database.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from local_db.backups import back_up, last_good_backup
from local_db.connection import connect_reader, connect_writer
from local_db.durable import rename_durably
from local_db.errors import (
    DamagedDatabase,
    EmptyDatabase,
    MissingDatabase,
    NewerDatabase,
    NotADatabase,
    OlderDatabase,
    SqliteTooOld,
    UnreadableDatabase,
    world_errors,
)
from local_db.fresh import fill
from local_db.lock_file import LockFile
from local_db.schema import APPLICATION_ID, OLDEST_SQLITE, SCHEMA_VERSION

_MAGIC = b"SQLite format 3\0"
_USER_VERSION_AT, _APPLICATION_ID_AT, _HEADER_BYTES = 60, 68, 100


def open_for_writing(path: Path, backup_folder: Path) -> tuple[sqlite3.Connection, LockFile]:
    """Make or open the database as its one writer, checked and migrated.

    Raises any `WorldError`; the file is unchanged whenever one is raised before a migration began.
    """
    require_sqlite()
    with world_errors(path, lambda: last_good_backup(path, backup_folder)):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            examine(path, backup_folder)
            os.close(os.open(path, os.O_RDWR))  # SQLite alone would quietly open it read-only
        lock = LockFile(path)
        try:
            if not path.exists():
                create(path)
            return _open(path, backup_folder), lock
        except BaseException:
            lock.release()
            raise


def open_for_reading(path: Path, backup_folder: Path | None = None) -> sqlite3.Connection:
    """A connection beside the writer. Raises any `WorldError`; nothing is changed.

    What is raised about a damaged or missing file names its last good backup in `backup_folder`.
    """
    require_sqlite()
    with world_errors(path, lambda: last_good_backup(path, backup_folder)):
        if not _is_there(path):
            raise MissingDatabase(path, last_good_backup(path, backup_folder))
        version = examine(path, backup_folder)
        if version < SCHEMA_VERSION:
            raise OlderDatabase(path, version, SCHEMA_VERSION)
        return connect_reader(path)


def copy_for_reading(path: Path, backup_folder: Path | None = None) -> sqlite3.Connection:
    """A private copy of the database as it is at one moment, checked.

    However long it is read, that holds no writer up. Raises as `open_for_reading` does.
    """
    copy = sqlite3.connect("", isolation_level=None)  # a temporary file that SQLite removes itself
    try:
        with (
            closing(open_for_reading(path, backup_folder)) as source,
            world_errors(path, lambda: last_good_backup(path, backup_folder)),
        ):
            source.backup(copy)
            (verdict,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if verdict != "ok":
            raise DamagedDatabase(path, last_good_backup(path, backup_folder))
    except BaseException:
        copy.close()
        raise
    copy.row_factory = sqlite3.Row
    return copy


def require_sqlite(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Raises `SqliteTooOld` where STRICT tables are unknown."""
    if version < OLDEST_SQLITE:
        raise SqliteTooOld(".".join(map(str, OLDEST_SQLITE)))


def examine(path: Path, backup_folder: Path | None = None) -> int:
    """The schema version of an Earshot database, found without changing a byte of it.

    Raises `NotADatabase`, `EmptyDatabase`, `NewerDatabase`, `DamagedDatabase`,
    `UnreadableDatabase`; sqlite3.Error and OSError for what `world_errors` then names.
    """
    if path.is_dir():
        raise NotADatabase(path, "a folder")
    if not path.is_file():
        raise NotADatabase(path, "a device")
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except PermissionError as error:
        raise UnreadableDatabase(path) from error
    if not header:
        raise EmptyDatabase(path)
    if not header.startswith(_MAGIC):
        raise NotADatabase(path, "some other file")
    if len(header) < _HEADER_BYTES:
        raise DamagedDatabase(path, last_good_backup(path, backup_folder))
    if _number(header, _APPLICATION_ID_AT) != APPLICATION_ID:
        raise NotADatabase(path, "a SQLite database of another program")
    # The header tells the version unless a newer one still waits in a write-ahead log.
    version = _number(header, _USER_VERSION_AT)
    if version <= SCHEMA_VERSION:
        with closing(connect_reader(path)) as connection:
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > SCHEMA_VERSION:
        raise NewerDatabase(path, version, SCHEMA_VERSION)
    return version


def create(path: Path) -> None:
    """A new, empty, whole database at `path`, which must not exist. The caller holds the lock."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = MEMORY")  # durable as a whole, by the rename
        connection.execute("PRAGMA synchronous = OFF")
        fill(connection)
    rename_durably(unfinished, path)


def _open(path: Path, backup_folder: Path) -> sqlite3.Connection:
    connection = connect_writer(path)
    try:
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise DamagedDatabase(path, last_good_backup(path, backup_folder))
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version < SCHEMA_VERSION:
            back_up(connection, path, backup_folder)
            _migrate(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection) -> None:
    # Imported here, because a start without a pending step must not pay for it.
    from local_db.migrations import migrate

    row_factory, connection.row_factory = connection.row_factory, None
    migrate(connection)
    connection.row_factory = row_factory


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except PermissionError as error:
        raise UnreadableDatabase(path) from error


def _number(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 4], "big")
