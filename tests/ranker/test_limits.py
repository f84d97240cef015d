"""What is said where all who voted agree: a bound that holds, an order where it is earned."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ranker
from ranker.cells import cells_of
from ranker.count import tally
from ranker.distribution import distribution
from ranker.limits import limits_of
from ranker.point import point_of
from ranker.table import table_of
from ranker.text import render
from ranker.votes import from_vote
from tests.helpers.bradley_terry import Floats, by_mpmath, votes_from_wins

Votes = list[dict[str, str]]


def rank(votes: Votes, bootstraps: int = 400, confidence: float = 0.95) -> ranker.Board:
    return ranker.rank(votes, bootstraps=bootstraps, confidence=confidence)


def by_people(votes: Votes, people: int) -> Votes:
    return [vote | {"participant": f"p{k % people}"} for k, vote in enumerate(votes)]


def everybody(votes: Votes, people: int) -> Votes:
    """Each of `people` gives all these votes."""
    return [vote | {"participant": f"p{k}"} for k in range(people) for vote in votes]


def row(board: ranker.Board, system: str) -> ranker.BoardRow:
    return next(row for row in board.rows if row.system == system)


def drawn(true: Sequence[float], pairs: Floats, rng: np.random.Generator) -> Votes:
    """As many votes on each pair as `pairs`, shape = (n, n), says above its diagonal."""
    votes: Votes = []
    for i, j in zip(*np.triu_indices(len(true), 1), strict=True):
        won = int(rng.binomial(int(pairs[i, j]), 1 / (1 + math.exp(true[j] - true[i]))))
        votes += votes_from_wins(f"s{i}", f"s{j}", won, int(pairs[i, j]) - won, 0)
    return votes


FOUR = [
    vote
    for a, b in (("bo", "cy"), ("bo", "di"), ("bo", "ed"), ("cy", "di"), ("cy", "ed"), ("di", "ed"))
    for vote in votes_from_wins(a, b, 22, 17, 1)
]
ACE = [
    vote for other in ("bo", "cy", "di", "ed") for vote in votes_from_wins("ace", other, 40, 0, 0)
]


@pytest.mark.parametrize("upside_down", [False, True])
def test_who_won_every_battle_is_first_and_has_no_score(upside_down: bool) -> None:
    turned = {"model_a": "model_b", "model_b": "model_a", "tie": "tie"}
    votes = by_people(FOUR + ACE, 40)
    if upside_down:
        votes = [vote | {"winner": turned[vote["winner"]]} for vote in votes]
    board = rank(votes)
    ace, others = row(board, "ace"), [r for r in board.rows if r.system != "ace"]
    assert all(math.isfinite(x) for r in others for x in (r.beta, r.low, r.high))
    if upside_down:
        assert (ace.beta, ace.low, ace.rank_text, ace.first_in) == (-math.inf, -math.inf, "5", 0)
        assert math.isfinite(ace.high)
        assert ace.high < min(r.beta for r in others)
        assert all(r.rank_high < 5 for r in others)
        assert board.leader != "ace"
        assert "place ace" not in board.verdict
        return
    assert (ace.beta, ace.high, ace.rank_text, ace.first_in) == (math.inf, math.inf, "1", 1)
    assert math.isfinite(ace.low)
    assert ace.low > max(r.beta for r in others)
    assert ace.share_low < ace.share_high == 1
    assert all((r.rank_low > 1, r.first_in, r.share_low) == (True, 0, 0) for r in others)
    assert board.leader == "ace"
    assert board.verdict == (
        "ace is ahead of every other system: it won every battle, so no score can say by how much."
    )
    assert "; ace has no score to be part of it." in " ".join(board.notices)


def test_the_others_scores_are_those_that_they_have_without_it() -> None:
    # Each of these people voted on the four alone, and forty others on ace.
    alone = by_people(FOUR, 40)
    others = [vote | {"participant": f"q{k % 40}"} for k, vote in enumerate(ACE)]
    with_it, without = rank(alone + others, 2000), rank(alone, 2000)
    assert with_it.origin == without.origin
    for before in without.rows:
        after = row(with_it, before.system)
        assert after.beta == pytest.approx(before.beta, abs=1e-10)
        assert after.high - after.low == pytest.approx(before.high - before.low, rel=0.15)
        assert (after.rank_low, after.rank_high) == (before.rank_low + 1, before.rank_high + 1)


def test_one_vote_claims_nothing() -> None:
    board = rank(votes_from_wins("real", "fake", 1, 0, 0))
    assert board.verdict == "Not enough votes to compare the systems with each other."
    assert board.leader is None
    real = row(board, "real")
    assert (real.rank_text, real.beta, real.high) == ("1–2", math.inf, math.inf)
    assert real.low == pytest.approx(math.log(0.025 / 0.975) / 2)
    assert math.isnan(real.first_in)


def test_the_board_and_the_pair_say_the_same_of_two() -> None:
    board = rank(by_people(votes_from_wins("real", "fake", 200, 0, 0), 20))
    (pair,) = board.pairs
    real = row(board, "real")
    assert real.low == pytest.approx(math.log(pair.low / (1 - pair.low)) / 2)
    assert real.share_low == pytest.approx(pair.low)


@pytest.mark.parametrize("n", [10, 50, 200])
def test_one_vote_less_moves_the_bound_a_little_and_down(n: int) -> None:
    lows = [
        rank(votes_from_wins("real", "fake", n - lost, lost, 0), 4000).rows[0].low
        for lost in range(4)
    ]
    assert lows == sorted(lows, reverse=True)
    assert lows[0] - lows[1] < 0.25


def test_the_softened_table_is_what_is_fitted() -> None:
    votes = by_people(FOUR + ACE, 40)
    table = table_of(cells_of(tally(map(from_vote, votes)).cells))
    point = point_of(table, by_person=True)
    limits = limits_of(table, point, 0.025, by_person=True)
    wins = table.wins(table.votes.totals[None].astype(float))[0]
    (k,) = (k for k, system in enumerate(table.systems) if system.id == "ace")
    q = 0.025 ** (1 / 40)
    assert (wins[:, k] == 0).all()
    wins[:, k], wins[k] = (1 - q) * wins[k], q * wins[k]
    np.testing.assert_allclose(limits.starts[0], by_mpmath(wins), atol=1e-9)
    assert limits.told.all()


def test_a_chain_has_an_order_and_a_star_only_its_middle() -> None:
    a_b, b_c = votes_from_wins("a", "b", 2, 0, 0), votes_from_wins("b", "c", 2, 0, 0)
    chain = rank(everybody(a_b + b_c, 40))
    assert [(r.system, r.rank_text) for r in chain.rows] == [("a", "1"), ("b", "2"), ("c", "3")]
    assert chain.rows[1].note == (
        "took every point from some systems and none from others: no score"
    )
    star = rank(everybody(a_b + votes_from_wins("a", "c", 2, 0, 0), 40))
    assert [(r.system, r.rank_text) for r in star.rows] == [("a", "1"), ("b", "2–3"), ("c", "2–3")]
    assert star.leader == "a"


def test_what_a_third_gets_back_does_not_speak_for_the_first() -> None:
    """A hundred votes put a above c. The one of c against b, softened, would drag b below a."""
    votes = [
        *votes_from_wins("a", "b", 4, 0, 0),
        *votes_from_wins("a", "c", 100, 0, 0),
        *votes_from_wins("b", "c", 1, 0, 0),
    ]
    table = table_of(cells_of(tally(map(from_vote, votes)).cells))
    limits = limits_of(table, point_of(table, by_person=False), 0.025, by_person=False)
    names = [system.id for system in table.systems]
    a, b, c = (names.index(name) for name in "abc")
    assert not limits.may[a, b]
    assert limits.may[a, c]


def test_systems_in_another_row_are_never_called_the_first_two() -> None:
    votes = votes_from_wins("ada", "bo", 30, 28, 5) + votes_from_wins("new", "bo", 2, 0, 0)
    board = rank(votes)
    assert board.rows[0].system == "new"
    assert board.verdict == "ada and bo cannot be told apart; not enough votes to place new."


def test_where_all_votes_are_ties_the_interval_is_that_of_the_pair() -> None:
    board = rank(by_people(votes_from_wins("a", "b", 0, 0, 20), 20))
    (pair,) = board.pairs
    for one in board.rows:
        assert (one.share_low, one.share_high) == pytest.approx((pair.low, pair.high))
        assert one.high == pytest.approx(math.log(pair.high / (1 - pair.high)) / 2)
        assert one.rank_text == "1–2"
        assert math.isnan(one.first_in)
        assert math.isnan(one.se)
    assert board.fragile is None
    said = render(board)
    assert "Resamples cannot differ, because all 20 participants say the same" in said
    assert "times as wide" not in said
    assert "Without" not in said


@pytest.mark.parametrize(("people", "leads"), [(12, False), (40, True)])
def test_people_who_all_vote_alike_are_still_a_sample(people: int, leads: bool) -> None:
    one = [
        vote
        for a, b in (("a", "b"), ("a", "c"), ("b", "c"))
        for vote in votes_from_wins(a, b, 2, 1, 0)
    ]
    board = rank(everybody(one, people))
    assert all(r.low < r.beta < r.high for r in board.rows)
    assert all(r.share_low < r.share < r.share_high for r in board.rows)
    assert all(p.low < p.points < p.high and p.p >= 0.5**people for p in board.pairs)
    assert board.slot is not None
    assert board.slot.low < board.slot.points < board.slot.high
    assert (board.leader == "a") is leads
    first = board.rows[0].first_in
    assert first == 1 if leads else math.isnan(first)
    assert math.isnan(board.width_ratio)


def test_rounding_is_no_spread() -> None:
    shown = distribution("a", np.array([0.25, 0.25 + 5e-17, 0.25 - 5e-17] * 100))
    assert shown is not None
    assert (shown.width, shown.counts) == (0.0, (300,))


def test_one_other_voter_is_enough_for_resamples_to_differ() -> None:
    votes = [*everybody(votes_from_wins("a", "b", 2, 1, 0), 12)]
    votes += [vote | {"participant": "x"} for vote in votes_from_wins("a", "b", 1, 2, 0)]
    board = rank(votes)
    assert "Resamples cannot differ" not in render(board)
    assert board.rows[0].low < board.rows[0].beta < board.rows[0].high
    assert all(math.isfinite(r.se) for r in board.rows)


def test_strength_is_open_where_the_score_is_and_nowhere_else() -> None:
    board = rank(by_people(votes_from_wins("real", "fake", 199, 1, 0), 20))
    real, fake = board.rows
    assert real.high == math.inf
    assert 0.95 < real.share_low < real.share < real.share_high == 1
    assert 0 == fake.share_low < fake.share < fake.share_high < 0.05
    assert "on average" not in render(board)


def test_the_mean_width_says_which_intervals_it_leaves_out() -> None:
    votes = by_people(FOUR, 40)
    plain = next(n for n in rank(votes).notices if "on average" in n)
    newcomer = votes_from_wins("new", "bo", 20, 1, 0)
    votes += [vote | {"participant": f"q{k % 7}"} for k, vote in enumerate(newcomer)]
    said = next(n for n in rank(votes).notices if "on average" in n)
    assert "on average if" in plain
    assert "on average, 1 open one left out, if" in said


WINS = st.lists(st.integers(0, 9), min_size=9, max_size=9)


@given(WINS, st.sampled_from([0.8, 0.95, 0.99]))
@settings(max_examples=25, deadline=None)
def test_more_confidence_never_claims_more(wins: list[int], confidence: float) -> None:
    """And what is claimed agrees with who beat whom without limit."""
    n = 3
    votes = [
        vote
        for k, won in enumerate(wins)
        if k // n != k % n
        for vote in votes_from_wins(f"s{k // n}", f"s{k % n}", won, 0, 0)
    ]
    if not votes:
        return
    table = table_of(cells_of(tally(map(from_vote, votes)).cells))
    point = point_of(table, by_person=False)
    sure, surer = (
        limits_of(table, point, tail, by_person=False)
        for tail in ((1 - confidence) / 2, (1 - confidence) / 20)
    )
    assert not (surer.may & ~sure.may & surer.apart).any()
    across = sure.apart & sure.may
    assert not (across & ~point.standing.above[0]).any()
    assert not (across & across.T).any()


def held(worlds: int, true: Sequence[float], votes: int, seed: int, bootstraps: int) -> Floats:
    """Part of the worlds in which the lower bound of the first score holds the truth, in which its
    rank does, in which it won every battle, and in which it did and the bound is wrong. Truth is
    measured from the board's own origin."""
    rng = np.random.default_rng(seed)
    n = len(true)
    scores, places, unbeaten, wrong = [], [], [], []
    for number in range(worlds):
        cast = drawn(true, np.full((n, n), votes), rng)
        board = ranker.rank(cast, bootstraps=bootstraps, seed=number)
        first = row(board, "s0")
        origin = np.mean([true[int(name[1:])] for name in board.origin])
        scores.append(first.low <= true[0] - origin)
        rank_of_it = 1 + sum(x > true[0] for x in true)
        places.append(first.rank_low <= rank_of_it <= first.rank_high)
        unbeaten.append(first.beta == math.inf)
        wrong.append(unbeaten[-1] and not scores[-1])
    return np.array([np.mean(scores), np.mean(places), np.mean(unbeaten), np.mean(wrong)])


def test_the_bounds_of_what_never_lost_hold_the_truth() -> None:
    scores, places, unbeaten, _ = held(24, (3.0, 0.2, -0.2), 12, 3, 60)
    assert 0.2 < unbeaten < 0.8, "the case must hold both kinds"
    assert scores >= 0.95
    assert places >= 0.95


@pytest.mark.full
@pytest.mark.parametrize("ahead", [0.0, 0.5, 1.0, 2.0, 3.0, 4.0])
@pytest.mark.parametrize("votes", [3, 10, 40])
def test_the_bounds_hold_the_truth_at_every_distance(ahead: float, votes: int) -> None:
    scores, places, _, wrong = held(400, (ahead, 0.2, 0.0, -0.2), votes, 7, 400)
    assert wrong <= 0.025
    assert scores >= 0.90  # with a few defeats, percentiles of resamples are a little bold
    assert places >= 0.95 - 0.022
