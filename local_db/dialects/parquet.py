"""The same table as Parquet, with types: written and read by DuckDB, which never asks a network."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local_db.dialects import table
from local_db.dialects.files import write_lines
from local_db.dialects.plain import PlainVote
from local_db.errors import BadVotes, MissingLibrary

if TYPE_CHECKING:
    import duckdb

_LONGEST_ROW_BYTES = 64 * 2**20
_AT_ONCE = 1000


def write(votes: Iterable[PlainVote], path: Path) -> None:
    """The same votes give the same bytes with one version of DuckDB. Raises MissingLibrary."""
    connection = _connected()
    columns = ", ".join(f"{name!r}: {kind!r}" for name, kind in table.COLUMNS.items())
    with tempfile.TemporaryDirectory(dir=path.parent) as workshop:
        lines = Path(workshop, "rows.jsonl")
        write_lines(lines, (table.row(vote) for vote in votes))
        connection.execute(
            f"COPY (SELECT * FROM read_json({_quoted(lines)}, format = 'newline_delimited',"
            f" columns = {{{columns}}}, maximum_object_size = {_LONGEST_ROW_BYTES}))"
            f" TO {_quoted(path)} (FORMAT parquet, COMPRESSION zstd)"
        )
    connection.close()


def read(path: Path) -> Iterator[PlainVote]:
    for nth, row in enumerate(read_parquet(path), 1):
        yield table.vote(row, f"row {nth}")


def read_parquet(path: Path) -> Iterator[dict[str, Any]]:
    """Rows of any Parquet file, as JSON would have them. Raises BadVotes, MissingLibrary."""
    connection = _connected()
    import duckdb

    try:
        found = connection.execute(f"SELECT to_json(t) FROM read_parquet({_quoted(path)}) AS t")
        while rows := found.fetchmany(_AT_ONCE):
            for (text,) in rows:
                yield json.loads(text)
    except duckdb.Error as error:
        raise BadVotes(path, f"it is not Parquet ({str(error).splitlines()[0][:80]})") from error
    finally:
        connection.close()


def _connected() -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError as error:
        raise MissingLibrary("duckdb", "Parquet") from error
    connection = duckdb.connect(":memory:")
    connection.execute("SET threads = 1")
    # What reads and writes JSON and Parquet is in its wheel; nothing else may be fetched.
    connection.execute("SET autoinstall_known_extensions = false")
    return connection


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
