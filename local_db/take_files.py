"""The recordings beside the database: a file is safe before the row that names it."""

from __future__ import annotations

import os
from pathlib import Path

from local_db.durable import fsync_folder, rename_durably, sha256_of, sync_rename
from local_db.errors import TakeExists, world_errors

PART_SUFFIX = ".part"
"""A take being recorded is called `<name>.part`; only a finished one loses the suffix."""

DISCARDED_SUFFIX = ".discarded"
"""All that is left of a take which is to be discarded and whose row cannot say so yet: a name."""

__all__ = ["DISCARDED_SUFFIX", "PART_SUFFIX", "commit_take_file", "empty_discarded", "sha256_of"]


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


def empty_discarded(file: Path) -> None:
    """Delete what a recording holds although its row cannot say so: that takes no room on a disk.

    By the name that stays the next start knows what the row has to say (`Store.recover`). Raises
    OSError.
    """
    emptied = discarded_name(file)
    file.replace(emptied)
    os.truncate(emptied, 0)
    fsync_folder(emptied.parent)


def discarded_name(file: Path) -> Path:
    return file.with_name(f"{file.name}{DISCARDED_SUFFIX}")
