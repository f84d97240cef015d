"""How a database comes to the schema of this program: small named steps, each applied once.

To add one: write it in a new `schema_<n>.py`, let its last step set `PRAGMA user_version`, raise
`schema.SCHEMA_VERSION`, name new chained tables in `schema.CHAINED`, and freeze a database of the
release before (`tests/local_db/frozen/`). A step that was released is never edited: its words are
history. A column added to a chained table is nullable and has no default, so that the digests of
older rows stay what they were.

sqlite-utils runs and records the steps, each in one transaction with its record. It is imported
only where a step is pending: it costs 0.2 s, and the window has 1.0 s to open. A new file comes
with none pending, from `fresh.sql`: run `python -m local_db.fresh` after adding a step.
"""

from __future__ import annotations

import sqlite3

from sqlite_utils import Database

from local_db import schema_1, schema_2, schema_3
from local_db.migration_steps import steps

RELEASES = (schema_1, schema_2, schema_3)
"""Importing them in this order registered their steps in this order."""


def migrate(connection: sqlite3.Connection) -> None:
    """Apply every pending step. What a failed step did is rolled back; those before it stay."""
    steps.apply(Database(connection))
