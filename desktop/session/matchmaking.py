"""Who meets whom: a seeded draw that can be replayed from what is stored with each battle.

Pure: no clock, no database, no global random state.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

SAMPLER = "balanced-1"
"""Name and version of the rule below; stored with every draw."""

OrderedPair = tuple[str, str]
"""(system in slot a, system in slot b)."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn ordered pair and what is needed to draw it again."""

    a: str
    b: str
    probability: float
    """Of this ordered pair, given the state; in (0, 1]."""
    seed: int
    step: int
    sampler: str
    shown: Mapping[str, int]
    """The sampler's state: `a|b` -> how often that ordered pair had been shown."""


def balanced(
    systems: Sequence[str], shown: Mapping[OrderedPair, int], *, seed: int, step: int
) -> Draw:
    """Draw the pair shown least often, in the order shown least often; ties are broken by chance.

    The chance is SHA-256 of (seed, step), so any language can replay it. Raises ValueError for
    fewer than two systems.
    """
    names = sorted(set(systems))
    if len(names) < 2:
        raise ValueError("a battle needs two different systems")

    def count(a: str, b: str) -> int:
        return shown.get((a, b), 0)

    pairs = list(combinations(names, 2))
    least = min(count(a, b) + count(b, a) for a, b in pairs)
    tied = [(a, b) for a, b in pairs if count(a, b) + count(b, a) == least]
    first, second = tied[_uniform(seed, step, "pair", len(tied))]
    orders = [(first, second), (second, first)]
    fewest = min(count(*order) for order in orders)
    orders = [order for order in orders if count(*order) == fewest]
    a, b = orders[_uniform(seed, step, "order", len(orders))]
    return Draw(
        a=a,
        b=b,
        probability=1 / (len(tied) * len(orders)),
        seed=seed,
        step=step,
        sampler=SAMPLER,
        shown={f"{x}|{y}": n for (x, y), n in sorted(shown.items()) if n},
    )


def _uniform(seed: int, step: int, what: str, n: int) -> int:
    """An integer in [0, n). 256 bits make the bias of the remainder smaller than 2**-240."""
    digest = hashlib.sha256(f"{seed}:{step}:{what}".encode()).digest()
    return int.from_bytes(digest, "big") % n
