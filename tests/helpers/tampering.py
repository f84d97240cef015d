"""What somebody does to a database behind the store's back, with the triggers out of the way."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

LAST_EVENTS = "(SELECT max(seq) - 1 FROM event)"  # the last vote and its battle's end
CUT_OFF = [
    f"DELETE FROM vote WHERE id IN (SELECT row_id FROM event WHERE seq >= {LAST_EVENTS})",
    f"DELETE FROM battle_end WHERE id IN (SELECT row_id FROM event WHERE seq > {LAST_EVENTS})",
    f"DELETE FROM event WHERE seq >= {LAST_EVENTS}",
]
THIRD_VOTE = "(SELECT id FROM vote ORDER BY id LIMIT 1 OFFSET 2)"
SWAPPED = [
    "UPDATE event SET seq = -1 WHERE seq = 20",
    "UPDATE event SET seq = 20 WHERE seq = 21",
    "UPDATE event SET seq = 21 WHERE seq = -1",
]
FOUR_WAYS = {
    "edit": ([f"UPDATE vote SET choice = 'b' WHERE id = {THIRD_VOTE}"], "edited"),
    "delete": ([f"DELETE FROM vote WHERE id = {THIRD_VOTE}"], "deleted"),
    "reorder": (SWAPPED, "broken"),
    "truncate": (CUT_OFF, "truncated"),
}
"""Statements, and what a check calls what they did."""


def tamper(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("BEGIN")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            assert connection.execute(statement).rowcount != 0
        connection.commit()
