"""Standard errors in one pass, against the spread of the resamples and against a formula."""

from __future__ import annotations

import numpy as np
import pytest

import ranker
from ranker.bootstrap import bootstrap
from ranker.cells import cells_of
from ranker.count import tally
from ranker.limits import limits_of
from ranker.point import point_of
from ranker.sandwich import spreads
from ranker.table import Table, table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import votes_from_wins, world


def table(votes: list[dict[str, str]]) -> Table:
    return table_of(cells_of(tally(map(from_vote, votes)).cells))


@pytest.mark.parametrize("by_person", [False, True])
def test_it_is_the_spread_of_the_resamples(by_person: bool) -> None:
    rng = np.random.default_rng(0)
    data = table(world(np.array([0.4, 0.1, -0.1, -0.4]), 0.8, 0.2, 60, 10, rng))
    point = point_of(data, by_person)
    limits = limits_of(data, point, 0.025, by_person)
    draws = bootstrap(data, point, limits, 10_000, 0, "participant" if by_person else "vote")
    np.testing.assert_allclose(spreads(data, point, by_person), draws.beta.std(axis=0), rtol=0.03)


def test_it_is_the_sandwich_of_a_logistic_regression() -> None:
    """Two systems, no ties: the log-odds have 1 / (n p (1 - p)), either score a half of it."""
    data = table(votes_from_wins("ada", "bo", 30, 70, 0))
    found = spreads(data, point_of(data, by_person=False), by_person=False)
    expected = np.sqrt(1 / (100 * 0.3 * 0.7)) / 2 * np.sqrt(100 / 99)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_where_nothing_ends_the_likelihood_there_is_none() -> None:
    data = table(votes_from_wins("ada", "bo", 5, 0, 0))
    assert np.isnan(spreads(data, point_of(data, by_person=False), by_person=False)).all()


@pytest.mark.parametrize("by_person", [False, True])
def test_a_newcomer_without_a_loss_takes_nobody_elses_error(by_person: bool) -> None:
    """The rest is a table of its own, and what is known of it stays known."""
    rng = np.random.default_rng(2)
    votes = world(np.array([0.4, 0.0, -0.4]), 0.8, 0.2, 20, 10, rng)
    new = {"model_a": "new", "model_b": "system-1", "winner": "model_a", "participant": "1-2-3"}
    alone, beside = table(votes), table([*votes, new])
    assert beside.systems[0].id == "new"
    found = spreads(beside, point_of(beside, by_person), by_person)
    expected = spreads(alone, point_of(alone, by_person), by_person)
    assert np.isnan(found[0])
    np.testing.assert_allclose(found[1:], expected, rtol=1e-9)
    board, before = (ranker.rank(some, bootstraps=100) for some in ([*votes, new], votes))
    assert board.width_ratio == pytest.approx(before.width_ratio, rel=1e-9)
    assert any("times as wide" in notice for notice in board.notices)


def test_groups_that_never_met_have_no_error_on_one_scale() -> None:
    votes = votes_from_wins("ada", "bo", 5, 4, 0) + votes_from_wins("cy", "dee", 5, 4, 0)
    data = table(votes)
    assert np.isnan(spreads(data, point_of(data, by_person=False), by_person=False)).all()


def test_ten_votes_of_one_person_are_not_ten_peoples() -> None:
    rng = np.random.default_rng(1)
    alike = ranker.rank(world(np.array([0.4, 0.0, -0.4]), 0.0, 0.2, 60, 10, rng))
    apart = ranker.rank(world(np.array([0.4, 0.0, -0.4]), 1.0, 0.2, 60, 10, rng))
    assert alike.width_ratio == pytest.approx(1.0, abs=0.08)
    assert apart.width_ratio > 1.6
    assert any("times as wide" in notice for notice in apart.notices)
    for row in apart.rows:
        assert (row.high - row.low) / 2 == pytest.approx(1.96 * row.se, rel=0.12)
        assert row.se_votes < row.se
