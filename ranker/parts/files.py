"""Files that appear whole, stay after the power goes, and have one writer at a time.

The ranker imports nothing of ours, so this is a small twin of local_db.durable and lock_file.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ranker.parts.errors import StoreBusy

if sys.platform == "win32":
    import msvcrt

    def _locked(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
else:
    import fcntl

    def _locked(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def write_whole(path: Path, data: bytes) -> None:
    """`path` holds `data`, or what it held before: never half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(data)
        put_in_place(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def put_in_place(source: Path, target: Path) -> None:
    """Give a finished file of the same file system its name; it and its name survive a power loss.

    A `target` that exists is replaced.
    """
    with source.open("rb+") as file:
        os.fsync(file.fileno())
    source.replace(target)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Returns once the folder's entries are on the disk (Windows orders them itself)."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def one_writer(store: Path) -> Iterator[None]:
    """Held until the block ends, or the process, however it ends. Raises StoreBusy."""
    descriptor = os.open(store / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _locked(descriptor):
            raise StoreBusy(store)
        yield
    finally:
        os.close(descriptor)
