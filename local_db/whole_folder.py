"""A folder that appears whole, or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local_db.durable import fsync_file, fsync_folder, sha256_of


def write_texts(path: Path, texts: Iterable[str]) -> int:
    """Write in UTF-8 and fsync; returns how many texts there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for text in texts:
            file.write(text)
            count += 1
    fsync_file(path)
    return count


def facts_of(path: Path) -> dict[str, Any]:
    """What a manifest says of a file."""
    return {"sha256": sha256_of(path), "bytes": path.stat().st_size}


@contextmanager
def replacing(to: Path) -> Iterator[Path]:
    """A new folder that replaces `to` when the block ends well, and vanishes otherwise."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.name}.", dir=to.parent) as workshop:
        new, old = Path(workshop, "new"), Path(workshop, "old")
        new.mkdir()
        yield new
        if to.exists():
            to.rename(old)
        try:
            new.rename(to)
        except BaseException:
            if old.exists():
                old.rename(to)  # or it would vanish with the workshop
            raise
        fsync_folder(to.parent)
