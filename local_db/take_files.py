"""The recordings beside the database: a file is safe before the row that names it."""

from __future__ import annotations

from pathlib import Path

from local_db.durable import rename_durably, sha256_of, sync_rename
from local_db.errors import TakeExists, world_errors

PART_SUFFIX = ".part"
"""A take being recorded is called `<name>.part`; only a finished one loses the suffix."""

__all__ = ["PART_SUFFIX", "commit_take_file", "sha256_of"]


def commit_take_file(part: Path, final: Path) -> None:
    """Make a finished recording durable under its final name; then its row may be committed.

    The file is fsynced, renamed, and the folder fsynced. `part` and `final` lie on one file system.
    Where an earlier try renamed it and got no further, only the folder is left to do.
    Raises `TakeExists` (nothing is overwritten), `DiskFull`, `ReadOnlyDatabase`, `DiskTrouble`.
    """
    with world_errors(final):
        if not final.exists():
            rename_durably(part, final)
        elif part.exists():
            raise TakeExists(final)
        else:
            sync_rename(part, final)
