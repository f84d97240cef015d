"""What goes over the wire to Gemini, and what is made of its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.api import FinishReason, Prompt, Turn
from engines.errors import ErrorKind
from tests.helpers.fake_api import Events
from tests.helpers.fake_google import SERVED, chunk
from tests.helpers.remote_worker import Remote, spoken

pytestmark = pytest.mark.local


def test_the_take_goes_as_it_is_with_all_that_belongs_to_it(asked: Remote, take: Path) -> None:
    settings = {"max_new_tokens": 64, "temperature": 0.3, "top_p": 0.9, "top_k": 5}
    responded = asked.ask(spoken(take, settings=settings))
    (question,) = asked.api.questions
    assert asked.api.wavs == [take.read_bytes()]
    assert question.body["generationConfig"] == {
        "maxOutputTokens": 64,
        "temperature": 0.3,
        "topP": 0.9,
        "topK": 5,
        "seed": 7,
    }
    system = question.body["systemInstruction"]["parts"]
    assert system == [{"text": "You are a helpful assistant."}]
    roles = [content["role"] for content in question.body["contents"]]
    assert roles == ["user", "model", "user"]
    sound, words = question.body["contents"][-1]["parts"]
    assert set(sound) == {"inlineData"}
    assert words == {"text": "Respond conversationally to the speech provided."}
    assert responded.text == "Half past two."
    assert responded.finished.reason is FinishReason.STOP
    assert responded.finished.model_version == SERVED
    assert responded.finished.prompt_tokens == 50
    assert responded.finished.answer_tokens == 3


def test_earlier_takes_go_with_it(asked: Remote, take: Path) -> None:
    asked.ask(spoken(take, history=[Turn("", "hello to you", take)]))
    (question,) = asked.api.questions
    assert asked.api.wavs == [take.read_bytes()] * 2
    first, answered, last = question.body["contents"]
    assert first == last
    assert answered == {"role": "model", "parts": [{"text": "hello to you"}]}


def test_what_is_not_set_is_not_sent(asked: Remote) -> None:
    asked.ask(Prompt(text="what time is it"))
    (question,) = asked.api.questions
    assert question.body["generationConfig"] == {"seed": 0}
    assert "systemInstruction" not in question.body
    assert question.body["contents"] == [{"role": "user", "parts": [{"text": "what time is it"}]}]


def test_a_large_seed_is_cut_to_what_gemini_can_hold(asked: Remote) -> None:
    asked.ask(Prompt(text="what time is it", seed=2**40 + 5))
    (question,) = asked.api.questions
    assert question.body["generationConfig"]["seed"] == 5


def test_a_setting_that_gemini_lacks_is_refused(asked: Remote) -> None:
    error = asked.error(Prompt(text="hello", settings={"repetition_penalty": 1.1}))
    assert error.kind is ErrorKind.INTERNAL
    assert asked.api.questions == []


def test_thoughts_are_no_answer(asked: Remote) -> None:
    thought = chunk("")
    thought["candidates"][0]["content"]["parts"] = [{"text": "hm", "thought": True}]
    asked.api.script.append(Events(extra=(thought,)))
    assert asked.ask(Prompt(text="go on")).text == "Half past two."
