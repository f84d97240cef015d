"""One CSV file for spreadsheets and data frames: no cell of text can be taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from local_db.dialects import table
from local_db.dialects.cells import write_csv
from local_db.dialects.evalica import csv_rows
from local_db.dialects.plain import PlainVote


def write(votes: Iterable[PlainVote], path: Path) -> None:
    write_csv(path, tuple(table.COLUMNS), (table.row(vote) for vote in votes))


def read(path: Path) -> Iterator[PlainVote]:
    for nth, row in enumerate(csv_rows(path, ("model_a", "model_b", "winner")), 1):
        yield table.vote(row, f"row {nth}")
