"""Which class a row belongs to: multinomial logistic regression with a ridge penalty.

The penalty makes the maximum unique and finite where a feature separates the classes. It is found
by accelerated gradient steps with restarts (Y. Nesterov, 1983; B. O'Donoghue and E. Candès,
"Adaptive restart for accelerated gradient schemes", 2015). The step is the inverse of a bound on
the curvature, which for the softmax is half the largest eigenvalue of the columns' second moments
(D. Böhning, "Multinomial logistic regression algorithm", 1992).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ranker.fit import Floats
from ranker.table import Ints

STEPS = 200
SPREAD = 20.0
SETTLED = 5e-4
"""Largest entry of the gradient of the mean loss at which no row's class changes any more."""
_POWER_STEPS = 20


@dataclass(frozen=True, slots=True)
class Softmax:
    weights: Floats
    """Shape = (n_columns, n_classes)."""
    intercept: Floats
    """Shape = (n_classes,)."""

    def scores(self, x: Floats) -> Floats:
        """Log odds up to a constant of each row, shape = (n_rows, n_classes)."""
        scores: Floats = x @ self.weights + self.intercept
        return scores


def fit(x: Floats, y: Ints, n_classes: int) -> Softmax:
    """`x`, standardised, shape = (n_rows, n_columns); `y`, classes from 0, shape = (n_rows,).

    Before anything was seen all weights of a class together move a score by a variance of SPREAD,
    however many columns there are. Intercepts, which begin at the logarithms of the classes'
    shares, bear no penalty. A class without a row is allowed.
    """
    counts = np.bincount(y, minlength=n_classes)
    intercept = np.log((counts + 0.5) / (len(y) + 0.5 * n_classes))
    if not x.shape[1]:
        return Softmax(np.zeros((0, n_classes)), intercept)
    columns = np.column_stack([x, np.ones(len(x))])
    penalty = x.shape[1] / SPREAD / len(x)
    ridge = np.full((columns.shape[1], 1), penalty)
    ridge[-1] = 0
    wanted = np.eye(n_classes)[y]

    def gradient(weights: Floats) -> Floats:
        slope: Floats = columns.T @ (_shares(columns @ weights) - wanted) / len(x) + ridge * weights
        return slope

    start = np.vstack([np.zeros((x.shape[1], n_classes)), intercept])
    found = _descend(gradient, start, 1 / (_curvature(columns) + penalty))
    return Softmax(found[:-1], found[-1])


def _descend(gradient: Callable[[Floats], Floats], start: Floats, step: float) -> Floats:
    here, ahead, momentum = start, start, 1.0
    for _ in range(STEPS):
        slope = gradient(ahead)
        if np.abs(slope).max() < SETTLED:
            return ahead
        there = ahead - step * slope
        if np.vdot(slope, there - here) > 0:  # it went past the minimum: on without momentum
            here = ahead = there
            momentum = 1.0
            continue
        faster = (1 + math.sqrt(1 + 4 * momentum**2)) / 2
        ahead = there + (momentum - 1) / faster * (there - here)
        here, momentum = there, faster
    return here


def _shares(scores: Floats) -> Floats:
    lifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = lifted / lifted.sum(axis=1, keepdims=True)
    return shares


def _curvature(columns: Floats) -> float:
    """Half the largest eigenvalue of the second moments, by power iteration, with a margin."""
    vector = np.cos(np.arange(columns.shape[1]))  # any that no row is likely to be orthogonal to
    length = 1.0
    for _ in range(_POWER_STEPS):
        vector = columns.T @ (columns @ vector) / len(columns)
        length = float(np.linalg.norm(vector))
        vector /= length
    return 0.55 * length
