"""Parts read back, battle by battle: for what asks more of them than counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ranker.facts import Facts
from ranker.parts import facts
from ranker.parts.compact import battle_of, fields_of_battle
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Entry
from ranker.parts.errors import UnreadablePart, unreadable
from ranker.parts.store import Store
from ranker.votes import Battle, Refused

_AT_ONCE = 10_000


def battles_in(store: Store, problems: list[str]) -> Iterator[Battle | Refused]:
    """What the exports that were collected told, one by one, as `read_export` would.

    Raises UnreadablePart and NeedsLibrary.
    """
    for entry in store.entries():
        yield from _refused(entry, problems)
        for row in _rows(store, entry, fields_of_battle()):
            yield battle_of(row)


def told_in(store: Store, problems: list[str]) -> Iterator[tuple[Battle | Refused, Facts]]:
    """The same with what surrounds each; of parts of an older program little is known."""
    for entry in store.entries():
        for refused in _refused(entry, problems):
            yield refused, Facts()
        fields = fields_of_battle()
        n_fields = fields.count(",") + 1
        for row in _rows(store, entry, f"{fields}, {facts.columns_in(entry)}"):
            yield battle_of(row[:n_fields]), facts.read(row[n_fields:])


def _refused(entry: Entry, problems: list[str]) -> Iterator[Refused]:
    problems += entry.doubts
    for rule, (count, one) in entry.refused.items():
        yield from [Refused(rule, one)] * count


def _rows(store: Store, entry: Entry, columns: str) -> Iterator[tuple[Any, ...]]:
    connection = connect("Reading parts")
    import duckdb

    path, n_rows = store.path_of(entry), 0
    try:
        found = connection.execute(f"SELECT {columns} FROM read_parquet({quoted(path)})")
        while some := found.fetchmany(_AT_ONCE):
            n_rows += len(some)
            yield from some
    except duckdb.Error as error:
        raise unreadable([path], error) from error
    finally:
        connection.close()
    if n_rows != entry.rows:
        raise UnreadablePart(path, f"it has not the {entry.rows:,} rows that its entry tells of")
