"""Resamples: are they what they claim, and do the ones without a maximum widen the interval?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

import ranker
from ranker.bootstrap import _Tiles, bootstrap
from ranker.cells import cells_of
from ranker.count import tally
from ranker.limits import limits_of
from ranker.point import point_of
from ranker.quantiles import expanded, interval, unanimous
from ranker.sampling import Unit, random_numbers, sampler_of
from ranker.standing import standing
from ranker.table import Table, Units, table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import (
    Floats,
    by_mpmath,
    is_strongly_connected,
    votes_from_wins,
    world,
)

NEWCOMER = [
    *votes_from_wins("ada", "bo", 300, 250, 50),
    *votes_from_wins("bo", "cy", 280, 260, 60),
    *votes_from_wins("ada", "cy", 310, 240, 50),
    *votes_from_wins("new", "ada", 30, 1, 0),
    *votes_from_wins("new", "bo", 30, 0, 0),
]
"""Three settled systems, and one that lost once in 61 battles."""


def table(votes: list[dict[str, str]]) -> Table:
    return table_of(cells_of(tally(map(from_vote, votes)).cells))


def row(board: ranker.Board, system: str) -> ranker.BoardRow:
    return next(row for row in board.rows if row.system == system)


def resample(units: Units, n_draws: int, unit: Unit) -> Floats:
    return sampler_of(units, unit).draw(np.random.default_rng(5), n_draws).T


@pytest.mark.parametrize(
    ("unit", "large"),
    [
        ("vote", False),
        ("vote", True),
        ("pair", False),
        ("participant", False),
        ("participant", True),
    ],
)
def test_resamples_have_the_mean_and_spread_of_the_data(
    unit: Unit, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:  # what is drawn in other ways where there are many cells or people
        monkeypatch.setattr("ranker.sampling.FEW_CELLS", 0)
        monkeypatch.setattr("ranker.sampling.DENSE", 1)
    rng = np.random.default_rng(7)
    votes = world(np.array([0.4, 0.0, -0.4]), 1.0, 0.2, 20, 10, rng)
    units = table(votes).votes
    cells = resample(units, 20_000, unit)
    totals = units.totals.astype(float)
    if unit == "participant":
        people = np.zeros((units.n_people, units.n_cells))
        people[units.person, units.cell] = units.count
        expected = np.cov(people, rowvar=False, bias=True) * units.n_people
    else:
        group = np.arange(len(totals)) // 3 if unit == "pair" else np.zeros(len(totals))
        same = group[:, None] == group
        expected = np.diag(totals) - np.outer(totals, totals) * same / (same @ totals)
        for one in np.unique(group):
            assert (cells[:, group == one].sum(axis=1) == totals[group == one].sum()).all()
    np.testing.assert_allclose(cells.mean(axis=0), totals, atol=4 * totals.max() ** 0.5 / 60)
    np.testing.assert_allclose(
        np.cov(cells, rowvar=False), expected, atol=0.05 * np.abs(expected).max()
    )


@pytest.mark.parametrize("large", [False, True])
def test_votes_are_drawn_as_a_multinomial_distribution_has_them(
    large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every outcome of five votes in three cells, against its chance."""
    monkeypatch.setattr("ranker.sampling.FEW_CELLS", 0 if large else 1000)
    units = table(votes_from_wins("ada", "bo", 3, 1, 1)).votes
    drawn, seen = np.unique(resample(units, 60_000, "vote"), axis=0, return_counts=True)
    expected = stats.multinomial(5, [0.6, 0.2, 0.2]).pmf(drawn) * 60_000
    assert len(drawn) == 21
    assert stats.chisquare(seen, expected).pvalue > 1e-3


def test_everybody_without_an_id_is_a_person_of_their_own() -> None:
    anonymous = votes_from_wins("ada", "bo", 7, 4, 2)
    known = [{**vote, "participant": f"p{k}"} for k, vote in enumerate(anonymous)]
    assert table(anonymous).votes.n_people == table(known).votes.n_people == 13
    some = table(anonymous + known[:3]).votes
    assert (some.n_people, some.totals.sum()) == (16, 16)


@pytest.mark.parametrize("unit", ["vote", "participant"])
def test_every_resample_is_placed_as_the_oracles_place_it(unit: Unit) -> None:
    rng = np.random.default_rng(3)
    small = table(world(np.array([1.0, 0.2, -0.2, -1.0]), 0.5, 0.1, 1, 3, rng))
    wins = small.wins(resample(small.votes, 300, unit))
    found = standing(wins, np.arange(4))
    assert found.bounded.tolist() == [is_strongly_connected(one) for one in wins]
    assert 0.1 < found.bounded.mean() < 0.9, "the case must hold both kinds"
    for k in np.flatnonzero(found.bounded)[:40]:
        np.testing.assert_allclose(found.beta[k], by_mpmath(wins[k]), rtol=0, atol=1e-11)
    assert not np.isfinite(found.beta[~found.bounded]).all(axis=1).any()


@given(
    arrays(np.int64, (4, 4), elements=st.sampled_from([0, 0, 0, 1, 2])),
    st.sampled_from([[0, 1, 2, 3], [0, 1], [2]]),
)
@settings(max_examples=150, deadline=None)
def test_infinite_scores_are_where_finite_ones_run_to(wins: Floats, origin: list[int]) -> None:
    """A vanishing tie on every pair that met gives a maximum; scores run off as it vanishes."""
    wins = wins.astype(float)
    np.fill_diagonal(wins, 0)
    met = (wins + wins.T) > 0
    reach = np.linalg.matrix_power(met.astype(int) + np.eye(4, dtype=int), 3) > 0
    found = standing(wins[None], np.array(origin))
    near, far = (by_mpmath(wins + met * tiny) for tiny in (1e-6, 1e-9)) if reach.all() else (0, 0)
    if not reach.all():
        return
    near, far = (x - x[origin].mean() for x in (near, far))
    for k, beta in enumerate(found.beta[0]):
        if np.isfinite(beta):
            assert far[k] == pytest.approx(beta, abs=1e-3)
        elif beta == np.inf:
            assert far[k] > near[k] + 0.5
        elif beta == -np.inf:
            assert far[k] < near[k] - 0.5


def test_a_system_that_lost_once_is_unbounded_in_a_third_of_the_resamples() -> None:
    board = ranker.rank(NEWCOMER, bootstraps=4000)
    # It loses nothing when the one vote is not drawn: (1 - 1/n)^n.
    n = len(NEWCOMER)
    assert board.unbounded / 4000 == pytest.approx((1 - 1 / n) ** n, abs=0.025)
    new = row(board, "new")
    assert np.isfinite(new.beta)
    assert np.isfinite(new.low)
    assert new.high == np.inf
    assert new.note.startswith("no finite score in 3")
    assert any("some system has no finite score" in notice for notice in board.notices)


def test_a_newcomer_leaves_the_intervals_of_the_settled_alone() -> None:
    board = ranker.rank(NEWCOMER)
    before = ranker.rank(NEWCOMER[:-61])
    assert board.origin == before.origin == ("ada", "bo", "cy")
    for system in board.origin:
        assert row(board, system).high - row(board, system).low == pytest.approx(
            row(before, system).high - row(before, system).low, rel=0.1
        )
        assert sum(row(board, s).beta for s in board.origin) == pytest.approx(0, abs=1e-12)


def test_two_groups_on_one_thin_bridge_are_open_to_both_sides() -> None:
    votes = [
        *votes_from_wins("ada", "bo", 60, 50, 5),
        *votes_from_wins("cy", "di", 60, 50, 5),
        *votes_from_wins("ada", "cy", 1, 1, 0),
    ]
    board = ranker.rank(votes)
    assert board.unbounded > 500
    for entry in board.rows:
        assert np.isfinite(entry.beta)
        assert (entry.low, entry.high) == (-np.inf, np.inf)


def test_a_resample_without_a_maximum_never_narrows() -> None:
    finite = np.linspace(-1, 1, 901)[:, None]
    tails = np.array([0.025])
    low, high = interval(finite, tails)
    for stray in (np.inf, -np.inf, np.nan):
        with_strays = np.concatenate([finite, np.full((99, 1), stray)])
        wider_low, wider_high = interval(with_strays, tails)
        assert wider_low <= low
        assert wider_high >= high
        assert np.isinf(wider_low) == (stray != np.inf)
        assert np.isinf(wider_high) == (stray != -np.inf)


def test_an_interval_leaves_out_no_more_than_the_tails() -> None:
    draws = np.random.default_rng(0).permutation(np.arange(1000.0))[:, None]
    low, high = interval(draws, np.array([0.025]))
    assert (draws < low).mean() <= 0.025
    assert (draws > high).mean() <= 0.025
    np.testing.assert_allclose([low[0], high[0]], np.quantile(draws, [0.025, 0.975]), atol=1)


@pytest.mark.parametrize("n_units", [5, 12, 40, 484, 10_000])
@pytest.mark.parametrize("tail", [0.025, 0.05])
def test_few_units_get_the_tail_that_scipy_gives(n_units: int, tail: float) -> None:
    t = stats.t.ppf(1 - tail, n_units - 1)
    expected = stats.norm.sf(t * np.sqrt(n_units / (n_units - 1)))
    assert expanded(tail, n_units) == pytest.approx(expected, rel=0.03)
    assert expanded(tail, 1) == 0


def test_millions_of_units_need_no_wider_interval() -> None:
    """The third power of their number is more than a whole number of eight bytes holds."""
    assert expanded(0.025, 2**22 + 1) == pytest.approx(0.025, rel=1e-5)


@pytest.mark.parametrize("n_units", [1, 3, 40])
def test_unanimous_votes_get_the_exact_binomial_bound(n_units: int) -> None:
    exact = stats.binomtest(n_units, n_units).proportion_ci(0.95, "exact")
    low, high = unanimous(np.array([1.0]), np.array([n_units]), 0.025)
    assert (low[0], high[0]) == pytest.approx((exact.low, 1.0))
    low, high = unanimous(np.array([0.0]), np.array([n_units]), 0.025)
    assert (low[0], high[0]) == pytest.approx((0.0, 1 - exact.low))


def test_a_seed_gives_the_same_draws_however_many_and_whoever_draws_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ranker.bootstrap.WIDEST", 64)
    data = table(NEWCOMER)
    point = point_of(data, by_person=False)
    limits = limits_of(data, point, 0.025, by_person=False)
    whole = bootstrap(data, point, limits, 200, 4, "vote")
    by_many = bootstrap(data, point, limits, 200, 4, "vote", threads=3)
    assert whole.beta.tobytes() == by_many.beta.tobytes()
    assert whole.above.tobytes() == by_many.above.tobytes()
    fewer = bootstrap(data, point, limits, 100, 4, "vote")
    assert whole.beta[:100].tobytes() == fewer.beta.tobytes()
    other = bootstrap(data, point, limits, 200, 5, "vote")
    assert other.beta.tobytes() != whole.beta.tobytes()


@pytest.mark.parametrize("unit", ["vote", "participant", "pair"])
def test_all_at_once_is_as_one_by_one(unit: Unit) -> None:
    rng = np.random.default_rng(13)
    data = table(world(np.array([1.2, 0.1, -0.2, -1.1]), 0.5, 0.1, 2, 4, rng))
    point = point_of(data, by_person=unit == "participant")
    limits = limits_of(data, point, 0.025, unit == "participant")
    together = bootstrap(data, point, limits, 150, 1, unit)
    tiles = _Tiles(data, point, limits, 150, 1, unit)
    cells = tiles.sampler.draw(random_numbers(1, 0, 0), tiles.width)[: data.votes.n_cells, :150]
    alone = standing(data.wins(np.ascontiguousarray(cells.T)), point.origin)
    np.testing.assert_array_equal(together.bounded, alone.bounded)
    assert 0.5 < alone.bounded.mean() < 1, "the case must hold both kinds"
    np.testing.assert_allclose(together.beta, alone.beta, rtol=0, atol=1e-10)
    np.testing.assert_allclose(together.least_share, alone.share, rtol=0, atol=1e-10)
    np.testing.assert_array_equal(together.best, 1 + alone.above.sum(axis=1))
    np.testing.assert_array_equal(together.worst, 4 - alone.above.sum(axis=2))
