"""Deleting what is not needed any more, where nobody can do anything about a refusal."""

from __future__ import annotations

import shutil
from pathlib import Path

from desktop.logs import log
from local_db.take_files import empty_discarded


def remove_quietly(path: Path) -> None:
    """Delete a file if it is there. Where the disk refuses, the log names what stayed.

    A disk may have become read-only, and on Windows a worker may still be reading: neither may
    hold up whoever wants to go on.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("not deleted: %s (%s)", path, error)


def discard_quietly(recording: Path) -> None:
    """Delete what a recording holds, where the disk cannot keep yet that it was discarded."""
    try:
        empty_discarded(recording)
    except OSError as error:
        log.warning("not emptied: %s (%s)", recording, error)


def empty_quietly(folder: Path) -> None:
    """Delete what lies in a folder, and not the folder itself, which may be a link."""
    for left in folder.glob("*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            remove_quietly(left)
