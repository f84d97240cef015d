"""Whether this system lets us make a network namespace."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def can_be_enforced() -> bool:
    """Tried in a process of its own, which loses its network by it."""
    code = "from engines.isolation import leave_network; raise SystemExit(not leave_network())"
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
