"""The pattern responder: seeded, streamed, and nameless."""

import random
import re
from collections.abc import Iterator

import pytest
from nltk.chat.eliza import pairs

from engines.api import FinishReason, Prompt
from engines.eliza.engine import Engine
from engines.errors import EngineError
from tests.helpers.names import NAMES_THAT_GIVE_AWAY


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    engine = Engine()
    engine.load({}, lambda _what, _share: None)
    yield engine
    engine.unload()


def answer(engine: Engine, text: str, seed: int = 0) -> str:
    return "".join(engine.respond(Prompt(text, seed=seed), lambda: False))


def test_turns_what_was_said_around(engine: Engine) -> None:
    answers = {answer(engine, "i am worried about my dog", seed) for seed in range(40)}
    assert answers == {
        "Did you come to me because you are worried about your dog?",
        "How long have you been worried about your dog?",
        "How do you feel about being worried about your dog?",
    }


def test_same_seed_same_answer_and_nobody_else_s_chance_is_touched(engine: Engine) -> None:
    random.seed(5)
    undisturbed = [random.random() for _ in range(3)]
    random.seed(5)
    first, _, second = random.random(), answer(engine, "hello", 7), random.random()
    assert [first, second] == undisturbed[:2]
    assert answer(engine, "hello", 7) == answer(engine, "hello", 7)


@pytest.mark.parametrize("said", ["", "%", "100%1", "i need %9", "quit", "why?", "a" * 5000])
def test_answers_anything(engine: Engine, said: str) -> None:
    for seed in range(20):
        text = answer(engine, said, seed)
        assert text == " ".join(text.split())


def test_no_answer_names_anybody() -> None:
    answers = [text for _, texts in pairs for text in texts]
    for name in NAMES_THAT_GIVE_AWAY:
        pattern = re.compile(rf"\b{name}\b", re.IGNORECASE)
        assert [text for text in answers if pattern.search(text)] == []


def test_a_cancel_ends_it_between_two_words(engine: Engine) -> None:
    asked = iter([False, True])
    answering = engine.respond(Prompt("hello"), lambda: next(asked))
    words = [next(answering)]
    with pytest.raises(StopIteration) as end:
        next(answering)
    assert len(words) == 1
    assert end.value.value.reason is FinishReason.CANCELLED


def test_a_setting_it_does_not_know_is_refused() -> None:
    assert "'script'" in Engine().probe({"script": 1}).reason
    with pytest.raises(EngineError, match="'script'"):
        Engine().load({"script": 1}, lambda _what, _share: None)
