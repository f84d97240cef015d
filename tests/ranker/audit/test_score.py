"""Intervals hold the truth as often as they say, also where rows of a person hang together."""

from __future__ import annotations

import numpy as np

from ranker.audit.score import CONFIDENCE, score

PEOPLE, EACH, WORLDS = 20, 10, 400


def covered(*, by_person: bool) -> float:
    """Part of the intervals that hold a truth of 0.4, where people differ."""
    rng = np.random.default_rng(3)
    people = np.repeat(np.arange(PEOPLE), EACH)
    groups = people if by_person else np.arange(PEOPLE * EACH)
    held = 0
    for _ in range(WORLDS):
        own = rng.beta(2, 3, PEOPLE)[people]
        right = (rng.random(len(people)) < own).astype(np.float64)
        found = score(right, np.zeros(len(people)), groups, 2)
        held += found.low <= 0.4 <= found.high
    return held / WORLDS


def test_by_person_the_interval_holds_what_it_promises() -> None:
    assert covered(by_person=True) > CONFIDENCE - 0.015


def test_ten_battles_of_a_person_are_not_ten_peoples() -> None:
    """What the design effect is for: without it the same intervals are too narrow."""
    assert covered(by_person=False) < CONFIDENCE - 0.03


def test_all_right_is_no_certainty() -> None:
    found = score(np.ones(50), np.full(50, 0.5), np.arange(50), 2)
    assert (found.accuracy, found.high) == (1.0, 1.0)
    assert 0.8 < found.low < 0.95
    assert found.leaks


def test_half_right_of_two_is_no_leak() -> None:
    found = score(np.full(50, 0.5), np.full(50, 0.5), np.arange(50), 2)
    assert found.accuracy == found.chance
    assert not found.leaks


def test_one_group_says_nothing() -> None:
    found = score(np.ones(50), np.full(50, 0.5), np.zeros(50, dtype=np.int64), 2)
    assert (found.low, found.high) == (0.0, 1.0)
    assert not found.leaks
