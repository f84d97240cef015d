"""The folder of one fetched revision: made beside its place, given its name when it is whole.

<models>/owner--name@commit.part     while it grows
<models>/owner--name@commit          from then on; `earshot-weights.json` in it lists its files
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from desktop.errors import Busy, EarshotError
from engines.api import FetchedFile
from local_db.durable import fsync_file, fsync_folder
from local_db.errors import AlreadyOpen
from local_db.lock_file import LockFile

MANIFEST = "earshot-weights.json"
PART = ".part"
RESERVE_BYTES = 200_000_000
"""Left free beside the weights: votes are kept on the same disk."""


@contextmanager
def only_one(models: Path) -> Iterator[None]:
    """Nobody else changes the models folder meanwhile. Raises Busy, EarshotError."""
    try:
        models.mkdir(parents=True, exist_ok=True)
        lock = LockFile(models / "changing")
    except AlreadyOpen as error:
        raise Busy(
            "Another Earshot is fetching or removing weights in this data folder.",
            "Wait until it is done.",
        ) from error
    except OSError as error:
        raise cannot_write(models, error) from error
    try:
        yield
    finally:
        lock.release()


def begun_bytes(part: Path) -> int:
    """How much of a revision is there already."""
    return sum(file.stat().st_size for file in part.rglob("*") if file.is_file())


def require_room(models: Path, needed_bytes: int) -> None:
    """Raises EarshotError with both numbers."""
    from desktop.amounts import size

    free = free_bytes(models)
    if needed_bytes + RESERVE_BYTES > free:
        raise EarshotError(
            f"This needs {size(needed_bytes + RESERVE_BYTES)}, and {size(free)} are free on the "
            f"disk that holds {models}.",
            "Make room, remove a system (`systems remove ID`), or move the data folder.",
        )


def free_bytes(models: Path) -> int:
    """Of the disk that holds, or will hold, the folder."""
    place = models
    while not place.exists() and place != place.parent:
        place = place.parent
    return shutil.disk_usage(place).free


def give_name(part: Path, place: Path, files: Mapping[str, FetchedFile]) -> None:
    """What is whole becomes visible, and stays so when the power goes. Raises EarshotError."""
    try:
        write_manifest(part, files)
        fsync_folder(part)
        part.replace(place)
        fsync_folder(place.parent)
    except OSError as error:
        raise cannot_write(place, error) from error


def write_manifest(folder: Path, files: Mapping[str, FetchedFile]) -> None:
    """Path -> size and sum of every file that came. Raises OSError."""
    rows = {
        path: {"size_bytes": file.size_bytes, "sha256": file.sha256}
        for path, file in sorted(files.items())
    }
    path = folder / MANIFEST
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    fsync_file(path)


def read_manifest(folder: Path) -> dict[str, FetchedFile]:
    """What `give_name` wrote; empty where nobody did."""
    try:
        rows = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {
            str(path): FetchedFile(int(row["size_bytes"]), str(row["sha256"]))
            for path, row in rows.items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def files_in(folder: Path) -> list[str]:
    """Relative paths of a folder's files, without what is hidden and what is ours."""
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in inside.parts)
        if path.is_file() and not hidden and inside.as_posix() != MANIFEST:
            found.append(inside.as_posix())
    return found


def remove(place: Path) -> int:
    """Take a revision away, whole or begun; of a link only the link. The bytes it held.

    Raises EarshotError.
    """
    try:
        if place.is_symlink():
            place.unlink()
            return 0
        if not place.exists():
            return 0
        freed = begun_bytes(place)
        going = place.with_name(f"{place.name}.going")
        if going.exists():
            shutil.rmtree(going)  # a removal that was broken off
        place.replace(going)  # from now on nobody takes it for whole
        shutil.rmtree(going)
    except OSError as error:
        raise cannot_write(place, error) from error
    return freed


def cannot_write(place: Path, error: OSError) -> EarshotError:
    return EarshotError(
        f"{place} cannot be written ({error.strerror}).", "Allow writing there, or make room."
    )
