from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from local_db import errors
from local_db.errors import WorldError, world_errors

PATH = Path("/data/earshot.db")


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (sqlite3.SQLITE_FULL, errors.DiskFull),
        (sqlite3.SQLITE_READONLY, errors.ReadOnlyDatabase),
        (sqlite3.SQLITE_READONLY_DBMOVED, errors.ReadOnlyDatabase),
        (sqlite3.SQLITE_BUSY, errors.Locked),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, errors.Locked),
        (sqlite3.SQLITE_CORRUPT, errors.DamagedDatabase),
        (sqlite3.SQLITE_NOTADB, errors.DamagedDatabase),
        (sqlite3.SQLITE_IOERR_WRITE, errors.DiskTrouble),
        (sqlite3.SQLITE_CANTOPEN, errors.DiskTrouble),
    ],
)
def test_the_worlds_doing_has_a_type_and_a_sentence(code: int, expected: type[WorldError]) -> None:
    with pytest.raises(expected) as caught, world_errors(Path.cwd() / "earshot.db"):
        raise sqlite_error(code)
    assert "earshot.db" in caught.value.sentence
    assert caught.value.advice.endswith(".")


@pytest.mark.parametrize(
    "bug",
    [
        sqlite_error(sqlite3.SQLITE_CONSTRAINT_UNIQUE),
        sqlite_error(sqlite3.SQLITE_ERROR),
        sqlite_error(sqlite3.SQLITE_MISUSE),
        sqlite3.ProgrammingError("Cannot operate on a closed database."),
        FileNotFoundError(errno.ENOENT, "No such file"),
        ValueError("ours"),
    ],
    ids=repr,
)
def test_a_bug_goes_through_as_it_is(bug: Exception) -> None:
    with pytest.raises(type(bug)) as caught, world_errors(PATH):
        raise bug
    assert caught.value is bug


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (errno.ENOSPC, errors.DiskFull),
        (errno.EDQUOT, errors.DiskFull),
        (errno.EACCES, errors.ReadOnlyDatabase),
        (errno.EROFS, errors.ReadOnlyDatabase),
        (errno.EIO, errors.DiskTrouble),
    ],
)
def test_file_operations_likewise(number: int, expected: type[WorldError]) -> None:
    with pytest.raises(expected), world_errors(Path.cwd() / "take.wav"):
        raise OSError(number, "as the system says it")


def test_a_real_constraint_and_a_real_lock(tmp_path: Path) -> None:
    """The codes above are the ones that SQLite really gives."""
    path = tmp_path / "x.db"
    with (
        closing(sqlite3.connect(path, timeout=0)) as one,
        closing(sqlite3.connect(path, timeout=0)) as other,
    ):
        one.execute("CREATE TABLE t (a UNIQUE)")
        one.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(errors.Locked), world_errors(path):
            other.execute("INSERT INTO t VALUES (2)")
        with pytest.raises(sqlite3.IntegrityError), world_errors(path):
            one.execute("INSERT INTO t VALUES (1)")


def test_the_tree_at_the_top_of_the_file_is_the_tree() -> None:
    drawn = {line.split()[1] for line in str(errors.__doc__).splitlines() if "──" in line}
    assert drawn == {kind.__name__ for kind in WorldError.__subclasses__()}


def test_damage_names_the_backup() -> None:
    backup = Path("/data/backups/earshot-20261122T120000000000-v1.db")
    named = errors.DamagedDatabase(PATH, backup)
    assert str(backup) in named.advice
    assert named.backup == backup
    assert "No backup" in errors.DamagedDatabase(PATH, None).advice
