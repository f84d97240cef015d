"""Stars: how likely is a pair that looks like this, when there is no difference?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import ranker
from ranker.board import PairCount
from ranker.disagreement import disagreements
from ranker.pairwise import tests as p_values
from ranker.ranking import Resample
from ranker.text import render
from tests.helpers.bradley_terry import votes_from_wins, world
from tests.ranker.test_fit import PUBLISHED


def pair_of(votes: list[dict[str, str]], bootstraps: int = 1000) -> PairCount:
    return ranker.rank(votes, resample="vote", bootstraps=bootstraps).pairs[0]


def test_the_papers_p_is_the_one_sided_one() -> None:
    """Gemini and GPT4o: the site prints 0.088. By exact trinomial sums "fewer points" has 0.0840
    and "no more points" 0.0920; level resamples count half."""
    printed = next(p for p in PUBLISHED["votes"] if p["first"] == "Gemini")
    assert printed["second"] == "GPT4o"
    n, won, lost, tied = 500, printed["won"], printed["lost"], printed["tied"]
    fewer = level = 0.0
    for ties in range(n + 1):
        part, decided = stats.binom.pmf(ties, n, tied / n), n - ties
        fewer += part * stats.binom.cdf((decided - 1) // 2, decided, won / (won + lost))
        if decided % 2 == 0:
            level += part * stats.binom.pmf(decided // 2, decided, won / (won + lost))
    assert fewer == pytest.approx(0.0840, abs=5e-4)
    assert fewer + level == pytest.approx(0.0920, abs=5e-4)
    pair = pair_of(votes_from_wins("Gemini", "GPT4o", won, lost, tied), 20_000)
    assert pair.p_one_sided == pytest.approx(fewer + level / 2, abs=4 * 0.28 / 20_000**0.5)
    assert pair.p == pytest.approx(2 * (fewer + level), abs=8 * 0.28 / 20_000**0.5)
    assert pair.p > 2 * pair.p_one_sided, "resamples that come out level count whole"
    assert pair.p_family == pair.p, "one pair is a family of its own"


@pytest.mark.parametrize(("won", "lost", "tied"), [(3, 2, 0), (3, 2, 6), (6, 3, 4), (5, 0, 0)])
def test_one_pair_is_a_family_of_its_own(won: int, lost: int, tied: int) -> None:
    pair = pair_of(votes_from_wins("ada", "bo", won, lost, tied))
    assert pair.p_family == pair.p


@pytest.mark.parametrize("won", [1, 3, 8])
def test_a_few_votes_that_agree_are_a_coin_that_fell_so(won: int) -> None:
    pair = pair_of(votes_from_wins("ada", "bo", won, 0, 0))
    assert pair.p == pytest.approx(2 * 0.5**won, rel=1e-6)


def test_no_difference_is_no_star() -> None:
    pair = pair_of(votes_from_wins("ada", "bo", 20, 20, 5))
    assert pair.p == pair.p_family == 1


def test_among_equals_some_pair_is_starred_one_time_in_twenty_at_most() -> None:
    """300 worlds of fifteen pairs without any difference."""
    rng = np.random.default_rng(0)
    single, family = [], []
    for _ in range(300):
        seen = rng.multinomial(100, [0.4, 0.4, 0.2], size=15)
        share = (seen[:, 0] + seen[:, 2] / 2) / 100
        drawn = np.stack([rng.multinomial(100, pair / 100, size=400) for pair in seen], axis=1)
        draws = (drawn[:, :, 0] + drawn[:, :, 2] / 2) / 100
        found = p_values(share, draws, np.full(15, 100), np.zeros(15, bool))
        single.append((found.two_sided < 0.05).any())
        family.append((found.family < 0.05).any())
        assert (found.family >= found.two_sided).all()
    assert np.mean(single) > 0.4, "the reason for the other one"
    assert 0.02 <= np.mean(family) <= 0.085


def test_six_people_star_no_more_equal_pairs_than_many_do() -> None:
    """Six equal pairs; without the wider tails of few people a star of all in every fourth world,
    and one pair of nine starred."""
    rng = np.random.default_rng(5)
    starred, some_family = [], []
    for number in range(25):
        votes = world(np.zeros(4), 0.8, 0.2, 6, 10, rng)
        board = ranker.rank(votes, bootstraps=200, seed=number)
        starred += [pair.p < 0.05 for pair in board.pairs]
        some_family.append(min(pair.p_family for pair in board.pairs) < 0.05)
        for pair in board.pairs:
            assert (pair.p < 0.05) == (not pair.low <= 0.5 <= pair.high)
    assert np.mean(starred) <= 0.065
    assert np.mean(some_family) <= 0.1


@given(
    counts=st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=2, max_size=8),
    confidence=st.sampled_from([0.8, 0.9, 0.95]),
    unit=st.sampled_from(["participant", "vote"]),
)
@settings(max_examples=25, deadline=None)
def test_a_p_is_small_exactly_where_the_interval_leaves_out_a_half(
    counts: list[tuple[int, int, int]], confidence: float, unit: Resample
) -> None:
    """Also where people are two, where they agree, and where resamples come out level."""
    votes = [
        {**vote, "participant": f"p{number}"}
        for number, (won, lost, tied) in enumerate(counts)
        for vote in votes_from_wins("ada", "bo", won, lost, tied)
    ]
    if len({vote["participant"] for vote in votes}) < 2:
        return
    board = ranker.rank(votes, bootstraps=200, confidence=confidence, resample=unit)
    (pair,) = board.pairs
    assert (pair.p < 1 - confidence) == (not pair.low <= 0.5 <= pair.high)


def test_people_star_fewer_equal_pairs_than_votes_do() -> None:
    rng = np.random.default_rng(4)
    units: tuple[Resample, ...] = ("vote", "participant")
    starred = dict.fromkeys(units, 0)
    for number in range(40):
        votes = world(np.zeros(2), 0.8, 0.2, 40, 10, rng)
        for unit in units:
            board = ranker.rank(votes, bootstraps=400, seed=number, resample=unit)
            starred[unit] += board.pairs[0].p < 0.05
    assert starred["participant"] <= 5
    assert starred["vote"] >= 2 * starred["participant"]


def test_a_pair_that_speaks_against_the_board_says_whether_chance_explains_it() -> None:
    votes = [
        *votes_from_wins("ada", "bo", 45, 55, 0),
        *votes_from_wins("ada", "cy", 90, 10, 0),
        *votes_from_wins("bo", "cy", 60, 40, 0),
    ]
    board = ranker.rank(votes)
    notes = {(pair.first, pair.second): pair.note for pair in board.pairs}
    assert [row.system for row in board.rows] == ["ada", "bo", "cy"]
    assert "bo is ahead of ada head to head (55.0 % of the points)" in notes["ada", "bo"]
    assert "which chance explains (P = 0." in notes["ada", "bo"]
    assert disagreements(board.pairs) == (notes["ada", "bo"],)
    assert not notes["ada", "cy"] + notes["bo", "cy"]


def test_one_that_chance_does_not_explain_is_said_in_full() -> None:
    votes = [
        *votes_from_wins("ada", "bo", 120, 180, 0),
        *votes_from_wins("ada", "cy", 290, 10, 0),
        *votes_from_wins("bo", "cy", 160, 140, 0),
    ]
    board = ranker.rank(votes, bootstraps=2000)
    (said,) = disagreements(board.pairs)
    assert "bo is ahead of ada head to head (60.0 % of the points, P = 0.00" in said
    assert said.endswith("yet stands below it: against the others ada did better.")
    assert said in render(board)


def test_those_that_chance_explains_are_one_line() -> None:
    """Nine equal systems: pairs that lean against the board are many, and say nothing."""
    rng = np.random.default_rng(0)
    board = ranker.rank(world(np.zeros(9), 0.0, 0.2, 4, 4, rng), bootstraps=200)
    against = [pair for pair in board.pairs if pair.note]
    assert len(against) > 5
    assert all("which chance explains" in pair.note for pair in against)
    (said,) = disagreements(board.pairs)
    assert "pairs are the other way round; chance explains each" in said
    least = min(pair.p_family for pair in against)
    assert float(said.split("P ≥ ")[1][:4]) == pytest.approx(min(least, 0.99), abs=0.01)
    assert said in render(board)
    assert "is ahead of" not in render(board)


def test_a_pair_of_few_people_who_agree_has_exact_bounds_whoever_else_voted() -> None:
    """Most resamples of so many people lack a few of the five, and some lack them all."""
    votes = world(np.array([0.3, 0.0, -0.3]), 0.5, 0.2, 100, 4, np.random.default_rng(3))
    few = [
        {"model_a": "new", "model_b": "system-0", "winner": "model_a", "participant": f"q{k}"}
        for k in range(5)
    ]
    board = ranker.rank([*votes, *few], bootstraps=2000, resample="participant")
    pair = next(pair for pair in board.pairs if "new" in (pair.first, pair.second))
    assert (pair.points, pair.high) == (1.0, 1.0)
    assert pair.low == pytest.approx(0.025 ** (1 / 5))
    assert pair.p_one_sided == pytest.approx(0.5**5)
    assert pair.p == pytest.approx(2 * 0.5**5)
