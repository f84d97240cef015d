"""What lies in the database's place and cannot be used: a sentence each, and not a byte changed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from local_db import errors
from local_db.export import export
from local_db.reader import open_reader
from local_db.schema import SCHEMA_VERSION
from tests.helpers.voting import Sitting, open_test_store

ROOT = Path(__file__).parents[2]
PAGE = 4096


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A good one, with votes and one backup, closed."""
    with open_test_store(tmp_path) as store:
        sitting = Sitting(store, tmp_path / "takes")
        for _ in range(5):
            sitting.voted_battle()
        store.backup()
    return store.path


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")


def newer_in_the_log(path: Path) -> None:
    """Migrated by a newer program that was killed before its log was copied back."""
    image = path.with_name("image")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        shutil.copy(path, image)
        log = path.with_name(path.name + "-wal").read_bytes()
    shutil.copy(image, path)
    image.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)


def text(path: Path) -> None:
    path.write_text("Dear diary, today I renamed my notes to earshot.db.\n" * 100)


def of_another_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")


def empty(path: Path) -> None:
    path.write_bytes(b"")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: 5 * PAGE])


def cut_in_the_header(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:50])


def overwritten_page(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[3 * PAGE : 4 * PAGE] = b"\xff" * PAGE
    path.write_bytes(content)


def overwritten_page_size(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[16:18] = b"\0\3"
    path.write_bytes(content)


BAD: list[tuple[Callable[[Path], None], type[errors.WorldError], str]] = [
    (newer, errors.NewerDatabase, "was written by a newer Earshot"),
    (newer_in_the_log, errors.NewerDatabase, "was written by a newer Earshot"),
    (text, errors.NotADatabase, "is some other file, not an Earshot database"),
    (of_another_program, errors.NotADatabase, "is a SQLite database of another program"),
    (folder, errors.NotADatabase, "is a folder"),
    (empty, errors.EmptyDatabase, "is an empty file"),
    (cut_short, errors.DamagedDatabase, "is damaged. It was kept as it is."),
    (cut_in_the_header, errors.DamagedDatabase, "is damaged. It was kept as it is."),
    (overwritten_page, errors.DamagedDatabase, "is damaged. It was kept as it is."),
    (overwritten_page_size, errors.DamagedDatabase, "is damaged. It was kept as it is."),
]


def content(folder: Path) -> dict[str, bytes]:
    """Everything but the lock, and the index that any reader of a log makes beside it."""
    return {
        path.name: path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and not path.name.endswith((".lock", "-shm"))
    }


@pytest.mark.parametrize(
    ("spoil", "expected", "sentence"), BAD, ids=lambda x: getattr(x, "__name__", "")
)
@pytest.mark.tampers
def test_a_sentence_and_not_a_byte_changed(
    database: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    expected: type[errors.WorldError],
    sentence: str,
) -> None:
    spoil(database)
    before = content(tmp_path)
    with pytest.raises(expected) as caught:
        open_test_store(tmp_path)
    assert sentence in caught.value.sentence
    assert caught.value.advice
    assert content(tmp_path) == before


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [(spoil, expected) for spoil, expected, _ in BAD if spoil is not overwritten_page],
    ids=lambda x: getattr(x, "__name__", ""),
)
@pytest.mark.tampers
def test_a_reader_and_an_export_say_the_same(
    database: Path,
    tmp_path: Path,
    spoil: Callable[[Path], None],
    expected: type[errors.WorldError],
) -> None:
    spoil(database)
    before = content(tmp_path)
    with pytest.raises(expected), open_reader(database) as reader:
        reader.battles()
    with pytest.raises(expected):
        export(database, tmp_path / "takes", tmp_path / "out")
    assert content(tmp_path) == before


def index_without_an_entry(path: Path) -> None:
    """A row that one of the table's indexes does not know: reading through it misses the row."""
    index = "name = 'battle_of_session'"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        row = connection.execute(f"SELECT * FROM sqlite_master WHERE {index}").fetchone()
        connection.execute(f"DELETE FROM sqlite_master WHERE {index}")
        connection.commit()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TEMP TABLE copy AS SELECT * FROM battle LIMIT 1")
        connection.execute("UPDATE copy SET id = 'hidden'")
        connection.execute("INSERT INTO battle SELECT * FROM copy")
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("INSERT INTO sqlite_master VALUES (?, ?, ?, ?, ?)", row)
        connection.commit()


@pytest.mark.parametrize("spoil", [overwritten_page, index_without_an_entry])
@pytest.mark.tampers
def test_an_export_of_a_database_with_a_damaged_page_is_refused(
    database: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """SQLite's whole check sees what reading happens to miss."""
    spoil(database)
    with pytest.raises(errors.DamagedDatabase):
        export(database, tmp_path / "takes", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "spoil", [cut_short, cut_in_the_header, overwritten_page], ids=lambda spoil: spoil.__name__
)
def test_damage_names_the_last_good_backup_and_going_back_to_it_works(
    database: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(database)
    with pytest.raises(errors.DamagedDatabase) as caught:
        open_test_store(tmp_path)
    (backup,) = (tmp_path / "backups").iterdir()
    assert caught.value.backup == backup
    assert str(backup) in caught.value.advice
    with pytest.raises(errors.DamagedDatabase) as caught:
        export(database, tmp_path / "takes", tmp_path / "out", backup_folder=backup.parent)
    assert caught.value.backup == backup
    shutil.copy(backup, database)
    with open_test_store(tmp_path) as store:
        assert store.reader.conservation().voted == 5


def test_a_database_that_was_deleted_names_its_last_good_backup(
    database: Path, tmp_path: Path
) -> None:
    database.unlink()
    (backup,) = (tmp_path / "backups").iterdir()
    with pytest.raises(errors.MissingDatabase) as caught:
        open_reader(database, backup.parent)
    assert caught.value.backup == backup
    assert str(backup) in caught.value.advice


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    with tempfile.TemporaryDirectory() as made:
        Path(made).chmod(0o755)
        yield Path(made)


AS_NOBODY = """
import json, os, sys
from pathlib import Path
from local_db.errors import WorldError
from local_db.export import export
from local_db.reader import open_reader
from tests.helpers.voting import open_test_store
folder = Path(sys.argv[1])
if os.geteuid() == 0:  # root may write anywhere
    os.setgid(65534)
    os.setuid(65534)
try:
    open_test_store(folder).close()
    error = "none"
except WorldError as caught:
    error = f"{type(caught).__name__}: {caught.sentence}"
with open_reader(folder / "earshot.db") as reader:
    voted, chain_ok = reader.conservation().voted, reader.verify_chain().ok
print(json.dumps([error, voted, chain_ok]))
"""


@pytest.mark.parametrize("log", ["TRUNCATE", "WAL"])
@pytest.mark.parametrize("locked", ["file", "folder", "both"])
def test_a_database_that_cannot_be_written_is_named_so_and_can_be_read(
    database: Path, open_folder: Path, locked: str, log: str
) -> None:
    path = Path(shutil.copy(database, open_folder))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {log}")
    before = path.read_bytes()
    path.chmod(0o666 if locked == "folder" else 0o444)
    open_folder.chmod(0o777 if locked == "file" else 0o555)
    try:
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, open_folder],
            stdout=subprocess.PIPE,
            check=True,
            cwd=ROOT,
        )
    finally:
        open_folder.chmod(0o755)
    error, voted, chain_ok = json.loads(done.stdout)
    assert error.startswith("ReadOnlyDatabase: earshot.db or its folder cannot be written.")
    assert (voted, chain_ok) == (5, True)
    assert path.read_bytes() == before


KILLED_IN_MID_TRANSACTION = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE big AS WITH RECURSIVE n(i) AS"
                   " (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)"
                   " SELECT i, randomblob(2000) FROM n")
os.kill(os.getpid(), 9)
"""


def test_a_reader_rolls_a_dead_writers_journal_back(database: Path, tmp_path: Path) -> None:
    """The window was killed, and the first thing after is an export from the command line."""
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_IN_MID_TRANSACTION, database], check=False
    )
    assert killed.returncode == -9
    assert database.with_name("earshot.db-journal").stat().st_size > 0
    with open_reader(database) as reader:
        assert reader.conservation().voted == 5
        assert reader.verify_chain().ok
    assert export(database, tmp_path / "takes", tmp_path / "out").battles == 5
