"""How few votes would change the leader: against trying every set of them."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ranker.cells import cells_of
from ranker.count import tally
from ranker.fragility import Fragility, fragility
from ranker.point import point_of
from ranker.table import Table, table_of
from ranker.votes import from_vote
from tests.helpers.bradley_terry import by_mpmath, votes_from_wins, world


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


@pytest.mark.parametrize("seed", range(4))
def test_what_was_found_is_enough_and_one_less_of_the_same_is_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes = world(np.array([0.4, 0.25, -0.2, -0.5]), 0.6, 0.2, 20, 10, rng)
    fewest, _ = found(votes)
    assert fewest is not None
    assert fewest.people is not None
    assert 0 < fewest.people < fewest.votes < len(votes) // 5
    # A person gave ten votes: people are fewer, but not by more than that.
    assert fewest.votes <= 10 * fewest.people


def test_a_lead_that_every_vote_supports_has_no_such_number() -> None:
    votes = [*votes_from_wins("ada", "bo", 9, 0, 0), *votes_from_wins("bo", "cy", 5, 4, 0)]
    data = table([*votes, *votes_from_wins("cy", "ada", 1, 8, 0)])
    assert data.systems[0].id == "ada"
    beta = point_of(data, by_person=False).standing.within[0]
    fewest = fragility(data, 0, [1, 2], beta)
    assert fewest is None or fewest.votes > 4
