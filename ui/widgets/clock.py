"""A running time."""

from __future__ import annotations


def clock_text(duration_ms: int) -> str:
    """Minutes and whole seconds that have passed, for example `0:04`."""
    minutes, seconds = divmod(max(duration_ms, 0) // 1000, 60)
    return f"{minutes}:{seconds:02d}"
