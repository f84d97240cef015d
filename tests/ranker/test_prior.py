"""A prior is asked for, said, and exactly the opponent it says it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import ranker
from ranker.fit import information
from ranker.prior import added_information
from ranker.standing import standing
from tests.helpers.bradley_terry import Floats, by_mpmath, votes_from_wins

UNDEFEATED = [*votes_from_wins("ada", "bo", 9, 0, 0), *votes_from_wins("bo", "cy", 5, 4, 0)]


@given(arrays(np.int64, (4, 4), elements=st.integers(0, 6)), st.sampled_from([0.5, 1.0, 3.0]))
@settings(max_examples=40, deadline=None)
def test_it_is_one_more_system_that_is_not_shown(wins: Floats, prior: float) -> None:
    wins = wins.astype(float)
    np.fill_diagonal(wins, 0)
    with_it = np.full((5, 5), prior)
    with_it[:4, :4] = wins
    np.fill_diagonal(with_it, 0)
    expected = by_mpmath(with_it)[:4]
    found = standing(wins[None], np.arange(4), prior=prior)
    np.testing.assert_allclose(found.beta[0], expected - expected.mean(), atol=1e-11)
    assert found.bounded.all()


def test_its_information_is_that_of_the_likelihood_with_its_strength_left_open() -> None:
    wins = np.array([[0, 9.0, 2], [0, 0, 5], [3, 4, 0]])
    full = np.zeros((1, 4, 4))
    full[0, :3, :3] = wins
    full[0, :3, 3] = full[0, 3, :3] = 0.5
    beta = standing(wins[None], np.arange(3), prior=0.5).within
    whole = by_mpmath(full[0])
    of_all = np.linalg.inv(information(whole[None], full)[0])[:3, :3]
    ours = np.linalg.inv(information(beta, wins[None])[0] + added_information(beta, 0.5)[0])
    apart = np.array([[1.0, -1, 0], [0, 1, -1]])
    np.testing.assert_allclose(apart @ ours @ apart.T, apart @ of_all @ apart.T, rtol=1e-9)


def test_without_asking_there_is_none_and_with_it_the_board_says_so() -> None:
    plain = ranker.rank(UNDEFEATED, bootstraps=400)
    assert plain.prior == 0
    assert plain.rows[0].beta == np.inf
    assert not any("With a prior" in notice for notice in plain.notices)
    board = ranker.rank(UNDEFEATED, bootstraps=400, prior=0.5)
    assert board.prior == board.to_json()["prior"] == 0.5
    assert board.notices[0].startswith("With a prior: every system has won 0.5 games")
    assert all(np.isfinite([row.beta, row.low, row.high]).all() for row in board.rows)
    assert board.unbounded == 0
    assert [row.system for row in board.rows] == ["ada", "bo", "cy"]
    stronger = ranker.rank(UNDEFEATED, bootstraps=400, prior=5)
    assert stronger.rows[0].beta < board.rows[0].beta


@pytest.mark.parametrize("prior", [-1.0, np.inf])
def test_what_is_no_prior_is_refused(prior: float) -> None:
    with pytest.raises(ValueError, match="prior must be 0 or more"):
        ranker.rank(UNDEFEATED, prior=prior)
