"""A GGUF model in several files: `NAME-00001-of-00003.gguf`, and so on."""

from __future__ import annotations

import re
from pathlib import Path

_PART = re.compile(r"(.+)-(\d{5})-of-(\d{5})\.gguf")


def parts(path: Path) -> list[Path]:
    """The files of a model that was split, by the name of its first; else the file itself."""
    named = _PART.fullmatch(path.name)
    if named is None:
        return [path]
    stem, _, count = named.groups()
    numbers = range(1, int(count) + 1)
    return [path.with_name(f"{stem}-{number:05}-of-{count}.gguf") for number in numbers]


def begins(name: str) -> bool:
    """Whether a file of this name is a whole model, or the first part of one."""
    named = _PART.fullmatch(name)
    return named is None or int(named[2]) == 1
