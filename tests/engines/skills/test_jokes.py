"""Jokes: one at a time, and none twice."""

from engines.skills.jokes import read_jokes
from tests.helpers.skills import ask


def test_a_joke_is_one_of_ours() -> None:
    assert ask("tell me a joke", seed=3).text in read_jokes()


def test_every_joke_is_told_sooner_or_later() -> None:
    assert {ask("make me laugh", seed=seed).text for seed in range(300)} == set(read_jokes())


def test_none_is_told_twice_while_there_is_another() -> None:
    told: list[str] = []
    for seed in range(len(read_jokes())):
        told.append(ask("another one please", seed=seed, answered_before=told).text)
    assert sorted(told) == sorted(read_jokes())
    assert ask("another joke", answered_before=told).text in read_jokes()


def test_a_word_about_jokes_is_no_request() -> None:
    assert ask("what makes a joke funny").intent == ""
