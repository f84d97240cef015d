"""Whether every battle of a database is somewhere: the check that follows every test.

What was started is read from the history, what became of it from the tables: every battle of the
history is voted, skipped, failed, abandoned, withdrawn or open; none is in the tables that is not
in the history; one is voted on if and only if one vote of it counts; and none is open in a session
that has ended.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

NAME = "earshot.db"
_DEPTHS = ("", "*/", "*/*/", "*/*/*/")
_BESIDE = ("", "-journal", "-wal")
_BATTLES = """WITH started AS (SELECT row_id AS id FROM event
  WHERE noun = 'battle' AND salt IS NOT NULL)
SELECT started.id, 'started, then ' || coalesce(state, 'nowhere') FROM started
LEFT JOIN battle_now ON battle_now.id = started.id WHERE coalesce(state, 'nowhere')
  NOT IN ('voted', 'skipped', 'failed', 'abandoned', 'withdrawn', 'open')
UNION ALL
SELECT id, state || ', and never started' FROM battle_now WHERE id NOT IN started
UNION ALL
SELECT battle_now.id, state || ', votes: ' || count(vote_now.id) || ' that count'
FROM battle_now LEFT JOIN vote_now ON vote_now.battle_id = battle_now.id
GROUP BY battle_now.id
HAVING (state = 'voted') <> (count(vote_now.id) = 1) AND state <> 'withdrawn'
UNION ALL
SELECT battle_now.id, 'open, in a session that has ended'
FROM battle_now JOIN session_end USING (session_id) WHERE state = 'open'"""


def databases(folder: Path) -> Iterator[Path]:
    """Those that a test left in its folder, backups apart."""
    for depth in _DEPTHS:
        yield from (path for path in folder.glob(f"{depth}{NAME}") if path.is_file())


def lost(database: Path) -> list[str]:
    """What does not add up there, or why it cannot be told.

    Looks into a copy: a journal that waits to be rolled back is left to the test that made it.
    """
    with TemporaryDirectory() as folder:
        for ending in _BESIDE:
            if (file := Path(f"{database}{ending}")).is_file():
                shutil.copyfile(file, Path(folder) / file.name)
        try:
            with closing(sqlite3.connect(Path(folder) / database.name)) as connection:
                found = connection.execute(_BATTLES).fetchall()
        except sqlite3.Error as error:
            return [f"{database} cannot be read: {error}"]
    return [f"battle {key}: {what}" for key, what in found]
