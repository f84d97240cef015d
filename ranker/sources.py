"""Whatever holds votes in, counts out: a road for each kind of source, and one result."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.parts.board import count_store
from ranker.parts.reading import battles_in
from ranker.parts.store import Store, store_at
from ranker.read import read_export
from ranker.tables import engine
from ranker.tables.frames import (
    count_frame,
    count_parquet,
    is_frame,
    is_parquet,
    parquet_rows,
    rows_of,
)
from ranker.votes import Battle, Refused, Vote, from_vote

Source = str | os.PathLike[str] | Vote | Mapping[str, Any] | Store | Any
"""An exported folder, a store, a Parquet file, a data frame, a table of Ibis, or one plain vote."""


def counted(sources: Source | Iterable[Source], *, include_simulated: bool = False) -> Counted:
    """Every battle of the sources once: counted, or named under the rule that left it out.

    `sources`: any number of exported folders, parts stores (`Store`, or their folder), Parquet
    files, data frames (pandas, polars, pyarrow) and tables of Ibis with the columns `model_a`,
    `model_b`, `winner`, and `Vote` records or mappings with these columns (`ranker.votes.from_vote`
    tells which others are read). A store, a data frame, a Parquet file or a table by itself is
    counted without looking at each of its rows, a table where it lies; the result is the same.

    Raises NoSuchExport, of stores UnreadablePart, and NeedsLibrary where what was named cannot be
    read without an optional package.
    """
    named = listed(sources)
    if len(named) == 1 and (alone := _by_itself(named[0], include_simulated)) is not None:
        return alone
    problems: list[str] = []
    found = (one for source in named for one in _found(source, problems))
    return of_tally(tally(found, include_simulated), problems)


def listed(sources: Source | Iterable[Source]) -> Sequence[Source]:
    """One source or many, as many."""
    if isinstance(sources, str | os.PathLike | Vote | Mapping | Store) or _is_table(sources):
        return [sources]
    return sources if isinstance(sources, list | tuple) else list(sources)


def _is_table(source: Source) -> bool:
    return is_frame(source) or engine.is_table(source)


def _by_itself(source: Any, include_simulated: bool) -> Counted | None:
    """None where there is no shorter way than one battle after the other."""
    if is_frame(source):
        return count_frame(source, include_simulated)
    if engine.is_table(source):
        return engine.count_table(source, include_simulated)
    if isinstance(source, Vote | Mapping):
        return None
    if (store := store_at(source)) is not None:
        return count_store(store, include_simulated)
    path = Path(source)
    return count_parquet(path, include_simulated) if is_parquet(path) else None


def _found(source: Any, problems: list[str]) -> Iterator[Battle | Refused]:
    if isinstance(source, Vote | Mapping):
        yield from_vote(source)
    elif is_frame(source):
        yield from map(from_vote, rows_of(source))
    elif engine.is_table(source):
        yield from map(from_vote, engine.rows_of(source))
    elif (store := store_at(source)) is not None:
        yield from battles_in(store, problems)
    elif is_parquet(Path(source)):
        yield from map(from_vote, parquet_rows(Path(source)))
    else:
        yield from read_export(Path(source), problems)
