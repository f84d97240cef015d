"""The list of migration steps, and words that steps share.

These words are part of released steps: add others, never edit them.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

steps = Migrations("earshot")


def run(db: Database, *statements: str) -> None:
    """Statements of one step, in its transaction."""
    # One by one: executescript would commit the step's transaction first.
    for statement in statements:
        db.conn.execute(statement)


def append_only(db: Database, table: str, key: str = "id") -> None:
    """Rows are added, never changed; they go only once their event's salt was erased."""
    run(
        db,
        f"""CREATE TRIGGER {table}_is_never_changed BEFORE UPDATE ON {table} BEGIN
  SELECT RAISE(ABORT, '{table} rows are never changed: add one that supersedes');
END""",
        f"""CREATE TRIGGER {table}_goes_only_when_erased BEFORE DELETE ON {table}
WHEN NOT EXISTS (
  SELECT 1 FROM event WHERE noun = '{table}' AND row_id = OLD.{key} AND salt IS NULL
) BEGIN
  SELECT RAISE(ABORT, '{table} rows go only when they are erased');
END""",
    )


def superseding(db: Database, table: str, parent: str) -> None:
    """Corrections form one line per parent: one first row, each superseded at most once."""
    run(
        db,
        f"CREATE INDEX {table}_of_its_own ON {table} ({parent})",
        f"CREATE UNIQUE INDEX {table}_has_one_first ON {table} ({parent}) WHERE supersedes IS NULL",
        f"CREATE UNIQUE INDEX {table}_superseded_once ON {table} (supersedes)"
        " WHERE supersedes IS NOT NULL",
        f"""CREATE TRIGGER {table}_supersedes_its_own BEFORE INSERT ON {table}
WHEN NEW.supersedes IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM {table} WHERE id = NEW.supersedes AND ({parent}) IS ({_new(parent)})
) BEGIN
  SELECT RAISE(ABORT, '{table}: it supersedes one of another {parent}');
END""",
    )


def _new(columns: str) -> str:
    return ", ".join(f"NEW.{column.strip()}" for column in columns.split(","))
