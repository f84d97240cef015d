"""The same numbers from statsmodels: a logistic regression with errors over clusters."""

from __future__ import annotations

import numpy as np
import pytest

from ranker.cells import cells_of
from ranker.count import tally
from ranker.point import point_of
from ranker.sandwich import spreads
from ranker.table import table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import Floats, world

pytestmark = pytest.mark.local


@pytest.mark.parametrize("by_person", [False, True])
def test_scores_and_errors_are_those_of_a_logistic_regression(by_person: bool) -> None:
    models = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(0)
    votes = world(np.array([0.5, 0.1, -0.2, -0.4]), 0.7, 0.2, 15, 10, rng)
    table = table_of(cells_of(tally(map(from_vote, votes)).cells))
    point = point_of(table, by_person)
    systems = [system.id for system in table.systems]
    people = sorted({vote["participant"] for vote in votes})
    rows: Floats = np.zeros((len(votes), len(systems)))
    points, person = [], []
    for row, vote in zip(rows, votes, strict=True):
        row[systems.index(vote["model_a"])] = 1
        row[systems.index(vote["model_b"])] = -1
        points.append({"model_a": 1.0, "model_b": 0.0, "tie": 0.5}[vote["winner"]])
        person.append(people.index(vote["participant"]))
    # The last system is taken for zero; what is compared is measured from the mean.
    model = models.GLM(np.array(points), rows[:, :-1], family=models.families.Binomial())
    groups = np.array(person) if by_person else np.arange(len(votes))
    found = model.fit(
        tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    to_mean = np.vstack([np.eye(3), np.zeros(3)]) - 1 / 4
    np.testing.assert_allclose(point.standing.beta[0], to_mean @ found.params, atol=1e-6)
    n_units = len(people) if by_person else len(votes)
    theirs = np.sqrt(np.diag(to_mean @ found.cov_params() @ to_mean.T) * n_units / (n_units - 1))
    np.testing.assert_allclose(spreads(table, point, by_person), theirs, rtol=1e-6)
