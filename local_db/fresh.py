"""A new database at once, from `fresh.sql`: what all migrations together leave of an empty file.

    python -m local_db.fresh    write `fresh.sql` anew, after a migration was added

The steps stay the only place where the schema is made; a test compares. They need sqlite-utils,
which with what it imports takes a quarter of a second, and a first window has one to open.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from local_db.schema import APPLICATION_ID

FILE = Path(__file__).with_name("fresh.sql")

_NOW = "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000+00:00'"
"""As sqlite-utils writes it."""


def fill(connection: sqlite3.Connection) -> None:
    """Make the tables of an empty database, all of them or none."""
    try:
        connection.executescript(FILE.read_text("utf-8"))
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


def written() -> str:
    """What `fresh.sql` has to be."""
    from local_db.migrations import migrate  # sqlite-utils

    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection)
        made = connection.execute("SELECT sql FROM sqlite_master WHERE sql <> '' ORDER BY rowid")
        statements = [sql for (sql,) in made]
        applied = connection.execute(
            "SELECT id, quote(migration_set), quote(name) FROM _sqlite_migrations ORDER BY id"
        )
        statements += [
            f"INSERT INTO _sqlite_migrations VALUES ({number}, {of}, {name}, {_NOW})"
            for number, of, name in applied
        ]
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    statements += [
        f"PRAGMA application_id = {APPLICATION_ID}",
        f"PRAGMA user_version = {version}",
    ]
    head = "-- Written by `python -m local_db.fresh`; do not edit."
    return "".join(f"{part};\n\n" for part in (f"{head}\n\nBEGIN", *statements)) + "COMMIT;\n"


if __name__ == "__main__":
    FILE.write_text(written(), "utf-8")
