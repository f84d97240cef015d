"""Where two systems stand on the board the other way round than their own votes say: in words.

That a pair disagrees is no finding by itself: among systems that are close, every second pair of
them may. So each is told with its P among all pairs, and those that chance explains in one line.
"""

from __future__ import annotations

from collections.abc import Sequence

from ranker.board import PairCount
from ranker.verdict import number

SIGNIFICANT = 0.05
"""P under which chance alone is not taken for the reason: stars, daggers, disagreements."""


def against_the_board(first: str, second: str, points: float, p_family: float) -> str:
    """Of a pair in which the one that stands higher has fewer `points`; empty where it has not."""
    if points >= 0.5:
        return ""
    ahead = f"{second} is ahead of {first} head to head ({100 * (1 - points):.1f} % of the points)"
    if p_family >= SIGNIFICANT:
        return f"{ahead}, yet stands below it; chance explains that ({_chance(p_family)})."
    return (
        f"{ahead}, yet stands below it, and chance hardly explains that ({_chance(p_family)}): "
        f"against the others {first} did better."
    )


def disagreements(pairs: Sequence[PairCount]) -> tuple[str, ...]:
    """A sentence for each that chance does not explain, and one line for all others."""
    against = [pair for pair in pairs if pair.note]
    by_chance = [pair for pair in against if pair.p_family >= SIGNIFICANT]
    told = tuple(pair.note for pair in against if pair.p_family < SIGNIFICANT)
    if len(by_chance) < 2:
        return (*told, *(pair.note for pair in by_chance))
    least = min(pair.p_family for pair in by_chance)
    how_many = number(len(by_chance)).capitalize()
    return (
        *told,
        f"{how_many} pairs come out the other way round head to head than they stand on the board; "
        f"chance explains each ({_chance(least, at_least=True)}).",
    )


def _chance(p: float, *, at_least: bool = False) -> str:
    value = "< 0.001" if p < 0.001 else f"{'≥' if at_least else '='} {p:.2g}"
    return f"P {value} among all pairs"
