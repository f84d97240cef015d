"""A prior, for those who ask for one: every system plays against one opponent that is not there.

It wins `prior` games against this phantom and loses as many; the phantom's own strength is fitted
like the others'. Of the priors in use it is the one with a plain meaning. It makes every score
finite, and draws all of them together: what it adds is no vote. So it is off unless asked for, and
the board says so where it is on.
"""

from __future__ import annotations

import numpy as np

from ranker.fit import Floats

_HALVINGS = 80


def with_phantom(wins: Floats, prior: float) -> Floats:
    """Tables, shape = (n_tables, n_systems, n_systems), with a row and a column for the phantom."""
    n = wins.shape[-1]
    padded = np.zeros((len(wins), n + 1, n + 1))
    padded[:, :n, :n] = wins
    padded[:, :n, n] = padded[:, n, :n] = prior
    return padded


def phantom_of(beta: Floats) -> Floats:
    """Where the phantom stands between systems at `beta`, shape = (n_tables, n_systems); result,
    shape = (n_tables,): it should win half of its games."""
    low, high = beta.min(axis=-1), beta.max(axis=-1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = np.tanh((beta - middle[:, None]) / 2).sum(axis=-1) < 0
        low, high = np.where(below, low, middle), np.where(below, middle, high)
    return np.asarray((low + high) / 2)


def added_information(beta: Floats, prior: float) -> Floats:
    """What the phantom's games add to the information of the systems, its own strength left open;
    shape = (n_tables, n_systems, n_systems)."""
    gap = beta - phantom_of(beta)[:, None]
    weight = 2 * prior / (2 + np.exp(gap) + np.exp(-gap))
    added: Floats = -weight[:, :, None] * weight[:, None, :] / weight.sum(axis=-1)[:, None, None]
    diagonal = np.arange(beta.shape[-1])
    added[:, diagonal, diagonal] += weight
    return added
