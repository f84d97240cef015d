"""Sorting whole numbers of four bytes by counting, which numpy does of itself for two only."""

from __future__ import annotations

import numpy as np

from ranker.table import Ints

_HALF = 16


def in_order(numbers: Ints) -> Ints:
    """As `argsort(kind="stable")`, of numbers in [0, 2^32).

    numpy sorts numbers of two bytes by counting them; two passes, low half first, sort four.
    """
    low = (numbers & (2**_HALF - 1)).astype(np.uint16)
    order = np.argsort(low, kind="stable")
    if numbers.max(initial=0) < 2**_HALF:
        return order
    high = (numbers >> _HALF).astype(np.uint16)
    return np.asarray(order[np.argsort(high[order], kind="stable")])
