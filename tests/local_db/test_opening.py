from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from local_db.connection import connect_writer, journal_mode
from local_db.errors import AlreadyOpen, SqliteTooOld
from local_db.opening import require_sqlite
from local_db.schema import APPLICATION_ID, SCHEMA_VERSION
from local_db.store import Store
from tests.helpers.voting import open_test_store

HOLDER = """
import sys
from pathlib import Path
from tests.helpers.voting import open_test_store
store = open_test_store(Path(sys.argv[1]))
print("open", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((3, 37, 0), "TRUNCATE"),
        ((3, 40, 1), "TRUNCATE"),
        ((3, 44, 5), "TRUNCATE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "TRUNCATE"),
        ((3, 50, 6), "TRUNCATE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 0), "TRUNCATE"),
        ((3, 51, 2), "TRUNCATE"),
        ((3, 51, 3), "WAL"),
        ((3, 52, 0), "WAL"),
        ((4, 0, 0), "WAL"),
    ],
)
def test_the_log_is_used_only_where_it_was_mended(version: tuple[int, ...], expected: str) -> None:
    assert journal_mode(version) == expected


def test_the_settings_that_keep_votes_safe(store: Store) -> None:
    with closing(connect_writer(store.path)) as connection:

        def setting(name: str) -> object:
            return connection.execute(f"PRAGMA {name}").fetchone()[0]

        assert setting("journal_mode") == journal_mode(sqlite3.sqlite_version_info).lower()
        assert setting("synchronous") == 2  # FULL
        assert setting("secure_delete") == 1
        assert setting("foreign_keys") == 1
        assert setting("recursive_triggers") == 1
        assert setting("cell_size_check") == 1
        assert setting("fullfsync") == 1
        assert setting("temp_store") == 2  # memory
        assert setting("locking_mode") == "normal"
        assert setting("busy_timeout") == 5_000
        assert setting("application_id") == APPLICATION_ID
        assert setting("user_version") == SCHEMA_VERSION


def test_every_table_is_strict(store: Store) -> None:
    with closing(connect_writer(store.path)) as connection:
        tables = connection.execute("PRAGMA table_list").fetchall()
    loose = {row["name"] for row in tables if row["type"] == "table" and not row["strict"]}
    assert loose == {"sqlite_schema", "sqlite_temp_schema", "_sqlite_migrations"}


def test_an_unfinished_new_database_is_begun_again(tmp_path: Path) -> None:
    """Killed while the very first file was made: what is left is not in the way."""
    (tmp_path / "earshot.db.new").write_bytes(b"half")
    with open_test_store(tmp_path) as store:
        assert store.reader.quick_check() == "ok"
    assert not (tmp_path / "earshot.db.new").exists()


def test_a_second_writer_is_told_who_has_it(store: Store) -> None:
    with pytest.raises(AlreadyOpen) as caught:
        open_test_store(store.path.parent)
    assert caught.value.pid == os.getpid()
    assert str(os.getpid()) in caught.value.sentence


def test_a_writer_in_another_process_is_named_and_after_kill_9_its_place_is_free(
    tmp_path: Path,
) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"open\n"
        with pytest.raises(AlreadyOpen) as caught:
            open_test_store(tmp_path)
        assert caught.value.pid == holder.pid
        holder.kill()
    open_test_store(tmp_path).close()


def test_closing_frees_the_place(tmp_path: Path) -> None:
    first = open_test_store(tmp_path)
    first.close()
    first.close()
    open_test_store(tmp_path).close()
    assert (tmp_path / "earshot.db.lock").read_bytes() == b""


def test_a_start_without_pending_steps_does_not_load_sqlite_utils(tmp_path: Path) -> None:
    open_test_store(tmp_path).close()
    script = HOLDER.replace("sys.stdin.read()", "print('sqlite_utils' in sys.modules)")
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == "open\nFalse\n"


def test_a_sqlite_without_strict_tables_is_named() -> None:
    with pytest.raises(SqliteTooOld, match=r"needs 3\.37\.0 or newer"):
        require_sqlite((3, 36, 0))
