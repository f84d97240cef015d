"""The scores of one system over the resamples, as a histogram."""

from __future__ import annotations

import numpy as np

from ranker.board import Distribution
from ranker.fit import Floats
from ranker.standing import SAME_SCORE

BINS = 40
INSIDE = 0.999
"""Part of the draws that the bins are laid over; what is further out is in the outermost ones."""


def distribution(system: str, draws: Floats) -> Distribution | None:
    """Of draws that may be infinite or nan, shape = (n_draws,); None where none is finite."""
    finite = np.sort(draws[np.isfinite(draws)])
    if not len(finite):
        return None
    out = int(len(finite) * (1 - INSIDE) / 2)
    low, high = float(finite[out]), float(finite[-1 - out])
    if high - low <= SAME_SCORE:  # rounding alone may tell draws of equal units apart
        return Distribution(system, low, 0.0, (len(finite),))
    counts, _ = np.histogram(np.clip(finite, low, high), BINS, (low, high))
    return Distribution(system, low, (high - low) / BINS, tuple(counts.tolist()))
