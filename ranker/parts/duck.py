"""DuckDB as this program uses it: one thread, and never a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ranker.parts.errors import NeedsLibrary

if TYPE_CHECKING:
    import duckdb


def connect(what: str) -> duckdb.DuckDBPyConnection:
    """A database in memory. Raises NeedsLibrary, which says that `what` needs it."""
    try:
        import duckdb
    except ImportError as error:
        raise NeedsLibrary("duckdb", what) from error
    # What reads Parquet is in its wheel; nothing else may be fetched or loaded.
    settings = {"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
    return duckdb.connect(":memory:", config={**settings, "threads": "1"})


def quoted(*paths: Path) -> str:
    """A list of files as SQL."""
    return "[" + ", ".join(_text(str(path)) for path in paths) + "]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
