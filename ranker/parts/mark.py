"""What marks a folder as a parts store."""

from __future__ import annotations

import json
from pathlib import Path

MARK = "store.json"
FORMAT = "earshot-parts"


def is_store(folder: Path) -> bool:
    try:
        mark = json.loads((folder / MARK).read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(mark, dict) and mark.get("format") == FORMAT
