"""How often something was named rightly, against what anybody could say without looking.

The interval is Wilson's for a share (E. B. Wilson, 1927), at the number of independent rows that
the groups leave: rows of one participant hang together, so the variance between participants, where
it is larger than that of independent rows, says how many there really are (the design effect: L.
Kish, "Survey Sampling", 1965). A binomial interval alone would take ten battles of one person for
ten people's. A permutation test would need a hundred fits for each figure, and answers only whether
there is any leak, not how large it may be.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ranker.fit import Floats
from ranker.quantiles import expanded
from ranker.table import Ints

CONFIDENCE = 0.99
"""Of each interval: a report holds several, and hardly one of them may err by luck."""


@dataclass(frozen=True, slots=True)
class Score:
    """Shares in [0, 1]."""

    n: int
    n_classes: int
    """That could be named."""
    accuracy: float
    low: float
    high: float
    """Interval of `accuracy` at CONFIDENCE."""
    chance: float
    """Of always naming the commonest class, or a half where sides are equal."""
    above: float
    """Lower bound of what was named rightly beyond chance, row by row, at CONFIDENCE."""

    @property
    def leaks(self) -> bool:
        """Whether it was named more often than chance, which is uncertain itself, explains."""
        return self.low > self.chance and self.above > 0


def score(right: Floats, chance: Floats, groups: Ints, n_classes: int) -> Score:
    """`right`: 1, 0, a half where nothing spoke for either, or a share of several; `chance`
    likewise of not looking."""
    n_groups = len(np.unique(groups))
    z = _quantile(n_groups)
    accuracy, beyond = float(right.mean()), right - chance
    low, high = _wilson(accuracy, _independent(right, groups, n_groups), z)
    spread = _spread(beyond, groups)
    above = float(beyond.mean()) - (z * spread if spread else 0.0)
    return Score(len(right), n_classes, accuracy, low, high, float(chance.mean()), above)


def _quantile(n_groups: int) -> float:
    """Student's, for so many independent groups; infinite for one."""
    tail = expanded((1 - CONFIDENCE) / 2, n_groups)
    return -NormalDist().inv_cdf(tail) if tail > 0 else math.inf


def _spread(values: Floats, groups: Ints) -> float:
    """Standard error of the mean of rows of which those of a group hang together."""
    sums = np.bincount(groups, weights=values - values.mean())
    return float(np.sqrt((sums**2).sum()) / len(values))


def _independent(right: Floats, groups: Ints, n_groups: int) -> float:
    """As how many independent rows these count."""
    share = float(right.mean())
    single = math.sqrt(share * (1 - share) / len(right))
    if n_groups < 2:
        return 1.0
    return len(right) / max(1.0, (_spread(right, groups) / single) ** 2 if single else 1.0)


def _wilson(share: float, n: float, z: float) -> tuple[float, float]:
    if math.isinf(z):
        return 0.0, 1.0
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)
