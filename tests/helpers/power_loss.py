"""A disk that forgets what was not synced.

`LoggingVfs` notes every write, truncation, sync and removal that SQLite makes. `images` replays
such a log onto a model of a disk and cuts the power at random moments: what was synced is there; of
the rest each file keeps nothing, a prefix, or a random choice of 512-byte sectors. A file's name
appears with its first sync; a removal that did not sync the folder may be undone.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import apsw

SECTOR = 512


@dataclass(frozen=True)
class Write:
    file: str
    offset: int
    data: bytes


@dataclass(frozen=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True)
class Remove:
    file: str
    synced: bool


@dataclass(frozen=True)
class Sync:
    file: str


@dataclass(frozen=True)
class Acknowledged:
    """From here on the user believes that this is kept."""

    key: str


Entry = Write | Truncate | Remove | Sync | Acknowledged


class LoggingVfs(apsw.VFS):
    """Passes everything on to the system's file functions and notes it in `log`."""

    def __init__(self) -> None:
        self.vfs_name = f"logging-{id(self)}"
        self.log: list[Entry] = []
        super().__init__(self.vfs_name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        return _LoggingFile(self.log, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        super().xDelete(filename, syncdir)
        self.log.append(Remove(Path(filename).name, syncdir))


class _LoggingFile(apsw.VFSFile):
    def __init__(
        self, log: list[Entry], name: str | apsw.URIFilename | None, flags: list[int]
    ) -> None:
        super().__init__("", name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path or "temporary").name
        self._log = log

    def xWrite(self, data: bytes, offset: int) -> None:
        super().xWrite(data, offset)
        self._log.append(Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        super().xTruncate(newsize)
        self._log.append(Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._log.append(Sync(self._name))


class _Disk:
    """Bytes by file name: what is safe, and what was done since."""

    def __init__(self, safe: dict[str, bytes]) -> None:
        self._safe = safe
        self._pending: dict[str, list[Entry]] = {}

    def do(self, entry: Entry) -> None:
        match entry:
            case Write() | Truncate() | Remove(synced=False):
                self._pending.setdefault(entry.file, []).append(entry)
            case Remove():
                self._pending.pop(entry.file, None)
                self._safe.pop(entry.file, None)
            case Sync():
                self._settle(entry.file, self._safe, self._pending.pop(entry.file, []))

    def after_power_loss(self, chance: random.Random) -> dict[str, bytes]:
        """Which bytes are there when the power is back."""
        files = dict(self._safe)
        for file, pending in self._pending.items():
            match chance.choice(["nothing", "prefix", "sectors", "all"]):
                case "prefix":
                    kept = pending[: chance.randint(0, len(pending))]
                case "sectors":
                    kept = list(_torn(pending, chance))
                case "all":
                    kept = pending
                case _:
                    kept = []
            self._settle(file, files, kept)
        return files

    def _settle(self, file: str, files: dict[str, bytes], entries: Sequence[Entry]) -> None:
        content = bytearray(files.get(file, b""))
        there = file in files
        for entry in entries:
            match entry:
                case Write():
                    there = True
                    content.extend(bytes(max(0, entry.offset - len(content))))
                    content[entry.offset : entry.offset + len(entry.data)] = entry.data
                case Truncate():
                    del content[entry.size :]
                case Remove():
                    there = False
                    content.clear()
        if there:
            files[file] = bytes(content)
        else:
            files.pop(file, None)


def _torn(pending: Sequence[Entry], chance: random.Random) -> Iterator[Entry]:
    for entry in pending:
        if isinstance(entry, Write):
            for start in range(0, len(entry.data), SECTOR):
                if chance.random() < 0.5:
                    piece = entry.data[start : start + SECTOR]
                    yield Write(entry.file, entry.offset + start, piece)
        elif chance.random() < 0.5:
            yield entry
        elif isinstance(entry, Remove):
            return  # what came later went into another file of the same name


def images(
    before: dict[str, bytes], log: Sequence[Entry], count: int, chance: random.Random
) -> Iterator[tuple[dict[str, bytes], list[str]]]:
    """`count` times: the files after a power loss, and the keys acknowledged before it.

    Half of the moments are right after an acknowledgement, where there is most to lose.
    """
    promised = [place + 1 for place, entry in enumerate(log) if isinstance(entry, Acknowledged)]
    moments = [chance.choice(promised) for _ in range(count // 2)]
    moments += [chance.randint(0, len(log)) for _ in range(count - len(moments))]
    disk, done, acknowledged = _Disk(dict(before)), 0, list[str]()
    for moment in sorted(moments):
        for entry in log[done:moment]:
            disk.do(entry)
            if isinstance(entry, Acknowledged):
                acknowledged.append(entry.key)
        done = moment
        yield disk.after_power_loss(chance), list(acknowledged)
