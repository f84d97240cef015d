"""SHA-256 of weight files, computed once as long as a file keeps its size and its times.

Gigabytes take minutes to read. What was computed is kept beside the file's size and the times of
its last change; a file that differs in any of them is read again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from engines.places import cache_folder
from engines.split_files import parts

CHUNK_BYTES = 4 * 1024 * 1024
WEIGHT_SUFFIXES = (".safetensors", ".gguf", ".pt", ".bin", ".npz")

_Row = tuple[int, int, int, str]  # size in bytes, mtime and ctime in nanoseconds, SHA-256


def weight_files(place: Path) -> list[Path]:
    """Those of a folder and of the folders below, or the file with its other parts; in order."""
    if place.is_file():
        return parts(place)
    return sorted(f for f in place.rglob("*") if f.suffix in WEIGHT_SUFFIXES and f.is_file())


def digests(
    files: Iterable[Path],
    *,
    cache: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> dict[Path, str]:
    """File -> SHA-256 in hexadecimal. `progress` hears of shares in [0, 1].

    Raises OSError for a file that cannot be read. A cache that cannot be read or written costs
    time and nothing else.
    """
    kept_at = (cache or cache_folder()) / "weights.json"
    kept = _read(kept_at)
    wanted = list(files)
    total = sum(file.stat().st_size for file in wanted) or 1
    done = 0
    found: dict[Path, str] = {}
    for file in wanted:
        key, stamp = os.path.realpath(file), _stamp(file)
        row = kept.get(key)
        if row is None or row[:3] != stamp:
            digest = file_sha256(file)
            if _stamp(file) == stamp:  # nobody wrote while it was read
                kept[key] = (*stamp, digest)
        else:
            digest = row[3]
        found[file] = digest
        done += stamp[0]
        if progress is not None:
            progress(done / total)
    _write(kept_at, kept)
    return found


def file_sha256(file: Path) -> str:
    """SHA-256 of a file's bytes, in hexadecimal. Raises OSError."""
    digest = hashlib.sha256()
    with file.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()


def _stamp(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def _read(path: Path) -> dict[str, _Row]:
    try:
        rows = json.loads(path.read_text("utf-8"))
        return {
            str(name): (int(size), int(mtime), int(ctime), str(digest))
            for name, (size, mtime, ctime, digest) in rows.items()
        }
    except (OSError, ValueError, TypeError, AttributeError):  # none yet, or somebody's scribble
        return {}


def _write(path: Path, rows: dict[str, _Row]) -> None:
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(rows), "utf-8")
        beside.replace(path)  # whole or not at all: another worker may read it now
    except OSError:
        with contextlib.suppress(OSError):
            beside.unlink()
