"""A Bradley-Terry model with more than the systems in it: a contextual one.

    log odds(a preferred over b) = beta_a - beta_b + x · gamma

x is what else speaks for the answer in slot a: that it stands in slot a at all, that it is longer,
and so on. Maximum likelihood, without any penalty: a ridge on gamma, as some leaderboards have it,
pulls a true effect of 0.50 down to 0.10, and adding votes does not help. Ties are half a win.
Standard errors are sandwiches over people, as in `ranker.sandwich`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import strongly_connected
from ranker.design import Design
from ranker.fit import Floats

_MOST_STEPS = 100
_SETTLED = 1e-10
_SINGULAR = 1e-11
"""Smallest part of the largest eigenvalue at which effects can still be told apart."""

_VANISHED = 1e-9
"""Part of what the votes tell in some direction before anything is known, under which nothing can
be left of a maximum there: one vote of a hundred million that speaks against the others leaves
more."""


class NoEffects(Exception):
    """Why effects cannot be told, as a sentence."""


class NoFiniteEffect(NoEffects):
    """The likelihood rises without end as an effect grows."""

    def __init__(self, covariate: int) -> None:
        super().__init__(
            f"Covariate {covariate + 1} has no finite effect: wherever it differs, it decides."
        )
        self.covariate = covariate
        """Number of the column, from 0."""


@dataclass(frozen=True, slots=True)
class Contextual:
    beta: Floats
    """Of the systems with everything else equal: natural log, mean 0, shape = (n_systems,)."""
    beta_se: Floats
    gamma: Floats
    """Log odds for one unit of each covariate, shape = (n_covariates,)."""
    gamma_se: Floats


def fit_contextual(design: Design, x: Floats, weight: Floats | None = None) -> Contextual:
    """Fit one.

    `x`, shape = (n_votes, n_covariates); `weight` of every vote, 1 unless said, shape = (n_votes,).
    Raises NoEffects where the systems are not connected (`ranker.connectivity`), where the
    covariates explain each other, and NoFiniteEffect where one decides every vote that it speaks
    of, so that there is no maximum (A. Albert and J. A. Anderson, Biometrika 71(1), 1984).
    """
    n_systems = len(design.names)
    votes = _Votes(design, x, np.ones(len(x)) if weight is None else weight)
    if not len(x) or not strongly_connected(votes.wins() > 0):
        raise NoEffects("The votes do not tie all systems together, so effects cannot be told.")
    at = np.zeros(n_systems + x.shape[1])
    height = votes.log_likelihood(at)
    before = votes.information(at)
    _require_regular(before)
    for _ in range(_MOST_STEPS):
        information = votes.information(at)
        _require_maximum(information, before, n_systems)
        step = np.linalg.solve(information, votes.slopes(at).sum(axis=0))
        size = 1.0
        while (there := votes.log_likelihood(at + size * step)) < height - 1e-12 * abs(height):
            size /= 2
        at, height = at + size * step, there
        if np.abs(step).max() < _SETTLED:
            break
    else:
        raise NoEffects("The search for the effects did not come to an end.")
    together = np.zeros((int(design.unit.max()) + 1, len(at)))
    np.add.at(together, design.unit, votes.slopes(at))
    bread = np.linalg.inv(votes.information(at))
    bread[:n_systems] -= bread[:n_systems].mean(axis=0)
    half = bread @ together.T
    spread = np.sqrt((half**2).sum(axis=1) * len(together) / max(len(together) - 1, 1))
    beta = at[:n_systems] - at[:n_systems].mean()
    return Contextual(beta, spread[:n_systems], at[n_systems:], spread[n_systems:])


def _require_regular(information: Floats) -> None:
    scale = 1 / np.sqrt(np.diag(information))
    values = np.linalg.eigvalsh(information * scale[:, None] * scale)
    if not values[0] > _SINGULAR * values[-1]:
        raise NoEffects("The covariates cannot be told apart from each other or from the systems.")


def _require_maximum(information: Floats, before: Floats, n_systems: int) -> None:
    """Where votes are separated, each step of the search leaves a third of the information in the
    direction in which the likelihood rises without end; the effects that matter elsewhere keep
    theirs, so the whole matrix looks regular for long."""
    values, vectors = np.linalg.eigh(before)
    whitener = vectors / np.sqrt(values)
    left, directions = np.linalg.eigh(whitener.T @ information @ whitener)
    if left[0] < _VANISHED and len(before) > n_systems:
        way = np.abs(whitener @ directions[:, 0]) * np.sqrt(np.diag(before))
        raise NoFiniteEffect(int(np.argmax(way[n_systems:])))


@dataclass(frozen=True, slots=True)
class _Votes:
    design: Design
    x: Floats
    weight: Floats

    def wins(self) -> Floats:
        n, votes = len(self.design.names), self.design
        wins = np.zeros((n, n))
        np.add.at(wins, (votes.a, votes.b), votes.points)
        np.add.at(wins, (votes.b, votes.a), 1 - votes.points)
        return wins

    def log_likelihood(self, at: Floats) -> float:
        odds = self._odds(at)
        surprise = np.logaddexp(0, -odds) + (1 - self.design.points) * odds
        return -float(self.weight @ surprise)

    def slopes(self, at: Floats) -> Floats:
        """Of each vote, shape = (n_votes, n_systems + n_covariates)."""
        surprise = self.weight * (self.design.points - 1 / (1 + np.exp(-self._odds(at))))
        slopes = np.zeros((len(self.x), len(at)))
        every = np.arange(len(self.x))
        slopes[every, self.design.a] += surprise
        slopes[every, self.design.b] -= surprise
        slopes[:, len(self.design.names) :] = surprise[:, None] * self.x
        return slopes

    def information(self, at: Floats) -> Floats:
        """Minus the second derivatives, the mean of beta pinned as in `fit`."""
        n, odds = len(self.design.names), self._odds(at)
        a, b = self.design.a, self.design.b
        weight = self.weight / (1 + np.exp(-odds)) / (1 + np.exp(odds))
        met = np.bincount(a * n + b, weight, n * n).reshape(n, n)
        met += met.T
        found = np.zeros((len(at), len(at)))
        found[:n, :n] = np.diag(met.sum(axis=1)) - met + max(met.max(), 1.0) / n
        weighted = weight[:, None] * self.x
        for k, column in enumerate(weighted.T):
            across = np.bincount(a, column, n) - np.bincount(b, column, n)
            found[:n, n + k] = found[n + k, :n] = across
        found[n:, n:] = self.x.T @ weighted
        return found

    def _odds(self, at: Floats) -> Floats:
        beta, gamma = np.split(at, [len(self.design.names)])
        return np.asarray(beta[self.design.a] - beta[self.design.b] + self.x @ gamma)
