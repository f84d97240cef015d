"""Other people's roads to the same numbers, and worlds whose truth is known.

Nothing here imports the ranker: an oracle that shares code with what it judges judges nothing.
"""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse

Floats = NDArray[np.float64]


def by_mpmath(wins: Floats) -> Floats:
    """The maximum of the likelihood to 50 digits (Newton, in multiprecision); mean 0."""
    n = len(wins)
    with mpmath.workdps(50):
        table = [[mpmath.mpf(float(x)) for x in row] for row in wins]
        beta = [mpmath.mpf(0)] * n
        for _ in range(500):
            gradient, hessian = _derivatives(table, beta)
            step = mpmath.lu_solve(hessian, gradient)
            size = max(abs(x) for x in step)
            scale = mpmath.mpf(1) if size < 1 else 1 / size
            beta = [b + scale * s for b, s in zip(beta, step, strict=True)]
            if size < mpmath.mpf(10) ** -30:
                break
        else:
            raise AssertionError("the oracle did not converge")
        mean = mpmath.fsum(beta) / n
        return np.array([float(b - mean) for b in beta])


def _derivatives(table: list[list[Any]], beta: list[Any]) -> tuple[Any, Any]:
    n = len(beta)
    gradient = mpmath.matrix(n, 1)
    hessian = mpmath.matrix(n, n)
    for i in range(n):
        for j in range(n):
            hessian[i, j] += mpmath.mpf(1) / n
            if i == j:
                continue
            met = table[i][j] + table[j][i]
            chance = 1 / (1 + mpmath.exp(beta[j] - beta[i]))
            gradient[i] += table[i][j] - met * chance
            hessian[i, i] += met * chance * (1 - chance)
            hessian[i, j] -= met * chance * (1 - chance)
    return gradient, hessian


def negative_log_likelihood(beta: Floats, wins: Floats) -> float:
    """Equation 2 of the paper with the sign turned."""
    gap = beta[:, None] - beta[None, :]
    return float((wins * np.logaddexp(0, -gap)).sum())


def by_lbfgs(wins: Floats) -> Floats:
    """The paper's road: L-BFGS, with options tight enough to arrive; mean 0."""

    def both(beta: Floats) -> tuple[float, Floats]:
        chance = 1 / (1 + np.exp(beta[None, :] - beta[:, None]))
        slope = (wins + wins.T) * chance
        return negative_log_likelihood(beta, wins), slope.sum(axis=1) - wins.sum(axis=1)

    options = {"ftol": 1e-16, "gtol": 1e-10, "maxiter": 10_000, "maxfun": 100_000}
    found = optimize.minimize(
        both, np.zeros(len(wins)), method="L-BFGS-B", jac=True, options=options
    )
    return np.asarray(found.x - found.x.mean())


def is_strongly_connected(wins: Floats) -> bool:
    """scipy's answer to Ford's condition."""
    n, _ = sparse.csgraph.connected_components(wins > 0, directed=True, connection="strong")
    return bool(n == 1)


def votes_from_wins(
    first: str, second: str, won: int, lost: int, tied: int
) -> list[dict[str, str]]:
    """Votes of one pair, the slots taken in turn."""
    votes = []
    for outcome, count in (("first", won), ("second", lost), ("tie", tied)):
        for k in range(count):
            a, b = (first, second) if k % 2 == 0 else (second, first)
            winner = outcome
            if outcome != "tie":
                winner = "model_a" if (outcome == "first") == (k % 2 == 0) else "model_b"
            votes.append({"model_a": a, "model_b": b, "winner": winner})
    return votes


def chance_of(gap: float, taste: float) -> float:
    """Probability, over people, that one prefers the system that is better by `gap` log-odds, when
    people's tastes differ by `taste` (standard deviation per system, log-odds)."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    values = 1 / (1 + np.exp(-(gap + np.sqrt(2) * taste * nodes)))
    return float((weights * values).sum() / weights.sum())


def world(
    strengths: Floats, taste: float, ties: float, people: int, each: int, rng: np.random.Generator
) -> list[dict[str, str]]:
    """Votes of the paper's design: every pair gets `people` persons, each gives `each` votes on it.

    Nobody votes on two pairs. A part `ties` of the votes is a tie, whatever the systems.
    """
    n = len(strengths)
    names = [f"system-{k}" for k in range(n)]
    votes = []
    for i in range(n):
        for j in range(i + 1, n):
            for person in range(people):
                own = strengths + taste * rng.standard_normal(n)
                prefers = rng.random(each) < 1 / (1 + np.exp(own[j] - own[i]))
                tied = rng.random(each) < ties
                swap = rng.random(each) < 0.5
                for first_won, tie, swapped in zip(prefers, tied, swap, strict=True):
                    a, b = (j, i) if swapped else (i, j)
                    winner = "tie" if tie else "model_a" if first_won != swapped else "model_b"
                    votes.append(
                        {
                            "model_a": names[a],
                            "model_b": names[b],
                            "winner": winner,
                            "participant": f"{i}-{j}-{person}",
                        }
                    )
    return votes


def truth_of(strengths: Floats, taste: float, ties: float) -> Floats:
    """What infinitely many people of `world` would make of the coefficients."""
    n = len(strengths)
    wins = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if i != j:
                chance = chance_of(strengths[i] - strengths[j], taste)
                wins[i, j] = (1 - ties) * chance + ties / 2
    return by_lbfgs(wins * 1000)
