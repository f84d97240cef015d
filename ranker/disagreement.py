"""Where two systems stand on the board the other way round than their own votes say: in words.

That a pair disagrees is no finding by itself: among systems that are close, every second pair of
them may. So each is told with its P among all pairs, and those that chance explains in one line.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from ranker.board import PairCount
from ranker.verdict import number

SIGNIFICANT = 0.05
"""P under which chance alone is not taken for the reason: stars, daggers, disagreements."""


def against_the_board(first: str, second: str, points: float, p_family: float) -> str:
    """Of a pair in which the one that stands higher has fewer `points`; empty where it has not."""
    if points >= 0.5:
        return ""
    ahead = f"{second} is ahead of {first} head to head"
    part, chance = f"{100 * (1 - points):.1f} % of the points", _chance(p_family)
    if p_family >= SIGNIFICANT:
        return f"{ahead} ({part}), which chance explains ({chance})."
    return (
        f"{ahead} ({part}, {chance}), yet stands below it: against the others {first} did better."
    )


def disagreements(pairs: Sequence[PairCount]) -> tuple[str, ...]:
    """A sentence for each that chance does not explain, and one line for all others."""
    against = [pair for pair in pairs if pair.note]
    by_chance = [pair for pair in against if pair.p_family >= SIGNIFICANT]
    told = tuple(pair.note for pair in against if pair.p_family < SIGNIFICANT)
    if len(by_chance) < 2:
        return (*told, *(pair.note for pair in by_chance))
    least = min(0.99, math.floor(100 * min(pair.p_family for pair in by_chance)) / 100)
    return (
        *told,
        f"Head to head, {number(len(by_chance))} pairs are the other way round; chance explains "
        f"each (P ≥ {least:.2f} among all pairs).",
    )


def _chance(p: float) -> str:
    value = "< 0.001" if p < 0.001 else "> 0.99" if p > 0.99 else f"= {p:.2g}"
    return f"P {value} among all pairs"
