"""Deleting what is not needed any more, where nobody can do anything about a refusal."""

from __future__ import annotations

from pathlib import Path

from desktop.logs import log


def remove_quietly(path: Path) -> None:
    """Delete a file if it is there. Where the disk refuses, the log names what stayed.

    A disk may have become read-only, and on Windows a worker may still be reading: neither may
    hold up whoever wants to go on.
    """
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("not deleted: %s (%s)", path, error)
