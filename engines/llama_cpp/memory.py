"""How much memory a GGUF takes once it is loaded, and how much is free."""

from __future__ import annotations

import re
from pathlib import Path

GIB = 2**30


def estimate_bytes(weights_bytes: int, kv_bytes_per_token: int, tokens: int) -> int:
    """Weights and cache, a tenth for what is computed meanwhile, 1 GiB for the libraries."""
    return int((weights_bytes + kv_bytes_per_token * tokens) * 1.1) + GIB


def free_memory_bytes(meminfo: Path = Path("/proc/meminfo")) -> int | None:
    """Main memory that could be used without swapping; None where the system does not say."""
    try:
        found = re.search(r"^MemAvailable:\s+(\d+) kB$", meminfo.read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None
