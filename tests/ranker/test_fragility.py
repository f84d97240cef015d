"""How few votes would change the leader: against trying every set of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ranker
from ranker.cells import cells_of
from ranker.count import tally
from ranker.fragility import MOST_AT_FIRST, Fragility, enough, fragility
from ranker.point import point_of
from ranker.table import Table, table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import by_mpmath, votes_from_wins


def table(votes: list[dict[str, str]]) -> Table:
    return table_of(cells_of(tally(map(from_vote, votes)).cells))


def found(votes: list[dict[str, str]]) -> tuple[Fragility | None, Table]:
    data = table(votes)
    beta = point_of(data, by_person=True).standing.within[0]
    order = np.argsort(-beta, kind="stable").tolist()
    return fragility(data, order[0], order[1:], beta), data


def leads(votes: list[dict[str, str]], leader: str) -> bool:
    systems = sorted({vote[side] for vote in votes for side in ("model_a", "model_b")})
    wins = np.zeros((len(systems),) * 2)
    for vote in votes:
        i, j = systems.index(vote["model_a"]), systems.index(vote["model_b"])
        points = {"model_a": 1.0, "model_b": 0.0, "tie": 0.5}[vote["winner"]]
        wins[i, j] += points
        wins[j, i] += 1 - points
    beta = by_mpmath(wins)
    first = systems.index(leader)
    return bool((np.delete(beta, first) < beta[first] - 1e-9).all())


THIN = [
    *votes_from_wins("ada", "bo", 4, 3, 1),
    *votes_from_wins("bo", "cy", 4, 3, 1),
    *votes_from_wins("ada", "cy", 5, 3, 1),
]


def test_no_smaller_set_of_votes_does_it() -> None:
    fewest, _ = found(THIN)
    assert fewest is not None
    enough = dict.fromkeys(range(1, fewest.votes + 1), False)
    for n in enough:
        kinds = {tuple(sorted(map(str, left))): left for left in combinations(THIN, n)}
        for left in kinds.values():
            rest = THIN.copy()
            for vote in left:
                rest.remove(vote)
            if not leads(rest, "ada"):
                enough[n] = True
                break
    assert enough == {n: n == fewest.votes for n in enough}


def uneven(seed: int, sizes: dict[tuple[int, int], list[int]]) -> list[dict[str, str]]:
    """Votes on pairs of systems by people of one pair each, who give as many votes as `sizes`
    says."""
    rng = np.random.default_rng(seed)
    strengths = np.array([0.3, 0.15, 0.1, -0.5])
    votes = []
    for (i, j), each in sizes.items():
        for person, n in enumerate(each):
            gap = strengths[i] - strengths[j] + rng.normal(0, 0.8)
            for first in rng.random(n) < 1 / (1 + np.exp(-gap)):
                winner = "model_a" if first else "model_b"
                who = f"p{i}{j}-{person}"
                vote = {"model_a": f"s{i}", "model_b": f"s{j}", "winner": winner}
                votes.append({**vote, "participant": who})
    return votes


SMALL = {(0, 1): [1] * 4, (0, 2): [5, 2], (1, 2): [1, 2, 1], (0, 3): [2, 3], (2, 3): [4, 1]}


def without(votes: list[dict[str, str]], people: tuple[str, ...]) -> list[dict[str, str]]:
    return [vote for vote in votes if vote["participant"] not in people]


@pytest.mark.parametrize(("seed", "least"), [(0, 1), (7, 3), (8, 2), (18, 2), (22, 3), (35, 3)])
def test_no_fewer_people_do_it(seed: int, least: int) -> None:
    """Thirteen people gave from one vote to five; every set of them is left out and fitted."""
    votes = uneven(seed, SMALL)
    fewest, data = found(votes)
    assert fewest is not None
    assert fewest.people == least
    assert sets_that_do_it(votes, data.systems[fewest.first].id, range(1, least + 1)) == [least]


def test_more_than_the_least_may_be_found_but_it_is_enough() -> None:
    """The way down is greedy: six are found where three would do, once in forty such worlds."""
    votes = uneven(2, SMALL)
    fewest, data = found(votes)
    assert fewest is not None
    assert fewest.people == 6
    assert sets_that_do_it(votes, data.systems[fewest.first].id, (3, 6)) == [3, 6]


def test_where_two_are_level_nothing_need_be_left_out() -> None:
    fewest, _ = found(
        [*votes_from_wins("ada", "bo", 4, 4, 0), *votes_from_wins("cy", "bo", 1, 9, 0)]
    )
    assert fewest is None


def sets_that_do_it(
    votes: list[dict[str, str]], leader: str | None, sizes: Iterable[int]
) -> list[int]:
    """Those `sizes` of which there is a set of people without whom the leader does not lead."""
    people = sorted({vote["participant"] for vote in votes})
    return [
        n
        for n in sizes
        if any(not_first(without(votes, left), str(leader)) for left in combinations(people, n))
    ]


def not_first(votes: list[dict[str, str]], leader: str) -> bool:
    """Whether another is level with it or above; False where nothing can be said of some."""
    data = table(votes)
    now = point_of(data, by_person=True).standing
    names = [system.id for system in data.systems]
    if not now.bounded[0] or leader not in names:
        return False
    first = names.index(leader)
    return bool((np.delete(now.beta[0], first) >= now.beta[0, first] - 1e-9).any())


def test_the_fewest_people_may_hold_back_another_than_the_fewest_votes_do() -> None:
    """Single votes decide between s0 and s1, people of fifteen votes between s0 and s2."""
    sizes = {
        (0, 1): [1] * 60, (0, 2): [15] * 8, (1, 2): [1] * 40,
        (0, 3): [2] * 20, (1, 3): [1] * 30, (2, 3): [15] * 8,
    }  # fmt: skip
    votes = uneven(1, sizes)
    fewest, data = found(votes)
    assert fewest is not None
    rivals = [k for k in range(4) if k != fewest.first]
    beta = point_of(data, by_person=True).standing.within[0]
    alone = {k: fragility(data, fewest.first, [k], beta) for k in rivals}
    by_people = {k: one.people for k, one in alone.items() if one and one.people}
    by_votes = {k: one.votes for k, one in alone.items() if one}
    assert fewest.people_rival != fewest.rival
    assert fewest.votes == min(by_votes.values()) == by_votes[fewest.rival]
    assert fewest.people == min(by_people.values()) == by_people[fewest.people_rival]
    board = ranker.rank(votes, bootstraps=100)
    assert board.fragile is not None
    assert board.fragile.participants_rival == data.systems[fewest.people_rival].id
    told = f"would draw level with {board.fragile.first} or pass it; without all votes of"
    assert any(told in notice for notice in board.notices)


def test_a_lead_that_every_vote_supports_has_no_such_number() -> None:
    votes = [*votes_from_wins("ada", "bo", 9, 0, 0), *votes_from_wins("bo", "cy", 5, 4, 0)]
    data = table([*votes, *votes_from_wins("cy", "ada", 1, 8, 0)])
    assert data.systems[0].id == "ada"
    beta = point_of(data, by_person=False).standing.within[0]
    fewest = fragility(data, 0, [1, 2], beta)
    assert fewest is None or fewest.votes > 4


@given(
    n=st.integers(MOST_AT_FIRST + 1, 12_000),
    kinds=st.integers(1, 2_000),
    part=st.floats(0.0001, 1.1),
    seed=st.integers(0, 2**16),
)
def test_few_of_many_are_found_as_if_all_were_put_in_order(
    n: int, kinds: int, part: float, seed: int
) -> None:
    """Many pull alike: of these the first of all goes first, whether many or few are sorted."""
    rng = np.random.default_rng(seed)
    pull = rng.normal(size=kinds)[rng.integers(0, kinds, n)]
    available = rng.integers(0, 3, n)
    goal = part * float(np.maximum(pull, 0) @ available)
    left, expected = goal, np.zeros(n, np.int64)
    for k in sorted(range(n), key=lambda k: -pull[k]):
        if pull[k] > 0 and available[k] and left > 0:
            expected[k] = min(available[k], max(1, np.ceil(left / pull[k])))
            left -= pull[k] * expected[k]
    found = enough(pull, available, goal)
    assert found @ pull == pytest.approx(expected @ pull, rel=1e-9, abs=1e-12)
    assert np.abs(found - expected).sum() <= 1  # where the last of them ends, sums round
