"""What simulated participants prefer is what was planted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from desktop.simulation.voters import Crowd, Voter, planted, true_points
from ui.state import Vote

CROWD = Crowd(merits={"good": 0.7, "bad": -0.9})
BATTLES = 10


def points_of_good(crowd: Crowd, voters: int) -> float:
    """Of real voters, each through one session in which the slots change."""
    points = 0.0
    for seed in range(voters):
        voter = Voter(crowd, seed)
        for number in range(1, BATTLES + 1):
            left, right = ("good", "bad") if (number + seed) % 2 else ("bad", "good")
            vote = voter.vote(left, right, number)
            won = {Vote.A: left, Vote.B: right}.get(vote)
            points += 0.5 if won is None else float(won == "good")
    return points / (voters * BATTLES)


@pytest.mark.parametrize("careless", [0.0, 0.3])
@pytest.mark.parametrize("tie_width", [0.0, 0.8])
def test_what_votes_without_end_would_give_is_what_voters_do(
    careless: float, tie_width: float
) -> None:
    crowd = replace(CROWD, careless=careless, tie_width=tie_width)
    told = true_points(crowd, "good", "bad", BATTLES)
    assert points_of_good(crowd, 1_500) == pytest.approx(told, abs=0.015)
    assert true_points(crowd, "bad", "good", BATTLES) == pytest.approx(1 - told)


def test_who_does_not_read_votes_for_nobody() -> None:
    asleep = replace(CROWD, careless=1.0)
    assert true_points(asleep, "good", "bad", BATTLES) == pytest.approx(0.5)


def test_a_tie_of_two_bad_ones_is_both_bad() -> None:
    same = Crowd(merits={"x": -2.0, "y": -2.0}, taste=0.0, careless=0.0, fatigue=0.0, tie_width=9.0)
    assert Voter(same, 1).vote("x", "y", 1) is Vote.BOTH_BAD
    better = replace(same, merits={"x": 0.0, "y": 0.0})
    assert Voter(better, 1).vote("x", "y", 1) is Vote.TIE


def test_a_voter_reads_texts_and_knows_nothing_else() -> None:
    with pytest.raises(KeyError):
        Voter(CROWD, 1).vote("good", "a text that nobody wrote", 1)
    one, again = Voter(CROWD, 7), Voter(CROWD, 7)
    assert [one.vote("good", "bad", n) for n in range(1, 30)] == [
        again.vote("good", "bad", n) for n in range(1, 30)
    ]


def test_the_first_system_of_a_study_is_planted_as_the_best() -> None:
    assert planted(["x", "y", "z"]) == {"x": 1.0, "y": 0.0, "z": -1.0}
