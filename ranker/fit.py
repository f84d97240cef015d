"""Bradley-Terry by maximum likelihood: equations 1 and 2 of "Mind the Gap!" (section 3.3).

    Pr(i preferred over j) = 1 / (1 + exp(beta_j - beta_i))

Ties and both-bad votes are half a win for either side, so the likelihood depends on the votes only
through the table of (half) wins. The paper climbs it with L-BFGS; this is Newton's method on the
same concave function, which has one maximum.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ranker.connectivity import Bools

Floats = NDArray[np.float64]

SMALL_STEP = 1e-8
"""A Newton step of this size leaves an error of about its square, less than a double holds."""

MAX_STEPS = 500
"""Reached only by a bug: a table with odds of 10^15 in every pair needs 55."""


def fit(wins: Floats, same: Bools, start: Floats | None = None) -> Floats:
    """Coefficients that maximise the likelihood inside every component of every table.

    `wins`, shape = (n_tables, n_systems, n_systems): points of row against column, halves allowed.
    `same`, same shape: whether two systems are in one component of that table's win graph; then the
    maximum exists. `start`, shape = (n_systems,), is where the search begins.

    Returns natural-log coefficients, shape = (n_tables, n_systems), with mean 0 in every component.
    Differences across components mean nothing. Each table's result depends on that table alone,
    bit for bit, whatever else is in the batch.
    """
    wins = np.where(same, wins, 0.0)
    to_mean = same / same.sum(axis=-1, keepdims=True)
    beta = np.zeros(wins.shape[:-1]) if start is None else np.tile(start, (len(wins), 1))
    active = np.arange(len(beta))
    for _ in range(MAX_STEPS):
        if not len(active):
            break
        step = _newton_step(beta[active], wins[active], to_mean[active])
        met = wins[active] + np.swapaxes(wins[active], -1, -2) > 0
        span = (np.abs(step[:, :, None] - step[:, None, :]) * met).max(axis=(-1, -2))
        # With t = log(1 + span) / span the likelihood cannot fall and the search converges from
        # anywhere, without a line search (T. Sun and Q. Tran-Dinh, "Generalized self-concordant
        # functions", Mathematical Programming 178, 2019); t goes to 1 as the step gets small.
        damping = np.where(span > 0, np.log1p(span) / np.where(span > 0, span, 1.0), 1.0)
        beta[active] += damping[:, None] * step
        active = active[span >= SMALL_STEP]
    else:
        raise ArithmeticError(f"{len(active)} of {len(beta)} fits did not settle")
    mean: Floats = (to_mean @ beta[..., None])[..., 0]
    return beta - mean


def information(beta: Floats, wins: Floats) -> Floats:
    """Minus the second derivatives of the likelihood, made regular.

    `beta`, shape = (n_tables, n_systems); `wins` as for `fit`, of tables with a finite maximum.
    Shape = (n_tables, n_systems, n_systems). The likelihood does not change when all coefficients
    are shifted, so the mean is pinned: a solution of this system has mean 0 as its right side has.
    """
    chance = _chance(beta)
    return _information(chance, wins, np.full(wins.shape, 1 / wins.shape[-1]))


def _newton_step(beta: Floats, wins: Floats, to_mean: Floats) -> Floats:
    chance = _chance(beta)
    # Wins that surprise minus losses that surprise: the same as wins minus expected wins, without
    # the difference of two large numbers.
    surprise = wins * np.swapaxes(chance, -1, -2)
    gradient = surprise.sum(axis=-1) - surprise.sum(axis=-2)
    curvature = _information(chance, wins, to_mean)
    solution: Floats = np.linalg.solve(curvature, gradient[..., None])[..., 0]
    return solution


def _chance(beta: Floats) -> Floats:
    """Of row to be preferred over column, shape = (n_tables, n_systems, n_systems)."""
    with np.errstate(over="ignore"):  # exp may reach infinity; 1 / (1 + inf) is the right 0
        return np.asarray(1.0 / (1.0 + np.exp(beta[:, None, :] - beta[:, :, None])))


def _information(chance: Floats, wins: Floats, to_mean: Floats) -> Floats:
    curvature = -(wins + np.swapaxes(wins, -1, -2)) * chance * np.swapaxes(chance, -1, -2)
    degree = -curvature.sum(axis=-1)
    diagonal = np.arange(chance.shape[-1])
    curvature[:, diagonal, diagonal] += degree
    # The likelihood does not change when a component is shifted as a whole: pinning each
    # component's mean makes the matrix regular and leaves the step alone.
    pin = np.maximum(degree.max(axis=-1), 1.0)
    return np.asarray(curvature + pin[:, None, None] * to_mean)
