"""When a recogniser's text is believed."""

from __future__ import annotations

import importlib.util
import math
from pathlib import Path

import pytest

from engines.speech_heard import CERTAIN_ABOVE, NO_SPEECH_ABOVE, was_anything_said


@pytest.mark.parametrize(
    ("no_speech", "mean_logprob", "said"),
    [
        (0.01, -0.2, True),  # plain speech
        (0.01, -3.0, True),  # mumbled, but certainly speech
        (0.9, -0.3, True),  # the words are certain, whatever the first look said
        (0.9, -1.7, False),  # noise
        (0.6, -9.0, True),  # the first threshold itself still counts as speech
        (0.9, -1.0, False),  # the second itself is not enough
    ],
)
def test_two_doubts_together_make_an_empty_take(
    no_speech: float, mean_logprob: float, said: bool
) -> None:
    assert was_anything_said(no_speech, mean_logprob) is said


def test_a_model_that_broke_down_heard_nothing() -> None:
    assert not was_anything_said(math.nan, math.nan)


@pytest.mark.local
def test_the_thresholds_are_those_of_openai_whisper() -> None:
    spec = importlib.util.find_spec("whisper")
    assert spec is not None
    assert spec.origin is not None
    source = Path(spec.origin).with_name("transcribe.py").read_text("utf-8")
    assert f"no_speech_threshold: Optional[float] = {NO_SPEECH_ABOVE}," in source
    assert f"logprob_threshold: Optional[float] = {CERTAIN_ABOVE}," in source
