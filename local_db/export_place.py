"""Where an export may be written: nothing that somebody else put there is replaced."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from local_db.chain import Head
from local_db.errors import DiskFull, UnusableFolder, sqlite_errors
from local_db.reader import Reader
from local_db.signing import SIGNATURE

FORMAT = "earshot-export"
MANIFEST, TAKES = "manifest.json", "takes"


@dataclass(frozen=True, slots=True)
class EarlierExport:
    """What lies in the place of a new export."""

    station: str
    head: Head
    """Where the station's history ended then."""
    files: frozenset[str]
    """As the manifest lists them: with slashes, itself left out."""

    @property
    def recordings(self) -> frozenset[str]:
        """Without what lies beside them."""
        return frozenset(
            name
            for name in self.files
            if name.startswith(f"{TAKES}/") and not name.endswith(".jsonl")
        )


def earlier_export(to: Path) -> EarlierExport | None:
    """The export in `to`; None where it is new or empty.

    Raises UnusableFolder for everything else, and OSError where it cannot be looked into.
    """
    if not to.exists():
        return None
    if not to.is_dir():
        raise UnusableFolder(to, "is a file")
    if to.is_mount():
        raise UnusableFolder(to, "is a whole disk", "Choose a folder on it.")
    earlier = _described(to / MANIFEST)
    written = set() if earlier is None else {MANIFEST, SIGNATURE, *earlier.files}
    foreign = next((name for name in _all_in(to) if name not in written), None)
    if foreign is not None:
        raise UnusableFolder(to, f"holds what Earshot did not write (for example {foreign})")
    return earlier


def require_replaceable(
    to: Path, earlier: EarlierExport | None, now: Reader, *, with_takes: bool
) -> None:
    """Raises UnusableFolder where an export of `now` would remove what it cannot bring back."""
    if earlier is None:
        return
    if earlier.station != now.station():
        raise UnusableFolder(to, "holds the export of another station")
    if not now.passes_through(earlier.head):
        raise UnusableFolder(
            to,
            "holds a history that this database, put back from a backup or changed, does not have",
            "Keep that export and rank it too; choose a new or empty folder.",
        )
    if earlier.recordings and not with_takes:
        raise UnusableFolder(
            to,
            "holds an export with recordings, and one without would remove them",
            "Export with the recordings (--takes), or into a new or empty folder.",
        )


def require_kept(to: Path, earlier: EarlierExport | None, left_out: Iterable[str]) -> None:
    """Raises UnusableFolder where `earlier` holds a recording that this station has lost."""
    held = frozenset() if earlier is None else earlier.recordings
    lost = next((name for name in left_out if f"{TAKES}/{name}" in held), None)
    if lost is not None:
        raise UnusableFolder(
            to,
            f"holds recordings that this station has no more (for example {lost})",
            "Keep that export, and choose a new or empty folder.",
        )


@contextmanager
def place_errors(to: Path) -> Iterator[None]:
    """The system's complaints about files, all taken to be about `to`.

    Unlike `world_errors` it takes every one of them for the world's doing: others may move and
    remove folders here while an export runs.
    """
    try:
        with sqlite_errors(to):
            yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(to) from error
        raise UnusableFolder(
            to, f"cannot be used ({error.strerror})", "Choose another folder."
        ) from error


def _described(manifest: Path) -> EarlierExport | None:
    if not manifest.is_file():  # a pipe would be waited for
        return None
    try:
        claims = json.loads(manifest.read_text(encoding="utf-8"))
        if claims["format"] == FORMAT:
            head = Head.parse(claims["chain"]["head"])
            return EarlierExport(claims["station"], head, frozenset({**claims["files"]}))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None  # not there, or not one of ours
    return None


def _all_in(folder: Path) -> Iterator[str]:
    """Everything that is no plain folder, with slashes, in order; a link counts as itself."""

    def refuse(error: OSError) -> None:
        raise error  # what cannot be seen must not be taken for empty

    found = []
    for place, folders, files in os.walk(folder, onerror=refuse):
        links = [name for name in folders if Path(place, name).is_symlink()]
        found += [Path(place, name).relative_to(folder).as_posix() for name in [*files, *links]]
    yield from sorted(found)
