"""The steps that make schema 2: what an answer was asked, and where it was made."""

from __future__ import annotations

from sqlite_utils import Database

from local_db.migration_steps import run, steps


@steps()
def answers_say_where_they_were_made(db: Database) -> None:
    run(
        db,
        "ALTER TABLE answer ADD COLUMN prompt_sha256 TEXT CHECK (length(prompt_sha256) = 64)",
        # Some SQLites say 0 of json_valid(NULL).
        "ALTER TABLE answer ADD COLUMN placement TEXT"
        " CHECK (placement IS NULL OR json_valid(placement))",
        "PRAGMA user_version = 2",
    )
