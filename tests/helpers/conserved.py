"""Whether every battle of a database is somewhere: the check that follows every test.

started = voted + skipped + failed + abandoned + withdrawn + open, over all and by session; a battle
is voted on if and only if one vote of it counts.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

NAME = "earshot.db"
_DEPTHS = ("", "*/", "*/*/", "*/*/*/")
_SUMS = """SELECT session_id, count(*) AS started,
  sum(state IN ('voted', 'skipped', 'failed', 'abandoned', 'withdrawn', 'open')) AS found
FROM battle_now GROUP BY session_id HAVING started <> found"""
_VOTES = """SELECT battle_now.id, state, count(vote_now.id) AS votes FROM battle_now
LEFT JOIN vote_now ON vote_now.battle_id = battle_now.id
GROUP BY battle_now.id HAVING (state = 'voted') <> (votes = 1) AND state <> 'withdrawn'"""


def databases(folder: Path) -> Iterator[Path]:
    """Those that a test left in its folder, backups apart."""
    for depth in _DEPTHS:
        yield from (path for path in folder.glob(f"{depth}{NAME}") if path.is_file())


def lost(database: Path) -> list[str]:
    """What does not add up there; nothing where it is no database that can be read.

    Reads without a lock of our own, and changes nothing: a journal that waits to be rolled back is
    left to the test that made it.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            sums = connection.execute(_SUMS).fetchall()
            votes = connection.execute(_VOTES).fetchall()
    except sqlite3.Error:  # what a test damaged, or another schema
        return []
    said = [f"session {key}: {started} started, {found} found" for key, started, found in sums]
    return said + [f"battle {key}: {state}, with {n} votes that count" for key, state, n in votes]
