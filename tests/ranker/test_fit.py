"""The maximum itself, against three other roads to it and against published numbers."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import choix
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import ranker
from ranker.fit import fit
from tests.helpers.bradley_terry import (
    Floats,
    by_lbfgs,
    by_mpmath,
    is_strongly_connected,
    negative_log_likelihood,
    votes_from_wins,
)

PUBLISHED: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "talkarena.toml").read_text(encoding="utf-8")
)


def fit_one(wins: Floats) -> Floats:
    return fit(wins[None], np.ones((1, *wins.shape), bool))[0]


@st.composite
def tables(draw: st.DrawFn, most: int = 400) -> Floats:
    """Tables of (half) wins with a finite maximum, thin and lopsided ones among them."""
    n = draw(st.integers(2, 6))
    cells = st.one_of(st.just(0), st.integers(0, 2), st.integers(0, most))
    wins = draw(arrays(np.int64, (n, n), elements=cells)).astype(float)
    ties = np.triu(draw(arrays(np.int64, (n, n), elements=cells)), 1) / 2
    wins += ties + ties.T
    np.fill_diagonal(wins, 0)
    assume(is_strongly_connected(wins))
    return wins


@given(tables())
@settings(max_examples=60, deadline=None)
def test_fifty_digits_agree_to_twelve(wins: Floats) -> None:
    np.testing.assert_allclose(fit_one(wins), by_mpmath(wins), rtol=0, atol=1e-12)


@pytest.mark.parametrize("odds", [1e3, 1e9, 1e15])
def test_a_long_chain_of_lopsided_pairs_still_settles(odds: float) -> None:
    n = 7
    wins = np.diag(np.full(n - 1, odds), 1) + np.diag(np.ones(n - 1), -1)
    expected = np.log(odds) * (np.arange(n)[::-1] - (n - 1) / 2)
    np.testing.assert_allclose(fit_one(wins), expected, rtol=1e-13, atol=1e-13 * np.log(odds))


@given(tables())
@settings(max_examples=40, deadline=None)
def test_lbfgs_and_choix_arrive_at_the_same_place(wins: Floats) -> None:
    # L-BFGS on a nearly flat likelihood stops before it arrives, so the votes are many.
    wins = wins * 50 + (wins.sum() * (1 - np.eye(len(wins))))
    ours = fit_one(wins)
    np.testing.assert_allclose(ours, by_lbfgs(wins), rtol=0, atol=1e-6)
    ilsr = choix.ilsr_pairwise_dense(wins, alpha=0.0, tol=1e-10)
    np.testing.assert_allclose(ours, ilsr - ilsr.mean(), rtol=0, atol=1e-6)


@given(tables(), st.integers(0, 5))
@settings(max_examples=40, deadline=None)
def test_a_table_is_fitted_alike_alone_and_in_company(wins: Floats, place: int) -> None:
    n = len(wins)
    company = np.tile(1 - np.eye(n), (6, 1, 1)) * np.arange(1, 7)[:, None, None]
    company[:, 0, 1] += 1000
    company[place] = wins
    together = fit(company, np.ones(company.shape, bool))
    assert together[place].tobytes() == fit_one(wins).tobytes()


@given(tables(), st.integers(2, 9))
@settings(max_examples=40, deadline=None)
def test_counting_every_vote_k_times_moves_nothing(wins: Floats, times: int) -> None:
    np.testing.assert_allclose(fit_one(wins * times), fit_one(wins), rtol=0, atol=1e-11)


@given(tables(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_systems_in_another_order_keep_their_scores(wins: Floats, random: Any) -> None:
    order = list(range(len(wins)))
    random.shuffle(order)
    shuffled = fit_one(wins[np.ix_(order, order)])
    np.testing.assert_allclose(shuffled, fit_one(wins)[order], rtol=0, atol=1e-11)


@given(tables())
@settings(max_examples=40, deadline=None)
def test_turning_every_vote_round_turns_every_score_round(wins: Floats) -> None:
    np.testing.assert_allclose(fit_one(wins.T), -fit_one(wins), rtol=0, atol=1e-11)


@given(tables())
@settings(max_examples=40, deadline=None)
def test_adding_a_tie_brings_two_systems_closer(wins: Floats) -> None:
    before = fit_one(wins)
    top, last = int(before.argmax()), int(before.argmin())
    assume(before[top] - before[last] > 1e-6)
    tied = wins.copy()
    tied[top, last] += 0.5
    tied[last, top] += 0.5
    after = fit_one(tied)
    assert after[top] - after[last] < before[top] - before[last]


def published_board() -> ranker.Board:
    votes = [
        vote
        for pair in PUBLISHED["votes"]
        for vote in votes_from_wins(
            pair["first"], pair["second"], pair["won"], pair["lost"], pair["tied"]
        )
    ]
    return ranker.rank(votes, bootstraps=4000)


def test_the_papers_site_is_reproduced() -> None:
    board = published_board()
    rows = {row.system: row for row in board.rows}
    assert [row.system for row in board.rows] == list(PUBLISHED["betas"])
    for system, row in rows.items():
        assert row.beta == pytest.approx(PUBLISHED["betas"][system], abs=5.1e-5)
        assert row.share == pytest.approx(PUBLISHED["shares"][system], abs=1e-3)
        half = (row.high - row.low) / 2
        assert half == pytest.approx(1.96 * PUBLISHED["sd"][system], rel=0.06)
    wins = np.zeros((5, 5))
    names = list(rows)
    for pair in PUBLISHED["votes"]:
        i, j = names.index(pair["first"]), names.index(pair["second"])
        wins[i, j], wins[j, i] = (pair[k] + pair["tied"] / 2 for k in ("won", "lost"))
    betas = np.array([row.beta for row in board.rows])
    likelihood = negative_log_likelihood(betas, wins)
    assert likelihood == pytest.approx(PUBLISHED["likelihood"]["negative_log"], abs=5.1e-5)
    assert sum(row.beta for row in board.rows) == pytest.approx(0, abs=1e-12)


def test_the_papers_pairs_and_intervals_are_reproduced() -> None:
    found = {(pair.first, pair.second): pair for pair in published_board().pairs}
    for printed in PUBLISHED["votes"]:
        names = printed["first"], printed["second"]
        share, low, high = (printed[key] for key in ("share", "low", "high"))
        if names not in found:
            names, share, low, high = names[::-1], 1 - share, 1 - high, 1 - low
        pair = found[names]
        assert pair.points == pytest.approx(share, abs=5.1e-4)
        assert pair.low == pytest.approx(low, abs=4e-3)
        assert pair.high == pytest.approx(high, abs=4e-3)
