"""One row and its event, together."""

from __future__ import annotations

import math
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from local_db.chain import (
    EMPTY_HEAD,
    SALT_BYTES,
    Head,
    canonical_json,
    content_digest,
    link_of,
    row_content,
)
from local_db.schema import CHAINED

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Row = Mapping[str, Any]


def append(connection: sqlite3.Connection, noun: str, row: Row) -> str:
    """Add a row to a chained table with its event, in the caller's transaction. Returns its key.

    Adding the same row again changes nothing. Raises ValueError when another row has its key.
    """
    key = CHAINED[noun]
    values = {column: _column(value) for column, value in row.items()}
    row_id: str = values[key]
    there = _read(connection, noun, row_id)
    if there is not None:
        if {**values} != {column: there[column] for column in values}:
            raise ValueError(f"another {noun} has the key {row_id}")
        return row_id
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"INSERT INTO {noun} ({', '.join(values)}) VALUES ({marks})", list(values.values())
    )
    # Digested as it was stored, so that a number's type is the column's and not Python's.
    stored = _read(connection, noun, row_id)
    assert stored is not None
    _chain(connection, noun, row_id, row_content(stored))
    return row_id


def head_of(connection: sqlite3.Connection) -> Head:
    """Where the chain ends now."""
    last = connection.execute("SELECT seq, link FROM event ORDER BY seq DESC LIMIT 1").fetchone()
    return EMPTY_HEAD if last is None else Head(last["seq"], last["link"])


def row_of(record: DataclassInstance) -> dict[str, Any]:
    """A record's fields under their names."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _chain(connection: sqlite3.Connection, noun: str, row_id: str, content: bytes) -> None:
    previous = head_of(connection)
    seq = previous.seq + 1
    at_utc = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    salt = secrets.token_bytes(SALT_BYTES)
    digest = content_digest(salt, content)
    link = link_of(previous.link, seq, noun, row_id, at_utc, digest)
    connection.execute(
        "INSERT INTO event (seq, noun, row_id, at_utc, salt, digest, link)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (seq, noun, row_id, at_utc, salt, digest, link),
    )


def _read(connection: sqlite3.Connection, noun: str, row_id: str) -> dict[str, Any] | None:
    row = connection.execute(
        f"SELECT * FROM {noun} WHERE {CHAINED[noun]} = ?", (row_id,)
    ).fetchone()
    return None if row is None else dict(row)


def _column(value: Any) -> Any:
    """What SQLite gets for a field: JSON for what is not plain."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, (str, float, int)) or value is None:
        return _plain(value)
    return canonical_json(_json(value))


def _json(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {_plain(str(name)): _json(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_json(item) for item in value]
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        # A lone surrogate cannot be stored as UTF-8; losing one character beats losing the row.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
