"""Stand-ins for checkpoints that bring code of their own: see each one's `stand_in_model.py`."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engines.registry import EngineInfo, find_engines

ENGINES = Path(__file__).parents[1] / "engines"
REVISION = "0123456789" * 4


def build(engine: str, folder: Path, python: Path = Path(sys.executable)) -> dict[str, Any]:
    """Build the stand-in of an engine in `folder`; returns its model table, its code allowed."""
    made = folder.with_name("made")  # an old transformers imports no code from below a dot
    subprocess.run(
        [str(python), str(ENGINES / engine / "stand_in" / "build.py"), str(made)],
        env=os.environ | {"HF_HUB_OFFLINE": "1", "HF_MODULES_CACHE": f"{folder}.modules"},
        check=True,
    )
    made.rename(folder)
    return {"path": str(folder), "revision": REVISION, "remote_code": REVISION}


def in_our_python(engine: str) -> EngineInfo:
    """An engine in this interpreter, whose transformers is newer than its own environment's."""
    info = dataclasses.replace(find_engines()[engine], own=None, python=Path(sys.executable))
    if missing := info.missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    return info


@contextmanager
def cache_in(folder: Path) -> Iterator[None]:
    """Let workers keep code and sums in `folder`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EARSHOT_CACHE", str(folder))
        yield
