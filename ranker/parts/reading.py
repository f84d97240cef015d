"""Parts read back, battle by battle: for what asks more of them than counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ranker.facts import Facts
from ranker.parts import facts
from ranker.parts.compact import battle_of, fields_of_battle
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Entry
from ranker.parts.errors import UnreadablePart, unreadable
from ranker.parts.store import Store
from ranker.votes import Battle, Refused

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_AT_ONCE = 10_000
_WHAT = "Reading parts"


def battles_in(store: Store, problems: list[str]) -> Iterator[Battle | Refused]:
    """What the exports that were collected told, one by one, as `read_export` would.

    Raises UnreadablePart and NeedsLibrary.
    """
    with closing(connect(_WHAT)) as connection:
        for entry in store.entries():
            yield from _refused(entry, problems)
            for row in _rows(connection, store.path_of(entry), entry, fields_of_battle()):
                yield battle_of(row)


def told_in(store: Store, problems: list[str]) -> Iterator[tuple[Battle | Refused, Facts]]:
    """The same with what surrounds each; of parts of an older program little is known."""
    fields = fields_of_battle()
    n_fields = fields.count(",") + 1
    with closing(connect(_WHAT)) as connection:
        for entry in store.entries():
            for refused in _refused(entry, problems):
                yield refused, Facts()
            wanted = f"{fields}, {facts.columns_in(entry)}"
            for row in _rows(connection, store.path_of(entry), entry, wanted):
                yield battle_of(row[:n_fields]), facts.read(row[n_fields:])


def _refused(entry: Entry, problems: list[str]) -> Iterator[Refused]:
    problems += entry.doubts
    for rule, (count, one) in entry.refused.items():
        yield from [Refused(rule, one)] * count


def _rows(
    connection: Connection, path: Path, entry: Entry, columns: str
) -> Iterator[tuple[Any, ...]]:
    import duckdb

    n_rows = 0
    try:
        found = connection.execute(f"SELECT {columns} FROM read_parquet({quoted(path)})")
        while some := found.fetchmany(_AT_ONCE):
            n_rows += len(some)
            yield from some
    except duckdb.Error as error:
        raise unreadable([path], error) from error
    if n_rows != entry.rows:
        raise UnreadablePart(path, f"it has not the {entry.rows:,} rows that its entry tells of")
