"""Features as columns that a linear classifier can use, learned from the training part alone.

Each feature becomes its standardised value and one column for each eighth of its values: a sum over
such columns follows any shape, a step as well as a hump, that no straight line could.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.fit import Floats

PARTS = 8
"""Eighths: with some hundred rows each still holds enough of them to be learned from."""
_FARTHEST = 5.0
"""Standard deviations; one wild value must not outweigh all others."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What was learned of the features: shape = (n_features,) each."""

    mean: Floats
    scale: Floats
    """Standard deviation, 1 where there is none."""
    edges: tuple[Floats, ...]
    """Between the parts of each feature, rising; none where it has one value only."""

    def of(self, x: Floats) -> Floats:
        """Shape = (n_rows, n_columns). A feature that is missing (nan) lies in no part."""
        known = np.isfinite(x)
        values = np.where(known, (np.where(known, x, 0) - self.mean) / self.scale, 0)
        made = [np.clip(values, -_FARTHEST, _FARTHEST)]
        for nth, edges in enumerate(self.edges):
            if len(edges):
                part = np.where(known[:, nth], np.searchsorted(edges, x[:, nth], "right"), -1)
                made.append((part[:, None] == np.arange(len(edges) + 1)).astype(np.float64))
        return np.concatenate(made, axis=1)


def learn(x: Floats, *, parts: int = PARTS) -> Columns:
    """From `x`, shape = (n_rows, n_features), nan where a value is missing; 1 part for none."""
    known = np.isfinite(x)
    counted = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, x, 0).sum(axis=0) / counted
    spread = np.sqrt(np.where(known, (x - mean) ** 2, 0).sum(axis=0) / counted)
    scale = np.where(spread > 0, spread, 1)
    return Columns(mean, scale, tuple(_edges(x[known[:, k], k], parts) for k in range(x.shape[1])))


def _edges(values: Floats, parts: int) -> Floats:
    """Between quantiles, so that two values which are often there are told apart."""
    if parts < 2 or not len(values):
        return np.zeros(0)
    inner = np.quantile(values, np.linspace(0, 1, parts + 1)[1:-1], method="inverted_cdf")
    edges = np.unique(inner)
    above: Floats = edges[edges > values.min()]
    return above
