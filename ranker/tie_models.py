"""Ties as information: models in which a tie is an outcome of its own, and not half a win.

    Davidson (1970)       p(i) : p(j) : p(tie) = e^bi : e^bj : e^(t + (bi + bj) / 2)
    Rao and Kupper (1967) p(i) = e^bi / (e^bi + e^(t + bj)), p(j) likewise, a tie the rest; t > 0

R. R. Davidson, "On extending the Bradley-Terry model to accommodate ties", JASA 65, 1970; P. V. Rao
and L. L. Kupper, "Ties in paired-comparison experiments", JASA 62, 1967. Both likelihoods are
concave in (b, t), and have their maximum where wins alone connect all systems (Ford's condition,
see `ranker.connectivity`; with half wins for ties it would not do: b and t can run off together)
and there is at least one tie. Standard errors are sandwiches, as in `ranker.sandwich`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ranker.connectivity import strongly_connected
from ranker.fit import Floats
from ranker.point import Point
from ranker.table import OUTCOMES_OF_A_PAIR, Table

TieRule = Literal["davidson", "rao-kupper"]

_MOST_STEPS = 200
_SETTLED = 1e-12
_WON, _LOST, _TIED = range(OUTCOMES_OF_A_PAIR)


class NoTieModel(Exception):
    """Why the model has no maximum on these votes, as a sentence."""


@dataclass(frozen=True, slots=True)
class TieFit:
    """Indices are those of `Table.systems`."""

    rule: TieRule
    beta: Floats
    """Natural log, mean 0, shape = (n_systems,)."""
    se: Floats
    tie: float
    """`t` above, natural log: how readily people call it a tie."""
    tie_se: float
    log_likelihood: float


@dataclass(frozen=True, slots=True)
class _Slopes:
    """Log-probabilities of the outcomes of every pair, shape = (n_pairs, 3), and derivatives with
    respect to d = b_first - b_second and to t, shape = (n_pairs, 3)."""

    log: Floats
    by_d: Floats
    by_t: Floats
    dd: Floats
    dt: Floats
    tt: Floats


def fit_ties(table: Table, point: Point, rule: TieRule, by_person: bool) -> TieFit:
    """Fit one of the models. Raises NoTieModel where it has no maximum."""
    cells = table.votes.totals.reshape(-1, OUTCOMES_OF_A_PAIR).astype(np.float64)
    if not cells[:, _TIED].any():
        raise NoTieModel("There are no ties, so no model of ties is fitted.")
    wins = np.zeros((len(table.systems),) * 2)
    wins[table.first, table.second], wins[table.second, table.first] = cells.T[:_TIED]
    if not strongly_connected(wins > 0):
        raise NoTieModel("Wins alone do not connect all systems, so no model of ties is fitted.")
    slopes = {"davidson": _davidson, "rao-kupper": _rao_kupper}[rule]
    n = len(table.systems)
    at = np.append(point.standing.within[0], _first_tie(cells, rule))
    best = -np.inf
    for _ in range(_MOST_STEPS):
        found = slopes(at[table.first] - at[table.second], at[n])
        best = float((cells * found.log).sum())
        gradient = _gradient(table, cells, found)
        step = np.asarray(np.linalg.solve(_information(table, cells, found), gradient), np.float64)
        at = _climbed(table, cells, slopes, at, step, best)
        if np.abs(step).max() < _SETTLED:
            break
    found = slopes(at[table.first] - at[table.second], at[n])
    se = _spread(table, found, _information(table, cells, found), by_person)
    beta = at[:n] - at[:n].mean()
    return TieFit(rule, beta, se[:n], float(at[n]), float(se[n]), best)


def _first_tie(cells: Floats, rule: TieRule) -> float:
    """`t` if all systems were equal."""
    part = cells[:, _TIED].sum() / cells.sum()
    return float(np.log(2 * part / (1 - part) if rule == "davidson" else (1 + part) / (1 - part)))


def _climbed(
    table: Table,
    cells: Floats,
    slopes: Callable[[Floats, float], _Slopes],
    at: Floats,
    step: Floats,
    best: float,
) -> Floats:
    """A step up; halved while it would lead down, or out of where the model lives."""
    n = len(table.systems)
    size = 1.0
    while size > 1e-9:
        there = at + size * step
        with np.errstate(invalid="ignore", divide="ignore"):  # nan outside: not higher
            log = slopes(there[table.first] - there[table.second], there[n]).log
        if (cells * log)[cells > 0].sum() >= best - 1e-12 * abs(best):
            return np.asarray(there)
        size /= 2
    return at


def _davidson(d: Floats, t: float) -> _Slopes:
    weights = np.stack([d / 2, -d / 2, np.full_like(d, t)], axis=1)
    log = weights - np.logaddexp.reduce(weights, axis=1, keepdims=True)
    part = np.exp(log)
    lean = (part[:, :1] - part[:, 1:2]) / 2
    tied = part[:, 2:]
    ones = np.ones((1, OUTCOMES_OF_A_PAIR))
    return _Slopes(
        log=log,
        by_d=np.array([0.5, -0.5, 0.0]) - lean,
        by_t=np.array([0.0, 0.0, 1.0]) - tied,
        dd=-((part[:, :1] + part[:, 1:2]) / 4 - lean**2) * ones,
        dt=lean * tied * ones,
        tt=-tied * (1 - tied) * ones,
    )


def _rao_kupper(d: Floats, t: float) -> _Slopes:
    won, lost = -np.logaddexp(0, t - d), -np.logaddexp(0, t + d)
    p, q = np.exp(won), np.exp(lost)
    # A tie has (e^2t - 1) times the product of both other probabilities.
    tied = won + lost + np.log(np.expm1(2 * t))
    zero = np.zeros_like(d)
    slope = 2 / -np.expm1(-2 * t)
    bend = -slope * (slope - 2)
    return _Slopes(
        log=np.stack([won, lost, tied], axis=1),
        by_d=np.stack([1 - p, q - 1, q - p], axis=1),
        by_t=np.stack([p - 1, q - 1, p + q - 2 + slope], axis=1),
        dd=np.stack([-p * (1 - p), -q * (1 - q), -p * (1 - p) - q * (1 - q)], axis=1),
        dt=np.stack([p * (1 - p), -q * (1 - q), p * (1 - p) - q * (1 - q)], axis=1),
        tt=np.stack([-p * (1 - p), -q * (1 - q), -p * (1 - p) - q * (1 - q) + bend + zero], axis=1),
    )


def _gradient(table: Table, cells: Floats, found: _Slopes) -> Floats:
    n = len(table.systems)
    by_d = (cells * found.by_d).sum(axis=1)
    gradient = np.zeros(n + 1)
    gradient[:n] = np.bincount(table.first, by_d, n) - np.bincount(table.second, by_d, n)
    gradient[n] = (cells * found.by_t).sum()
    return gradient


def _information(table: Table, cells: Floats, found: _Slopes) -> Floats:
    """Minus the second derivatives, the mean of the coefficients pinned as in `fit`."""
    n = len(table.systems)
    dd, dt, tt = (-(cells * one).sum(axis=1) for one in (found.dd, found.dt, found.tt))
    curvature = np.zeros((n + 1, n + 1))
    curvature[table.first, table.second] = curvature[table.second, table.first] = -dd
    curvature[np.arange(n), np.arange(n)] = -curvature[:n, :n].sum(axis=1)
    curvature[:n, :n] += max(float(dd.max()), 1.0) / n
    across = np.bincount(table.first, dt, n) - np.bincount(table.second, dt, n)
    curvature[:n, n] = curvature[n, :n] = across
    curvature[n, n] = tt.sum()
    return curvature


def _spread(table: Table, found: _Slopes, information: Floats, by_person: bool) -> Floats:
    n, units = len(table.systems), table.votes
    pair = units.cell // OUTCOMES_OF_A_PAIR
    pull = np.zeros((len(units.cell), n + 1))
    every = np.arange(len(pull))
    by_d = found.by_d.ravel()[units.cell]
    pull[every, table.first[pair]] = by_d
    pull[every, table.second[pair]] = -by_d
    pull[:, n] = found.by_t.ravel()[units.cell]
    if by_person:
        together = np.zeros((units.n_people, n + 1))
        np.add.at(together, units.person, pull * units.count[:, None])
        between, n_units = together.T @ together, units.n_people
    else:
        between, n_units = (pull * units.count[:, None]).T @ pull, int(units.count.sum())
    bread = np.asarray(np.linalg.inv(information), np.float64)
    bread[:n] -= bread[:n].mean(axis=0)
    variance = np.einsum("ik,kl,il->i", bread, between, bread) * n_units / max(n_units - 1, 1)
    return np.asarray(np.sqrt(np.maximum(variance, 0)))
