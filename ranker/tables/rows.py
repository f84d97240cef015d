"""The rows of a table with all its columns, for whoever asks more of a vote than who won."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ranker.tables import engine
from ranker.tables.frames import is_frame, is_parquet, parquet_rows, rows_of


def parquet_at(source: object) -> Path | None:
    """Where `source` names a Parquet file, that file."""
    if not isinstance(source, str | os.PathLike):
        return None
    path = Path(os.fsdecode(source))
    return path if is_parquet(path) else None


def rows_in(source: object) -> Iterator[Mapping[str, Any]] | None:
    """Of a data frame, a table of Ibis or a Parquet file; None where `source` is none of them.

    Raises NeedsLibrary, and NoSuchExport for a Parquet file that is damaged.
    """
    if is_frame(source):
        return rows_of(source, every=True)
    if engine.is_table(source):
        return engine.rows_of(source)
    file = parquet_at(source)
    return None if file is None else parquet_rows(file)
