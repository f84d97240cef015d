"""Generation settings mean what they say, or are refused."""

from __future__ import annotations

import pytest

from engines.errors import EngineError
from engines.generation import Generation, read_generation


def test_nothing_said_takes_the_likeliest_token() -> None:
    assert read_generation({}) == Generation()
    assert not read_generation({}).samples


def test_what_is_said_is_taken() -> None:
    said = {"max_new_tokens": 3, "temperature": 0.7, "top_p": 0.9, "top_k": 40}
    assert read_generation(said) == Generation(3, 0.7, 0.9, 40)
    assert read_generation(said).samples


def test_an_engine_may_have_settings_of_its_own() -> None:
    assert read_generation({"voice": "any"}, others={"voice"}) == Generation()


@pytest.mark.parametrize(
    "wrong",
    [
        {"max_tokens": 5},
        {"max_new_tokens": 0},
        {"max_new_tokens": 1.5},
        {"max_new_tokens": True},
        {"temperature": -0.1},
        {"temperature": "warm"},
        {"temperature": float("nan")},
        {"top_p": 0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"repetition_penalty": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(EngineError, match=next(iter(wrong))):
        read_generation(wrong)
