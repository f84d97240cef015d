"""A disk that is full for this process, until what is returned is called."""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

BALLAST_BYTES = 4 << 20


def fill_disk() -> Callable[[], None]:
    """No file may be written beyond its first kilobyte; returns what makes room again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def limit_files(database: Path, left: int) -> Callable[[], None]:
    """No file may grow beyond the database's size and `left` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (database.stat().st_size + left, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


def no_room_for_a(table: str, database: Path) -> Callable[[], None]:
    """A row of `table` needs more room than the disk has, any other has enough; returns what makes
    room again."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            f"CREATE TABLE ballast (content BLOB); CREATE TRIGGER heavy AFTER INSERT ON {table} "
            f"BEGIN INSERT INTO ballast VALUES (zeroblob({BALLAST_BYTES})); END"
        )
    lift = limit_files(database, BALLAST_BYTES // 2)

    def make_room() -> None:
        lift()
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript("DROP TRIGGER heavy; DROP TABLE ballast")

    return make_room
