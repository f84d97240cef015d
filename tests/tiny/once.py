"""Each tiny checkpoint is built once in a test run, whichever process asks first."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, build: Callable[[Path], Path]) -> Path:
    """What `build(folder)` returned, in a folder that all of the run's processes share.

    Nobody may write into it: copy it first.
    """
    root = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent  # each worker has a folder of its own below it
    shelf = root / "tiny"
    shelf.mkdir(exist_ok=True)
    name = build.__name__.removeprefix("build_")
    with (shelf / f"{name}.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        built = lock.read()
        if not built:
            built = str(build(shelf / name))
            lock.write(built)
    return Path(built)
