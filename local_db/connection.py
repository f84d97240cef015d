"""Connections to SQLite: the settings that keep votes safe, and transactions.

Journal. Versions before 3.51.3 (but for 3.44.6 and 3.50.7 in their lines) can lose commits when two
connections write and checkpoint a write-ahead log at the wrong moment, so the log is used only
where that is mended, otherwise the rollback journal. The rollback journal is truncated, not
deleted: with `synchronous=FULL` SQLite syncs the truncation, but it does not sync the folder after
a deletion, and a journal that comes back after a power loss takes the acknowledged vote away again
(`tests/faults/test_power_loss.py` shows it).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

BUSY_MS = 5_000
"""How long a statement waits for another connection before it gives up as `Locked`."""


def journal_mode(version: tuple[int, ...]) -> str:
    """`WAL` where the linked SQLite has the WAL-reset fix, else `TRUNCATE`.

    `version`: as `sqlite3.sqlite_version_info`, for example (3, 40, 1).
    """
    mended = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    return "WAL" if mended else "TRUNCATE"


def connect_writer(path: Path) -> sqlite3.Connection:
    """A connection for the one writer. The file must exist.

    Transactions are begun by hand (`transaction`); the connection belongs to the thread that made
    it.
    """
    connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
    try:
        connection.execute(f"PRAGMA journal_mode = {journal_mode(sqlite3.sqlite_version_info)}")
        set_for_writing(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def set_for_writing(connection: sqlite3.Connection) -> None:
    """Everything a writing connection needs but the journal mode."""
    for setting in (
        "synchronous = FULL",
        "fullfsync = ON",  # macOS: past the drive's own cache; elsewhere without effect
        "secure_delete = ON",
        "foreign_keys = ON",
        "recursive_triggers = ON",  # else INSERT OR REPLACE deletes without firing triggers
        "temp_store = MEMORY",
        "cell_size_check = ON",
    ):
        connection.execute(f"PRAGMA {setting}")


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write, beside the writer or without one.

    Where the last writer was killed in mid-transaction its journal has to be rolled back before
    anything can be read; SQLite knows a dead writer's journal from a living one's. Where the folder
    cannot be written and no write-ahead log is waiting, the file is read as one that nobody
    changes.
    """
    uri = path.absolute().as_uri()
    connection = _connect(f"{uri}?mode=ro")
    try:
        connection.execute("PRAGMA schema_version").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        code = getattr(error, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_READONLY_ROLLBACK:
            with closing(_connect(f"{uri}?mode=rw")) as mender:
                mender.execute("PRAGMA schema_version").fetchone()
            connection = _connect(f"{uri}?mode=ro")
        elif code is not None and code & 0xFF in (
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_READONLY,
        ):
            if _has_content(path.with_name(path.name + "-wal")):
                raise
            connection = _connect(f"{uri}?mode=ro&immutable=1")
        else:
            raise
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_MS / 1000)
    connection.row_factory = sqlite3.Row
    return connection


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing, durable on return. Takes the write lock at once."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has already rolled it back
            connection.execute("ROLLBACK")
        raise


@contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """Everything read inside comes from one moment. Keep it short: it holds a writer up."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.execute("COMMIT")
