"""Every file that a release ever wrote opens and becomes what a new file is."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlite_utils import Database

from local_db import schema_1  # noqa: F401 - importing it registers its steps
from local_db.errors import OlderDatabase
from local_db.kept import Conservation
from local_db.migration_steps import steps
from local_db.reader import open_reader
from local_db.schema import CHAINED, SCHEMA_VERSION
from tests.helpers.every_kind import FROZEN, STUDY, fill
from tests.helpers.voting import open_test_store

frozen_files = sorted(FROZEN.glob("*.db"))


def schema_of(path: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        ).fetchall()


def test_every_released_schema_is_frozen() -> None:
    assert {path.stem for path in frozen_files} == {
        f"schema-{number}" for number in range(1, SCHEMA_VERSION + 1)
    }


@pytest.mark.parametrize("frozen", frozen_files, ids=lambda path: path.stem)
def test_a_frozen_database_opens_migrates_and_loses_nothing(frozen: Path, tmp_path: Path) -> None:
    shutil.copy(frozen, tmp_path / "earshot.db")
    with open_test_store(tmp_path) as store:
        assert store.reader.verify_chain().ok
        assert store.reader.conservation(STUDY) == Conservation(
            started=6, voted=1, skipped=1, failed=1, abandoned=1, withdrawn=1, open=1
        )
        whole = store.reader.battles()[0]
        assert whole.vote is not None
        assert (whole.vote.choice, len(whole.votes), len(whole.takes)) == ("a", 2, 3)
        assert whole.justifications[0].text == "It answered the question."
    with open_test_store(tmp_path / "new") as new:
        pass
    assert schema_of(store.path) == schema_of(new.path)


def test_a_frozen_database_has_a_row_of_every_kind() -> None:
    """Else a migration could break a table without any test seeing it."""
    with closing(sqlite3.connect(f"{frozen_files[-1].as_uri()}?mode=ro", uri=True)) as connection:
        for noun in CHAINED:
            assert connection.execute(f"SELECT count(*) FROM {noun}").fetchone()[0] > 0, noun


@pytest.fixture
def half_made(tmp_path: Path) -> Path:
    """A database of ours that lacks the last step of its release."""
    path = tmp_path / "earshot.db"
    with closing(sqlite3.connect(path)) as connection:
        steps.apply(Database(connection), stop_before="views")
    return path


def test_pending_steps_are_applied_after_a_backup(half_made: Path, tmp_path: Path) -> None:
    before = schema_of(half_made)
    with open_test_store(tmp_path) as store:
        fill(store, tmp_path / "takes")
        assert store.reader.verify_chain().ok
    (backup,) = (tmp_path / "backups").iterdir()
    assert backup.name.endswith("-v0.db")
    assert schema_of(backup) == before


def test_an_up_to_date_database_is_opened_without_a_backup(tmp_path: Path) -> None:
    open_test_store(tmp_path).close()
    open_test_store(tmp_path).close()
    assert not (tmp_path / "backups").exists()


def test_a_step_that_fails_leaves_nothing_and_those_before_it_stay(
    half_made: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(half_made)) as connection:
        connection.execute("CREATE TABLE conservation (in_the_way TEXT)")
    before = schema_of(half_made)
    with pytest.raises(sqlite3.OperationalError, match="conservation already exists"):
        open_test_store(tmp_path)
    assert schema_of(half_made) == before
    assert len(list((tmp_path / "backups").iterdir())) == 1
    with closing(sqlite3.connect(half_made)) as connection:
        connection.execute("DROP TABLE conservation")
    with open_test_store(tmp_path) as store:
        assert store.reader.conservation() == Conservation()


@pytest.mark.tampers
def test_a_reader_alone_does_not_migrate(half_made: Path) -> None:
    before = half_made.read_bytes()
    with pytest.raises(OlderDatabase, match="Open the window once"):
        open_reader(half_made)
    assert half_made.read_bytes() == before
