"""A device that several scripted workers share, with as much memory as the script says.

Its memory is a folder: each loaded worker holds a file there, named by its process, that says how
much it took. What a dead process held is free.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engines.errors import EngineError, ErrorKind

NAME = "scripted"


def free_bytes(device: Mapping[str, Any]) -> int:
    """What is free of `device["total_bytes"]` in `device["folder"]`."""
    held = [f for f in Path(device["folder"]).iterdir() if f.name.isdigit() and _alive(int(f.name))]
    return int(device["total_bytes"]) - sum(int(file.read_text() or 0) for file in held)


def take(device: Mapping[str, Any], wanted_bytes: int) -> None:
    """Hold so much for this process. Raises EngineError (`out_of_memory`)."""
    if wanted_bytes > free_bytes(device):
        raise EngineError(ErrorKind.OUT_OF_MEMORY, "The scripted device is full.")
    (Path(device["folder"]) / str(os.getpid())).write_text(str(wanted_bytes))


def give_back(device: Mapping[str, Any]) -> None:
    (Path(device["folder"]) / str(os.getpid())).unlink(missing_ok=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
