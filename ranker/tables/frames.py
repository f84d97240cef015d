"""Data frames and Parquet files of votes: grouped by DuckDB where it is there, else row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.parts.duck import connect, quoted
from ranker.parts.errors import NeedsLibrary
from ranker.read import NoSuchExport
from ranker.tables import duck
from ranker.tables.grouped import RAW, LacksColumns, OddValues, count_grouped
from ranker.votes import from_vote, missing_columns

_WANTED = ("vote_id", "battle_id", *RAW)


def is_frame(source: object) -> bool:
    """Whether it is a table of pandas, polars or pyarrow, none of which is imported for that."""
    kind = type(source)  # to ask a frame that is made when it is needed would make it
    library = kind.__module__.partition(".")[0]
    named = hasattr(kind, "columns") or hasattr(kind, "column_names")
    return library in ("pandas", "polars", "pyarrow") and named


def is_parquet(path: Path) -> bool:
    """By its first bytes (Apache Parquet format, “File format”)."""
    try:
        with path.open("rb") as stream:
            return stream.read(4) == b"PAR1"
    except OSError:
        return False


def count_frame(frame: Any, include_simulated: bool = False) -> Counted:
    """As `tally` counts its rows one by one, in whatever way. Raises ValueError where a column is
    missing without which there are no votes."""
    frame = _made(frame)
    try:
        connection = connect("Counting a data frame")
        connection.register("frame", frame)
        return count_grouped(duck.group(connection, "frame"), include_simulated)
    except (NeedsLibrary, OddValues, ImportError):  # ImportError: polars without pyarrow
        return of_tally(tally(map(from_vote, rows_of(frame)), include_simulated))


def count_parquet(path: Path, include_simulated: bool = False) -> Counted:
    """The same of a Parquet file. Raises NeedsLibrary, and NoSuchExport where it is damaged."""
    connection = connect("Reading Parquet")
    import duckdb

    relation = f"read_parquet({quoted(path)})"
    try:
        try:
            return count_grouped(duck.group(connection, relation), include_simulated)
        except LacksColumns as lacking:
            raise _no_votes(path, str(lacking)) from None
        except OddValues:
            found = duck.records(connection, relation)
            return of_tally(tally(map(from_vote, found), include_simulated))
    except duckdb.Error as error:
        raise _damaged(path, error) from error
    finally:
        connection.close()


def parquet_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    """Its rows one by one, whole. Raises NeedsLibrary, and NoSuchExport where it is damaged or is
    no table of votes."""
    connection = connect("Reading Parquet")
    import duckdb

    try:
        for number, row in enumerate(duck.records(connection, f"read_parquet({quoted(path)})")):
            if not number and (why := missing_columns(row)):
                raise _no_votes(path, why)
            yield row
    except duckdb.Error as error:
        raise _damaged(path, error) from error


def _damaged(path: Path, error: Exception) -> NoSuchExport:
    return NoSuchExport(path, f"it cannot be read ({str(error).splitlines()[0]:.120})")


def _no_votes(path: Path, why: str) -> NoSuchExport:
    advice = "A table of votes has the columns model_a, model_b and winner: give them these names."
    return NoSuchExport(path, why, advice)


def rows_of(frame: Any, *, every: bool = False) -> Iterator[Mapping[str, Any]]:
    """The rows of a data frame, in the columns that a vote may have, or in `every` one. Raises as
    `count_frame`."""
    frame = _made(frame)
    there = [x for x in _columns_of(frame) if isinstance(x, str)]
    wanted = there if every else _WANTED
    names = [name for name in wanted if there.count(name) == 1]
    columns = []
    for name in names:
        column = frame[name]
        values = (getattr(column, way) for way in ("to_list", "to_pylist") if hasattr(column, way))
        columns.append([_value(value) for value in next(values)()])
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))


def _made(frame: Any) -> Any:
    """With its rows, which polars can put off until somebody looks. Raises ValueError."""
    whole = frame.collect() if type(frame).__name__ == "LazyFrame" else frame
    if why := missing_columns(_columns_of(whole)):
        raise ValueError(f"This is no table of votes: {why}.")
    return whole


def _columns_of(frame: Any) -> list[str]:
    return [str(name) for name in getattr(frame, "column_names", frame.columns)]


def _value(value: Any) -> Any:
    """As Python has it: pandas has holes of three kinds, and keeps lists as arrays."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    return None if isinstance(value, float) and math.isnan(value) else value
