"""How fast answers appear. Needs no Qt."""

from __future__ import annotations

SLOWEST_PER_S = 240.0
"""Grapheme clusters a second; a longer text goes faster and takes `LONGEST_S`."""
LONGEST_S = 8.0


def cadence_per_s(longest: int) -> float:
    """Clusters a second for a pair whose longer answer has `longest` clusters."""
    return max(SLOWEST_PER_S, longest / LONGEST_S)
