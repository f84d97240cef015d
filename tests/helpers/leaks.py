"""Turns as different arenas would show them, for the leak meter: all of it is made up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ranker.audit.material import Exchange, Side
from ranker.audit.meter import FRAME_MS

SEVEN = tuple(np.geomspace(0.54, 6.87, 7))
"""Seconds until an answer begins: seven systems between the fastest and the slowest of TalkArena's
public votes, whose medians are known; those between them are evenly spread."""
THREE = (0.5, 2.0, 7.0)
SPREAD = 0.15
"""Standard deviation of the logarithm: narrow, as there."""
SLIPS = 0.01
"""Part of the battles in which one side comes a frame late."""

Random = np.random.Generator


def sequential(n: int, rng: Random, medians_s: Sequence[float] = SEVEN) -> list[Exchange]:
    """An arena that shows each answer as soon as its system begins: it leaks."""
    return [_exchange(k, rng, pair, _delays_ms(rng, medians_s, pair), 0.0) for k, pair in
            enumerate(_pairs(n, rng, len(medians_s)))]  # fmt: skip


def same_instant(
    n: int, rng: Random, medians_s: Sequence[float] = THREE, *, minimum_wait_ms: float = 0.0
) -> list[Exchange]:
    """Both answers on one tick once both are there, painted in one frame but for a few slips."""
    return [
        _exchange(
            k,
            rng,
            pair,
            rng.uniform(0, 12, 2) + FRAME_MS * (rng.random(2) < SLIPS / 2),
            max(_delays_ms(rng, medians_s, pair).max(), minimum_wait_ms) + rng.uniform(0, 3),
        )
        for k, pair in enumerate(_pairs(n, rng, len(medians_s)))
    ]


def spoken(n: int, rng: Random, texts: Sequence[Sequence[str]]) -> list[Exchange]:
    """System k says one of `texts[k]`, shown at once."""
    return [
        _exchange(k, rng, pair, np.zeros(2), 0.0, [str(rng.choice(texts[side])) for side in pair])
        for k, pair in enumerate(_pairs(n, rng, len(texts)))
    ]


def _pairs(n: int, rng: Random, systems: int) -> list[tuple[int, int]]:
    """Every ordered pair as often as any other, in a random order: as the program draws them."""
    ordered = [(a, b) for a in range(systems) for b in range(systems) if a != b]
    return [ordered[k % len(ordered)] for k in rng.permutation(n)]


def _delays_ms(rng: Random, medians_s: Sequence[float], pair: tuple[int, int]) -> np.ndarray:
    return 1000 * np.array([medians_s[side] * rng.lognormal(0, SPREAD) for side in pair])


def _exchange(
    number: int,
    rng: Random,
    pair: tuple[int, int],
    onsets_ms: np.ndarray,
    wait_ms: float,
    texts: Sequence[str] = ("Yes.", "No."),
) -> Exchange:
    a, b = (
        Side(f"system-{system}", text, float(onset))
        for system, text, onset in zip(pair, texts, onsets_ms, strict=True)
    )
    person = f"person-{rng.integers(0, 200)}"
    return Exchange(f"battle-{number}", person, float(wait_ms), 240.0, a, b)
