"""Which covariates say nothing that the systems, and the covariates before them, do not say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ranker.design import Design
from ranker.fit import Floats

_NOTHING_LEFT = 1e-9
"""Part of a covariate's squares that the others leave unexplained, below which it is all told."""
SYSTEMS = "the systems"


def mixed_up(design: Design, x: Floats, names: Sequence[str]) -> dict[str, list[str]]:
    """Name -> what it cannot be told apart from, of each covariate to leave out.

    `x`, shape = (n_votes, n_covariates), its columns called by `names`. Of several that say the
    same the first stays.
    """
    products = _products(design, x)
    n_systems = len(design.names)
    kept: list[int] = []
    found = {}
    for k, name in enumerate(names):
        if not _explained(products, n_systems, kept, k):
            kept.append(k)
            continue
        others = [
            names[j]
            for j in kept
            if not _explained(products, n_systems, [i for i in kept if i != j], k)
        ]
        found[name] = others or [SYSTEMS]
    return found


def _explained(products: Floats, n_systems: int, by: Sequence[int], k: int) -> bool:
    """Whether the systems and the covariates `by` leave nothing of covariate `k`: its residual in
    the normal equations."""
    known = [*range(n_systems), *(n_systems + j for j in by)]
    scale = 1 / np.sqrt(np.maximum(np.diag(products), np.finfo(float).tiny))
    scaled = products * scale[:, None] * scale
    across = scaled[known, n_systems + k]
    told = across @ np.linalg.pinv(scaled[np.ix_(known, known)], 1e-11, hermitian=True) @ across
    return bool(scaled[n_systems + k, n_systems + k] - told < _NOTHING_LEFT)


def _products(design: Design, x: Floats) -> Floats:
    """Sums over the votes of products of what stands for systems (1 in slot a, -1 in slot b) and of
    covariates; shape = (n_systems + n_covariates,) * 2."""
    n, a, b = len(design.names), design.a, design.b
    met = np.bincount(a * n + b, minlength=n * n).reshape(n, n).astype(np.float64)
    met += met.T
    found = np.zeros((n + x.shape[1],) * 2)
    found[:n, :n] = np.diag(met.sum(axis=1)) - met
    for k, column in enumerate(x.T):
        across = np.bincount(a, column, n) - np.bincount(b, column, n)
        found[:n, n + k] = found[n + k, :n] = across
    found[n:, n:] = x.T @ x
    return found
