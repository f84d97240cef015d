"""The one writer: a lock on a small file beside the database.

The lock belongs to the open file, so the system releases it when the process ends, also by kill -9:
there is no stale lock to clean up. The file itself stays; it holds the process id of the holder, or
nothing. A child made by fork alone would share the lock: Earshot starts its children with exec.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from local_db.errors import AlreadyOpen

if sys.platform == "win32":
    import msvcrt

    _LOCKED_BYTE = 1 << 30  # far behind the text: a locked byte cannot be read by others

    def _try_lock(descriptor: int) -> bool:
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


class LockFile:
    """Held from construction to `release`."""

    def __init__(self, database: Path) -> None:
        """Raises `AlreadyOpen` when another process (or this one) is the writer, OSError when the
        folder cannot be written.
        """
        path = database.with_name(database.name + ".lock")
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644)
        try:
            if not _try_lock(descriptor):
                raise AlreadyOpen(database, _pid_in(descriptor))
            os.ftruncate(descriptor, 0)
            os.lseek(descriptor, 0, os.SEEK_SET)
            os.write(descriptor, str(os.getpid()).encode())
        except BaseException:
            os.close(descriptor)
            raise
        self._descriptor: int | None = descriptor

    def release(self) -> None:
        """Let the next writer in. May be called twice."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


def _pid_in(descriptor: int) -> int | None:
    os.lseek(descriptor, 0, os.SEEK_SET)
    text = os.read(descriptor, 32)
    return int(text) if text.isdigit() else None
