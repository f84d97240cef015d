"""What it takes to keep one vote."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_db import records
from local_db.connection import journal_mode
from local_db.export import export
from local_db.store import Store
from tests.helpers.voting import Sitting, open_test_store
from tests.performance.figure import Figure

VOTES = 100
MANY = 2_000
"""Votes of a busy station: two hundred sessions of ten."""
BLOCK = 4096


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        with open_test_store(folder) as store:
            figures = _figures(store, folder)
        return figures + _many(folder / "many")


def _figures(store: Store, folder: Path) -> list[Figure]:
    sitting = Sitting(store, folder / "takes")
    battles = [sitting.ready_battle() for _ in range(VOTES)]
    floor_ms = _median_ms([_sync(folder) for _ in range(VOTES)])
    votes = [
        records.VoteRecord(battle_id=battle_id, choice="a", time_to_vote_ms=900.0)
        for battle_id in battles
    ]
    commit_ms = _median_ms([_timed(store.add_vote, vote) for vote in votes])
    store.close()
    return [
        Figure(
            name="one vote's commit (median)",
            value=commit_ms,
            unit="ms",
            target="",
            floor=f"{floor_ms:.2f} ms: one fdatasync of 4 kB on the same disk",
            note=f"journal {journal_mode(sqlite3.sqlite_version_info)}, synchronous FULL, "
            f"SQLite {sqlite3.sqlite_version}; vote, battle's end and their two events; "
            f"{commit_ms / floor_ms:.0f} times the floor",
        ),
        Figure(
            name=f"open a database of {VOTES} votes, checked",
            value=1000 * _timed(lambda _: open_test_store(folder).close(), None),
            unit="ms",
            target="a small part of the 1.0 s to a usable window",
            floor="",
        ),
        Figure(
            name=f"export {VOTES} battles, chain and integrity checked",
            value=1000
            * _timed(lambda to: export(store.path, folder / "takes", to), folder / "out"),
            unit="ms",
            target="",
            floor="",
        ),
    ]


def _many(folder: Path) -> list[Figure]:
    """What grows with what a station holds: before its window opens, and when a session ends."""
    folder.mkdir()
    takes = folder / "takes"
    with open_test_store(folder) as store:
        sitting = Sitting(store, takes)
        for _ in range(MANY):
            vote = records.VoteRecord(
                battle_id=sitting.ready_battle(), choice="a", time_to_vote_ms=900.0
            )
            store.add_vote(vote)
        backup_ms = 1000 * _timed(lambda _: store.backup(), None)

    def start(_: object) -> None:
        with open_test_store(folder) as again:
            again.recover(takes)

    small = "a small part of the 1.0 s to a usable window"
    start_ms = 1000 * _timed(start, None)
    return [
        Figure(f"open a database of {MANY:,} votes and put it in order", start_ms, "ms", small, ""),
        Figure(f"back up {MANY:,} votes at the end of a session", backup_ms, "ms", "≤ 100 ms", ""),
    ]


def _timed(do: Callable[[Any], object], given: Any) -> float:
    """Seconds."""
    start = time.perf_counter()
    do(given)
    return time.perf_counter() - start


def _median_ms(seconds: list[float]) -> float:
    return 1000 * statistics.median(seconds)


def _sync(folder: Path) -> float:
    """Seconds to overwrite 4 kB of a file and have it on the disk."""
    descriptor = os.open(folder / "floor", os.O_RDWR | os.O_CREAT)
    try:
        os.pwrite(descriptor, os.urandom(BLOCK), 0)
        return _timed(os.fdatasync, descriptor)
    finally:
        os.close(descriptor)


if __name__ == "__main__":
    for figure in run():
        print(figure)
