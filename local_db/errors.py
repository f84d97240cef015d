"""What can go wrong with what is kept.

    WorldError                the world's doing: shown to the user, nothing is lost
    ├── NewerDatabase         written by a newer program
    ├── OlderDatabase         needs a migration, and only a reader is open
    ├── NotADatabase          some other file
    ├── EmptyDatabase         a file of 0 bytes
    ├── MissingDatabase       a reader found no file
    ├── UnreadableDatabase    this user may not read the file, or what it lies in
    ├── ReadOnlyDatabase      the file or its folder cannot be written
    ├── AlreadyOpen           another process is the one writer
    ├── Locked                somebody else held the file for too long
    ├── DiskFull              no space left
    ├── DiskTrouble           the disk refused to read or write
    ├── DamagedDatabase       SQLite's own check failed
    ├── SqliteTooOld          the SQLite beside this Python lacks what the schema needs
    ├── UnusableFolder        an export cannot be written there
    ├── TakeExists            a take's file name is taken
    ├── UnknownLabel          a vote says what a dialect has no word for
    ├── BadVotes              a file is not what its dialect says it is
    ├── MissingLibrary        a dialect needs what is not installed
    ├── DamagedKey            the key that signs exports cannot be read
    └── NotMerged             a folder is no whole export

Every `WorldError` carries `sentence` (what happened and what was kept) and `advice` (what to do).
Anything else that leaves this folder (`sqlite3.IntegrityError`, `ValueError` …) is a bug of ours
and is not caught.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_ALMOST_FULL_BYTES = 1 << 20
"""With less than this free, a refused write is reported as a full disk."""


class WorldError(Exception):
    """Something outside the program went wrong; the user reads `sentence` and `advice`."""

    def __init__(self, sentence: str, advice: str = "") -> None:
        super().__init__(f"{sentence} {advice}".strip())
        self.sentence = sentence
        self.advice = advice


class NewerDatabase(WorldError):
    def __init__(self, path: Path, found: int, supported: int) -> None:
        super().__init__(
            f"{path.name} was written by a newer Earshot: its schema is {found}, this program "
            f"reads up to {supported}. The file was not changed.",
            "Update Earshot, or start it with another data folder.",
        )
        self.found = found
        self.supported = supported


class OlderDatabase(WorldError):
    def __init__(self, path: Path, found: int, needed: int) -> None:
        super().__init__(
            f"{path.name} has schema {found}; reading it needs schema {needed}. "
            "The file was not changed.",
            "Open the window once: it makes a backup and brings the file up to date.",
        )


class NotADatabase(WorldError):
    def __init__(self, path: Path, what: str) -> None:
        super().__init__(
            f"{path.name} is {what}, not an Earshot database. It was not changed.",
            "Move it away, or start Earshot with another data folder.",
        )


class EmptyDatabase(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} is an empty file (0 bytes). Earshot never leaves one behind, so "
            "something else emptied or made it. It was not changed.",
            "Put the file back from a backup, or delete it to begin a new database.",
        )


class MissingDatabase(WorldError):
    def __init__(self, path: Path, backup: Path | None = None) -> None:
        super().__init__(
            f"There is no database at {path}.",
            f"There was one: its last good backup is {backup}. Copy it there to go on from it."
            if backup is not None
            else "Nothing has been recorded there yet.",
        )
        self.backup = backup
        """The newest good backup of one that was there; None when there is none."""


class UnreadableDatabase(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} cannot be read: this user has no right to. It was not changed.",
            "Allow reading there, or start Earshot with another data folder.",
        )


class ReadOnlyDatabase(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path.name} or its folder cannot be written. What it holds can still be read "
            "and exported.",
            f"Allow writing in {path.parent}, or start Earshot with another data folder.",
        )


class AlreadyOpen(WorldError):
    def __init__(self, path: Path, pid: int | None) -> None:
        holder = "another process" if pid is None else f"process {pid}"
        super().__init__(
            f"Earshot already has {path.name} open ({holder}).",
            "Use the window that is open, or close it first.",
        )
        self.pid = pid
        """Process id of the holder; None when it could not be read."""


class Locked(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"Another program held {path.name} for too long. Nothing of this step was saved.",
            "Close other programs that use the file, then try again.",
        )


class DiskFull(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is no space left for {path.name}. Nothing of this step was saved; "
            "everything before it is safe.",
            "Free some space on that disk, then try again.",
        )


class DiskTrouble(WorldError):
    def __init__(self, path: Path, detail: str) -> None:
        super().__init__(
            f"The disk refused to read or write {path.name} ({detail}). Nothing of this step was "
            "saved; everything before it is safe.",
            "Check the disk or its connection, then try again.",
        )


class DamagedDatabase(WorldError):
    def __init__(self, path: Path, backup: Path | None) -> None:
        super().__init__(
            f"{path.name} is damaged. It was kept as it is.",
            f"The last good backup is {backup}. Copy it to {path} to go on from there."
            if backup is not None
            else "No backup of it is known. Keep a copy of the file before anything else is tried.",
        )
        self.backup = backup
        """The newest backup that opens and passes SQLite's check; None when there is none."""


class SqliteTooOld(WorldError):
    def __init__(self, needed: str) -> None:
        super().__init__(
            f"This Python comes with SQLite {sqlite3.sqlite_version}; "
            f"Earshot needs {needed} or newer.",
            "Use a newer Python.",
        )


class UnusableFolder(WorldError):
    def __init__(
        self,
        folder: Path,
        why: str,
        advice: str = "Export into a new or empty folder, or over an earlier export of this "
        "station.",
    ) -> None:
        super().__init__(f"{folder} {why}. Nothing was changed.", advice)


class TakeExists(WorldError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"There is already a take named {path.name}; it was not overwritten.",
            "Record it again.",
        )


class UnknownLabel(WorldError):
    """A vote says what the dialect has no word for. Reading it as a tie would change the ranking
    without an error (arena-rank and FastChat do so)."""

    def __init__(self, label: object, where: str, known: Iterable[object]) -> None:
        words = ", ".join(repr(word) for word in known)
        super().__init__(
            f"The vote of {where} says {_short(label)}, which is none of {words}. "
            "Nothing was written.",
            "A label that nobody knows is never read as a tie: correct it, or take the vote out.",
        )
        self.label = label


class BadVotes(WorldError):
    """A file is not what the dialect says it is."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} cannot be read as votes: {why}. Nothing was written.",
            "docs/export.md says what each dialect looks like.",
        )


class MissingLibrary(WorldError):
    """Parquet is the one format that Python cannot write alone."""

    def __init__(self, library: str, for_what: str) -> None:
        super().__init__(
            f"{for_what} needs the library {library}, which is not installed. Nothing was written.",
            f"Install it with `.venv/bin/python -m pip install {library}`, or choose another "
            "dialect.",
        )


class DamagedKey(WorldError):
    """An export that is suddenly not signed would be taken for somebody else's."""

    def __init__(self, file: Path, error: Exception) -> None:
        super().__init__(
            f"The key {file} that signs this station's exports cannot be read ({error}). Nothing "
            "was exported.",
            "Put it back from a copy; or move it away, export again, and tell whoever collects the "
            "exports the new fingerprint.",
        )


class NotMerged(WorldError):
    """A folder is no export that can be trusted to be whole."""

    def __init__(self, folder: Path, why: str, advice: str = "") -> None:
        super().__init__(
            f"{folder} cannot be merged: {why}. Nothing was written.",
            advice
            or "Name folders that `export`, `import` or `merge` have written, as they wrote them.",
        )


def _short(label: object) -> str:
    text = repr(label)
    return text if len(text) <= 60 else f"{text[:57]}…"


def from_sqlite(
    error: sqlite3.Error, path: Path, backup: Callable[[], Path | None] = lambda: None
) -> WorldError | None:
    """The world's error behind SQLite's result code, or None when it is a bug of ours.

    `backup` is asked for the newest good backup only when the file is damaged.
    """
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None
    match code & 0xFF:  # the primary code; the higher bits only say where it happened
        case sqlite3.SQLITE_FULL:
            return DiskFull(path)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return ReadOnlyDatabase(path)
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return Locked(path)
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DamagedDatabase(path, backup())
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN:
            return _disk_error(path, getattr(error, "sqlite_errorname", str(error)))
    return None


def from_os(error: OSError, path: Path) -> WorldError | None:
    """The world's error behind a failed file operation, or None when it is a bug of ours."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFull(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ReadOnlyDatabase(path)
    if error.errno in _REFUSALS:
        return _disk_error(path, error.strerror or str(error))
    return None


def _disk_error(path: Path, detail: str) -> WorldError:
    try:
        free_bytes = shutil.disk_usage(path.parent).free
    except OSError:  # the disk is gone altogether
        return DiskTrouble(path, detail)
    return DiskFull(path) if free_bytes < _ALMOST_FULL_BYTES else DiskTrouble(path, detail)


_REFUSALS = frozenset(
    {
        errno.EIO,
        errno.EFBIG,
        errno.EMFILE,
        errno.ENFILE,
        errno.ENOTDIR,
        errno.EISDIR,
        errno.EEXIST,
        errno.ENAMETOOLONG,
        errno.ELOOP,
    }
)
"""A disk that fails, a process that has too much open, a place that is no folder."""


@contextmanager
def sqlite_errors(path: Path, backup: Callable[[], Path | None] = lambda: None) -> Iterator[None]:
    """Raise SQLite's complaints about the world as `WorldError`; let bugs through as they are."""
    try:
        yield
    except sqlite3.Error as error:
        known = from_sqlite(error, path, backup)
        if known is None:
            raise
        raise known from error


@contextmanager
def world_errors(path: Path, backup: Callable[[], Path | None] = lambda: None) -> Iterator[None]:
    """Likewise, and also the system's complaints about files, all taken to be about `path`."""
    try:
        with sqlite_errors(path, backup):
            yield
    except OSError as error:
        known = from_os(error, path)
        if known is None:
            raise
        raise known from error
