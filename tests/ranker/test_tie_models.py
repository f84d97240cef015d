"""Models of ties: against scipy's way to the same maximum, and worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from ranker.cells import Cells
from ranker.point import point_of
from ranker.table import Table, table_of
from ranker.tie_models import NoTieModel, TieRule, fit_ties
from ranker.votes import System
from tests.helpers.bradley_terry import Floats

RULES: tuple[TieRule, ...] = ("davidson", "rao-kupper")
TRUE = np.array([0.8, 0.2, -0.3, -0.7])


def chances(rule: TieRule, gap: float, tie: float) -> Floats:
    """First preferred, second preferred, tie; written as in the papers."""
    first, second = np.exp(gap / 2), np.exp(-gap / 2)
    if rule == "davidson":
        found = np.array([first, second, np.exp(tie)])
        return found / found.sum()
    theta = np.exp(tie)
    won, lost = first / (first + theta * second), second / (second + theta * first)
    return np.array([won, lost, 1 - won - lost])


def votes_of(rule: TieRule, tie: float, each: int, seed: int, n: int = 4) -> Table:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n):
        for j in range(i + 1, n):
            won, lost, tied = rng.multinomial(each, chances(rule, TRUE[i] - TRUE[j], tie))
            rows += [(i, j, 0, won), (i, j, 1, lost), (i, j, 2, tied)]
    a, b, outcome, count = np.array(rows).T
    systems = [System(f"system-{k}") for k in range(n)]
    return table_of(
        Cells.of(systems, [], person=np.full(len(a), -1), a=a, b=b, outcome=outcome, count=count)
    )


@pytest.mark.parametrize("rule", RULES)
def test_it_is_the_maximum_that_scipy_finds(rule: TieRule) -> None:
    data = votes_of(rule, 0.4, 40, 3)
    cells = data.votes.totals.reshape(-1, 3)

    def minus(at: Floats) -> float:
        beta = np.append(at[:3], -at[:3].sum())
        return -sum(
            float(cells[k] @ np.log(chances(rule, beta[i] - beta[j], at[3])))
            for k, (i, j) in enumerate(zip(data.first, data.second, strict=True))
        )

    theirs = optimize.minimize(
        minus, np.array([0, 0, 0, 0.3]), method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 20_000, "maxfev": 20_000},
    )  # fmt: skip
    ours = fit_ties(data, point_of(data, by_person=False), rule, by_person=False)
    np.testing.assert_allclose(ours.beta[:3], theirs.x[:3], atol=1e-6)
    assert ours.tie == pytest.approx(theirs.x[3], abs=1e-6)
    assert ours.log_likelihood == pytest.approx(-theirs.fun, abs=1e-8)


@pytest.mark.parametrize("rule", RULES)
def test_the_truth_comes_back_within_its_error(rule: TieRule) -> None:
    errors = []
    for seed in range(60):
        data = votes_of(rule, 0.4, 300, seed)
        found = fit_ties(data, point_of(data, by_person=False), rule, by_person=False)
        errors.append([*((found.beta - TRUE) / found.se), (found.tie - 0.4) / found.tie_se])
    np.testing.assert_allclose(np.mean(errors, axis=0), 0, atol=0.45)
    np.testing.assert_allclose(np.std(errors, axis=0), 1, atol=0.3)


def test_the_model_that_made_the_votes_fits_them_better() -> None:
    for rule, other in (RULES, RULES[::-1]):
        data = votes_of(rule, 0.9, 200_000, 0)
        point = point_of(data, by_person=False)
        fits = {one: fit_ties(data, point, one, by_person=False) for one in RULES}
        assert fits[rule].log_likelihood > fits[other].log_likelihood + 10
        np.testing.assert_allclose(fits[rule].beta, TRUE, atol=0.02)


@pytest.mark.parametrize("rule", RULES)
def test_where_the_likelihood_has_no_end_there_is_no_model(rule: TieRule) -> None:
    systems = [System("ada"), System("bo")]
    cases = (([0, 1], "no ties"), ([2], "Wins alone"), ([0, 2], "Wins alone"), ([0, 1, 2], None))
    for outcomes, why in cases:
        n = len(outcomes)
        data = table_of(
            Cells.of(systems, [], person=[-1] * n, a=[0] * n, b=[1] * n, outcome=outcomes)
        )
        point = point_of(data, by_person=False)
        if why is None:
            assert np.isfinite(fit_ties(data, point, rule, by_person=False).beta).all()
        else:
            with pytest.raises(NoTieModel, match=why):
                fit_ties(data, point, rule, by_person=False)
