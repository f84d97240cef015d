"""Chance that can be had again: from a seed, the number of the draw, and what is drawn.

Pure. SHA-256 of the three in decimal and words, so that any language can replay a draw; fractions,
so that a stated probability is the true one.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import accumulate

_BITS = 256


def among(weights: Sequence[Fraction | int], *, seed: int, step: int, what: str) -> int:
    """An index, in proportion to its weight. Weights are not negative, one of them is positive.

    The digest, read as a number and divided by 2**256, is a point on the line on which the weights
    lie one after the other: each is hit as often as it is long, to 2**-256.
    """
    whole = math.lcm(*(weight.denominator for weight in weights))
    ends = list(accumulate(weight.numerator * whole // weight.denominator for weight in weights))
    at = _digest(seed, step, what) * ends[-1] >> _BITS
    for index, end in enumerate(ends):
        if at < end:
            return index
    raise ValueError("nothing can be drawn: no weight is positive")


def one_of(n: int, *, seed: int, step: int, what: str) -> int:
    """An index below `n`, all alike: as `among` equal weights."""
    return _digest(seed, step, what) * n >> _BITS


def _digest(seed: int, step: int, what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{seed}:{step}:{what}".encode()).digest(), "big")
