"""The power goes at any moment: every acknowledged vote is there once, with the row of its take.

The statements are the ones that the real store sends; they are replayed through a file system that
notes every write, once for each way of journalling. Two controls show that the harness sees losses
where there are some: the popular write-ahead log with `synchronous=NORMAL`, and the rollback
journal that is deleted without syncing its folder.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import apsw
import pytest

from local_db.connection import journal_mode, set_for_writing
from local_db.errors import WorldError
from tests.helpers.power_loss import Acknowledged, Entry, LoggingVfs, images
from tests.helpers.voting import Sitting, open_test_store, votes_too_many, votes_without_take

VOTES = 30
DATABASE = "earshot.db"


@dataclass(frozen=True)
class Stream:
    """What a store sent to SQLite while it took votes, and the file it began with."""

    before: bytes
    statements: tuple[str, ...]
    votes: tuple[str, ...]


@pytest.fixture(scope="module")
def stream(tmp_path_factory: pytest.TempPathFactory) -> Stream:
    folder = tmp_path_factory.mktemp("stream")
    statements: list[str] = []
    with open_test_store(folder) as store:
        sitting = Sitting(store, folder / "takes")
        sitting.voted_battle()
        before = store.path.read_bytes()
        store._connection.set_trace_callback(statements.append)
        votes = tuple(sitting.vote(sitting.ready_battle()) for _ in range(VOTES))
        store._connection.set_trace_callback(None)
    # A statement is reported once more for every trigger that it fires.
    return Stream(before, tuple(statement for statement, _ in groupby(statements)), votes)


def log_of(
    stream: Stream, folder: Path, journal: str, synchronous: str
) -> tuple[dict[str, bytes], list[Entry]]:
    """The files to begin with, and what is done to them by these statements and settings."""
    path = folder / DATABASE
    path.write_bytes(stream.before)
    vfs = LoggingVfs()
    with closing(apsw.Connection(str(path), vfs=vfs.vfs_name)) as connection:
        if journal == "WAL":  # needs shared memory, which this file system has not, or nobody else
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        set_for_writing(connection)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        vfs.log.clear()
        before = {file.name: file.read_bytes() for file in folder.iterdir()}
        to_come, voting = iter(stream.votes), False
        for statement in stream.statements:
            connection.execute(statement)
            voting |= statement.startswith("INSERT INTO vote ")
            if voting and statement == "COMMIT":
                vfs.log.append(Acknowledged(next(to_come)))
                voting = False
        assert next(to_come, None) is None
        return before, list(vfs.log)


@dataclass
class Outcome:
    """What opening the images showed."""

    opened: int = 0
    unreadable: list[str] = field(default_factory=list)
    images_with_losses: int = 0
    lost: int = 0
    duplicated: int = 0
    without_take: int = 0
    broken_chains: int = 0


def outcome_of(stream: Stream, folder: Path, journal: str, synchronous: str, count: int) -> Outcome:
    written, image, outcome = folder / "written", folder / "image", Outcome()
    written.mkdir()
    image.mkdir()
    before, log = log_of(stream, written, journal, synchronous)
    chance = random.Random(f"{journal} {synchronous} {count}")
    for files, acknowledged in images(before, log, count, chance):
        for left in image.iterdir():
            left.unlink()
        for name, content in files.items():
            (image / name).write_bytes(content)
        look_into(image, acknowledged, outcome)
    return outcome


def look_into(image: Path, acknowledged: Sequence[str], outcome: Outcome) -> None:
    """Open what the power loss left with the real store and the SQLite of this Python."""
    try:
        with open_test_store(image) as store:
            battles = store.reader.battles()
            chain_holds = store.reader.verify_chain().ok
    except WorldError as error:
        outcome.unreadable.append(str(error))
        return
    lost = set(acknowledged) - {battle.vote.id for battle in battles if battle.vote is not None}
    outcome.opened += 1
    outcome.lost += len(lost)
    outcome.images_with_losses += bool(lost)
    outcome.duplicated += votes_too_many(battles)
    outcome.without_take += votes_without_take(battles)
    outcome.broken_chains += not chain_holds


SIZES = [
    pytest.param(200, id="200-images"),
    pytest.param(2_000, id="2000-images", marks=pytest.mark.full),
]


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("journal", ["TRUNCATE", "WAL"])
def test_every_acknowledged_vote_is_there_once_with_its_take(
    stream: Stream, tmp_path: Path, journal: str, count: int
) -> None:
    """Both ways that the store journals, whichever it uses with the SQLite of this Python."""
    assert outcome_of(stream, tmp_path, journal, "FULL", count) == Outcome(opened=count)


@pytest.mark.parametrize(("journal", "synchronous"), [("WAL", "NORMAL"), ("DELETE", "FULL")])
def test_control_the_harness_sees_losses_where_there_are_some(
    stream: Stream, tmp_path: Path, journal: str, synchronous: str
) -> None:
    outcome = outcome_of(stream, tmp_path, journal, synchronous, 100)
    assert outcome.opened == 100
    assert outcome.images_with_losses > 10
    assert outcome.lost >= outcome.images_with_losses


@pytest.mark.tampers
def test_control_an_unsynced_file_is_damaged(stream: Stream, tmp_path: Path) -> None:
    outcome = outcome_of(stream, tmp_path, "TRUNCATE", "OFF", 100)
    assert outcome.unreadable
    assert all("damaged" in sentence for sentence in outcome.unreadable)


def test_the_store_journals_in_one_of_the_ways_tested() -> None:
    assert journal_mode(sqlite3.sqlite_version_info) in ("TRUNCATE", "WAL")
