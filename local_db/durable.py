"""Files that are still there after the power goes: fsync, rename, fsync of the folder."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path


def fsync_file(path: Path) -> None:
    """Returns once the file's bytes are on the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Returns once the folder's entries are on the disk.

    Windows has no such call: there the file system's journal orders the rename itself.
    """
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rename_durably(source: Path, target: Path) -> None:
    """Give a finished file its name: after return both bytes and name survive a power loss.

    Both must lie on one file system; an existing `target` is replaced.
    """
    fsync_file(source)
    source.replace(target)
    sync_rename(source, target)


def sync_rename(source: Path, target: Path) -> None:
    """Returns once both folders know on the disk that `source` is called `target`."""
    fsync_folder(target.parent)
    if source.parent != target.parent:
        fsync_folder(source.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of the file's bytes in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
