"""Intervals of what one person did a few times: rates and medians, without resampling.

Rates get the exact interval of Clopper and Pearson (Biometrika 26, 1934), not Wilson's. One person
sees two gold battles, not two hundred, and may be left out of a study for them: with so few,
Wilson's interval holds the truth less often than it says for some rates, the exact one never does.
It is the wider of the two; that is the price.

Medians get the interval between two order statistics, which supposes nothing of how times are
spread.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

_HALVINGS = 60
"""Of [0, 1]: more than a float can tell apart."""


def exact_interval(count: int, of: int, confidence: float) -> tuple[float, float]:
    """Of a rate of which `count` in `of` trials was seen; [0, 1] without a trial."""
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _root(lambda rate: _at_least(count, of, rate) - tail)
    high = 1.0 if count == of else _root(lambda rate: tail - _at_least(of - count, of, 1 - rate))
    return low, high


def median_interval(values: Sequence[float], confidence: float) -> tuple[float, float, float]:
    """Median, and the bounds of its interval: two of the values.

    The bounds are infinite where there are too few values for any two to be far enough apart (fewer
    than six, at 95 %); all three are nan without a value.
    """
    if not values:
        return math.nan, math.nan, math.nan
    ordered = sorted(values)
    n = len(ordered)
    median = (ordered[(n - 1) // 2] + ordered[n // 2]) / 2
    # As many on either side may be left out as a fair coin shows heads too rarely to matter.
    tail, outside, below = (1 - confidence) / 2, 0, 0.0
    while outside < n and (below := below + _exactly(outside, n, 0.5)) <= tail:
        outside += 1
    if outside == 0:
        return median, -math.inf, math.inf
    return median, ordered[outside - 1], ordered[n - outside]


def _at_least(count: int, of: int, rate: float) -> float:
    """How likely `count` or more of `of` are."""
    return math.fsum(_exactly(k, of, rate) for k in range(count, of + 1))


def _exactly(count: int, of: int, rate: float) -> float:
    if not 0 < rate < 1:
        return float(count == of * rate)
    ways = math.lgamma(of + 1) - math.lgamma(count + 1) - math.lgamma(of - count + 1)
    return math.exp(ways + count * math.log(rate) + (of - count) * math.log1p(-rate))


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
