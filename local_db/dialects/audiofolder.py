"""`metadata.jsonl` beside the recordings: what Hugging Face `datasets` reads as an audiofolder.

    load_dataset("audiofolder", data_dir="EXPORT/takes")

A row for each vote, with the recording that was answered in `file_name`, relative to that file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from local_db.dialects import table
from local_db.dialects.files import read_rows, write_lines
from local_db.dialects.plain import PlainVote

METADATA = "metadata.jsonl"


def write(votes: Iterable[PlainVote], path: Path) -> None:
    """Votes whose recording is not there are for the caller to leave out."""
    write_lines(path, ({"file_name": _file(vote), **table.row(vote)} for vote in votes))


def has_recording(vote: PlainVote, takes: Path) -> bool:
    return bool(vote.turns and vote.turns[0].take and (takes / vote.turns[0].take.file).is_file())


def read(path: Path) -> Iterator[PlainVote]:
    """Of the file, or of the folder that holds it."""
    file = path / METADATA if path.is_dir() else path
    for nth, row in enumerate(read_rows(file), 1):
        yield table.vote(row, f"row {nth}")


def _file(vote: PlainVote) -> str:
    take = vote.turns[0].take
    assert take is not None
    return take.file
