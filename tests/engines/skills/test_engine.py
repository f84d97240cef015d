"""The responder streams words and can be stopped between them."""

from collections.abc import Generator
from datetime import datetime

import pytest

from engines.api import Finished, FinishReason, Prompt, Turn
from engines.errors import EngineError
from engines.skills.engine import Engine
from engines.skills.jokes import read_jokes


def loaded() -> Engine:
    engine = Engine(now=lambda: datetime(2026, 3, 2, 17, 7))
    engine.load({}, lambda _what, _share: None)
    return engine


def collect(answering: Generator[str, None, Finished]) -> tuple[list[str], Finished]:
    words: list[str] = []
    while True:
        try:
            words.append(next(answering))
        except StopIteration as end:
            return words, end.value


def test_words_arrive_one_by_one() -> None:
    words, finished = collect(loaded().respond(Prompt("what time is it"), lambda: False))
    assert words == ["It ", "is ", "5:07 ", "in ", "the ", "afternoon."]
    assert finished == Finished(FinishReason.STOP, "skills 1", prompt_tokens=4, answer_tokens=6)


def test_a_cancel_ends_it_between_two_words() -> None:
    asked = iter([False, False, True])
    words, finished = collect(loaded().respond(Prompt("what time is it"), lambda: next(asked)))
    assert words == ["It ", "is "]
    assert finished.reason is FinishReason.CANCELLED
    assert finished.answer_tokens == 2


def test_an_earlier_joke_is_not_told_again() -> None:
    engine = loaded()
    history = [Turn("tell me a joke", joke) for joke in read_jokes()[:-1]]
    words, _ = collect(engine.respond(Prompt("another joke", history=history), lambda: False))
    assert "".join(words) == read_jokes()[-1]


def test_without_a_clock_of_its_own_it_reads_the_computer_s() -> None:
    words, _ = collect(Engine().respond(Prompt("what year is it"), lambda: False))
    assert int(words[-1].strip(".")) >= 2025


def test_the_tables_that_decide_answers_are_named_with_their_sums() -> None:
    weights = Engine().load({}, lambda _what, _share: None).weights
    assert set(weights) == {"capitals.toml", "jokes.toml", "units.toml"}


def test_a_setting_it_does_not_know_is_refused() -> None:
    assert "'beam'" in Engine().probe({"beam": 1}).reason
    with pytest.raises(EngineError, match="'beam'"):
        Engine().load({"beam": 1}, lambda _what, _share: None)
