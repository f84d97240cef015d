"""Which dialects there are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from local_db.dialects import (
    audiofolder,
    evalica,
    fastchat,
    lmarena,
    parquet,
    spreadsheet,
    talkarena,
)
from local_db.dialects.plain import PlainVote


@dataclass(frozen=True, slots=True)
class Dialect:
    file: str
    """Where it lies in an exported folder."""
    write: Callable[[Iterable[PlainVote], Path], None]
    """Raises UnknownLabel, MissingLibrary, OSError."""
    read: Callable[[Path], Iterator[PlainVote]]
    """Raises UnknownLabel, BadVotes, MissingLibrary, and BadRow about the row that comes next."""
    has_style: bool = True
    """Whether what reads it does style control."""


AUDIOFOLDER = "audiofolder"
"""The one that needs the recordings in the export."""

DIALECTS: dict[str, Dialect] = {
    "parquet": Dialect("votes.parquet", parquet.write, parquet.read),
    "fastchat": Dialect("fastchat.json", fastchat.write, fastchat.read),
    "lmarena": Dialect("lmarena.jsonl", lmarena.write, lmarena.read),
    "evalica": Dialect("evalica.csv", evalica.write, evalica.read, has_style=False),
    "talkarena": Dialect("talkarena.json", talkarena.write, talkarena.read, has_style=False),
    "csv": Dialect("votes.csv", spreadsheet.write, spreadsheet.read),
    AUDIOFOLDER: Dialect(
        f"takes/{audiofolder.METADATA}", audiofolder.write, audiofolder.read, has_style=False
    ),
}
