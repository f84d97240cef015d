"""Scores as if every pair had been drawn equally often, from the probabilities that were logged.

Where a study draws those pairs more often that tell more, or a station draws as it likes, votes are
not spread evenly. If the Bradley-Terry model holds, scores do not care. Where it does not (no model
holds exactly), they lean towards the pairs that were drawn most. Weighting each vote with the
inverse of the probability with which its ordered pair was drawn gives what even drawing would have
given (D. G. Horvitz and D. J. Thompson, JASA 47, 1952; weights divided by their mean, after Hájek).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ranker.contexts import InContext
from ranker.contextual import NoEffects, fit_contextual
from ranker.design import design_of
from ranker.one_thread import on_one_thread
from ranker.verdict import count


@dataclass(frozen=True, slots=True)
class Weighted:
    """Scores with their intervals, by name: natural log, mean 0."""

    scores: Mapping[str, tuple[float, float, float]]
    """Score, low, high; over people where they are known."""
    n_votes: int
    effective: float
    """Votes that, evenly weighted, would say as much: (sum of weights)² / sum of their squares."""
    notices: tuple[str, ...]


@on_one_thread
def weighted(battles: Sequence[InContext], confidence: float = 0.95) -> Weighted:
    """Scores of battles whose probability was logged. Raises NoEffects where there are none, or
    they do not tie all their systems together."""
    used = [one for one in battles if _probability(one) > 0]
    if not used:
        raise NoEffects(
            "No vote says with which probability its pair was drawn, so nothing can be weighed."
        )
    design = design_of(used)
    weight = np.array([1 / _probability(one) for one in used])
    weight /= weight.mean()
    try:
        found = fit_contextual(design, np.zeros((len(used), 0)), weight)
    except NoEffects:  # without covariates there is one reason only
        raise NoEffects(
            f"Votes whose probability was logged ({len(used):,}) do not tie all systems "
            "together, so they cannot be weighed."
        ) from None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    scores = {
        name: (beta, beta - z * se, beta + z * se)
        for name, beta, se in zip(
            design.names, found.beta.tolist(), found.beta_se.tolist(), strict=True
        )
    }
    left_out = len(battles) - len(used)
    notices = (f"{count(left_out, 'vote')} left out: no probability was logged.",) * bool(left_out)
    effective = float(weight.sum() ** 2 / (weight**2).sum())
    return Weighted(scores, len(used), effective, notices)


def _probability(one: InContext) -> float:
    value = one.context.get("probability")
    return float(value) if isinstance(value, int | float) and 0 < value <= 1 else 0.0
