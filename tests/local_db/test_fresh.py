"""A new database is what the migrations make of an empty one."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from local_db import fresh
from local_db.migration_steps import steps
from local_db.migrations import migrate
from local_db.opening import create


def test_the_file_is_what_the_migrations_make() -> None:
    told = "a step was added or changed: run `python -m local_db.fresh`"
    assert fresh.FILE.read_text("utf-8") == fresh.written(), told


def test_a_new_database_is_a_migrated_one(tmp_path: Path) -> None:
    create(tmp_path / "new.db")
    with closing(sqlite3.connect(tmp_path / "migrated.db", isolation_level=None)) as connection:
        migrate(connection)
    for ask in (_schema, _pragmas, _contents):
        assert _of(tmp_path / "new.db", ask) == _of(tmp_path / "migrated.db", ask)


def test_nothing_is_pending_in_a_new_database(tmp_path: Path) -> None:
    create(tmp_path / "new.db")
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        database = Database(connection)
        assert steps.pending(database) == []
        for step in steps.applied(database):
            at = datetime.fromisoformat(step.applied_at)
            assert timedelta(0) <= datetime.now(UTC) - at < timedelta(minutes=1)


def test_all_of_it_is_made_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "fresh.sql"
    broken.write_text(fresh.FILE.read_text("utf-8").replace("COMMIT;", "SELEKT;"), "utf-8")
    monkeypatch.setattr(fresh, "FILE", broken)
    with closing(sqlite3.connect(tmp_path / "new.db", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            fresh.fill(connection)
        assert _schema(connection) == []


def _of(path: Path, ask: Callable[[sqlite3.Connection], object]) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return ask(connection)


def _schema(connection: sqlite3.Connection) -> list[tuple[str, ...]]:
    asked = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    return connection.execute(asked).fetchall()


def _pragmas(connection: sqlite3.Connection) -> list[object]:
    names = ("application_id", "user_version", "encoding", "auto_vacuum", "page_size")
    return [connection.execute(f"PRAGMA {name}").fetchone() for name in names]


def _contents(connection: sqlite3.Connection) -> dict[str, list[tuple[object, ...]]]:
    """Of every table; when a step was applied is the one thing that differs."""
    tables = [name for kind, name, *_ in _schema(connection) if kind == "table"]
    found = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    found["_sqlite_migrations"] = [row[:-1] for row in found["_sqlite_migrations"]]
    return found
