"""A CSV file with the columns `left`, `right` and `winner`: what Evalica reads.

Evalica knows left, right and tie, nothing else: another word ends its run in an obscure error. Both
bad is written as a tie, and the column `outcome`, which Evalica passes by, keeps the two apart.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from local_db.dialects import labels, table
from local_db.dialects.cells import read_csv, write_csv
from local_db.dialects.plain import OUTCOMES, PlainVote
from local_db.errors import BadVotes

COLUMNS = (
    "left",
    "right",
    "winner",
    "outcome",
    "battle_id",
    "participant",
    "session",
    "station",
    "study",
    "at_utc",
    "simulated",
    "strength",
)


def write(votes: Iterable[PlainVote], path: Path) -> None:
    write_csv(path, COLUMNS, (row(vote) for vote in votes))


def read(path: Path) -> Iterator[PlainVote]:
    for nth, row in enumerate(csv_rows(path, ("left", "right", "winner")), 1):
        yield vote(row, f"row {nth}")


def csv_rows(path: Path, needed: Iterable[str]) -> Iterator[dict[str, str | None]]:
    """Rows of a CSV file that has the columns `needed`. Raises BadVotes."""
    try:
        for nth, row in enumerate(read_csv(path)):
            missing = [] if nth else [column for column in needed if column not in row]
            if missing:
                raise BadVotes(path, f"it has no column {missing[0]}{_separated(row)}")
            yield row
    except OSError as error:
        raise BadVotes(path, f"it cannot be opened ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise BadVotes(path, "it is not UTF-8") from error
    except csv.Error as error:
        raise BadVotes(path, f"it is not CSV ({error})") from error


def _separated(row: Mapping[str, object]) -> str:
    """Why a row seems to have one column, where a spreadsheet put no commas between them."""
    (only, *others) = row
    named = {";": "semicolons", "\t": "tabs"}
    mark = next((mark for mark in named if mark in only), None)
    if others or mark is None:
        return ""
    return f", because {named[mark]} stand between its cells and not commas"


def row(vote: PlainVote) -> dict[str, Any]:
    """Raises UnknownLabel."""
    return {
        "left": vote.model_a,
        "right": vote.model_b,
        "winner": labels.word(labels.EVALICA, vote.outcome, f"battle {vote.id}"),
        "outcome": vote.outcome,
        **table.beside(vote),
    }


def vote(row: dict[str, str | None], where: str) -> PlainVote:
    """Raises UnknownLabel, BadRow."""
    winner = (row.get("winner") or "").lower()  # as Evalica's command reads it
    outcome = labels.meaning(labels.READ_EVALICA, winner, where)
    exact = row.get("outcome")
    if exact in OUTCOMES and labels.EVALICA[exact] == winner:
        outcome = exact
    return PlainVote(
        id=row.get("battle_id") or where,
        model_a=table.name(row, "left"),
        model_b=table.name(row, "right"),
        outcome=outcome,
        strength=row.get("strength"),
        **table.who(row),
    )
