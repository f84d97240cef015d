"""Coin and dice: fair, and the same for the same seed."""

import re
from collections import Counter

import pytest

from tests.helpers.skills import ask


def test_a_coin_falls_on_either_side() -> None:
    sides = Counter(ask("flip a coin", seed=seed).text for seed in range(400))
    assert set(sides) == {"The coin landed on heads.", "The coin landed on tails."}
    assert min(sides.values()) > 150  # 5 standard deviations


def test_a_die_shows_every_face() -> None:
    faces = Counter(ask("roll a die", seed=seed).text for seed in range(1200))
    assert set(faces) == {f"You rolled a {face}." for face in range(1, 7)}
    assert min(faces.values()) > 130  # 5 standard deviations


def test_same_seed_same_throw() -> None:
    assert ask("roll six dice", seed=9) == ask("roll six dice", seed=9)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("roll two dice", 2),
        ("roll the dice", 2),
        ("throw a pair of dice", 2),
        ("roll three dice please", 3),
        ("roll six dice", 6),
    ],
)
def test_as_many_dice_as_were_asked_for(question: str, count: int) -> None:
    values = [int(figure) for figure in re.findall(r"\d+", ask(question).text)]
    assert len(values) == count + 1
    assert sum(values[:-1]) == values[-1]
