"""Which modules a program has loaded, in an interpreter of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable

from engines.registry import ENGINES_FOLDER


def loaded_by(program: str, watched: Iterable[str]) -> set[str]:
    """Those of the `watched` that are loaded when `program` has ended."""
    names = sorted(watched)
    asked = f"{program}\nimport sys\nprint(*[name for name in {names!r} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ENGINES_FOLDER.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.split())
