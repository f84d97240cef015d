"""What goes over the wire to a server that speaks like OpenAI, and what is made of its answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.api import FinishReason, Prompt, Turn
from engines.errors import ErrorKind
from tests.helpers.fake_api import Events, Raw, Status, nothing_wrong
from tests.helpers.fake_openai import FINGERPRINT, MODEL, SERVED, FakeOpenAI, chunk, event
from tests.helpers.remote_worker import Remote, remote, spoken

pytestmark = pytest.mark.local


def test_the_take_goes_as_it_is_with_all_that_belongs_to_it(asked: Remote, take: Path) -> None:
    settings = {"max_new_tokens": 64, "temperature": 0.3, "top_p": 0.9, "top_k": 5}
    responded = asked.ask(spoken(take, settings=settings, seed=2**40))
    (question,) = asked.api.questions
    assert asked.api.wavs == [take.read_bytes()]
    messages = question.body.pop("messages")
    assert question.body == {
        "model": MODEL,
        "stream": True,
        "stream_options": {"include_usage": True},
        "seed": 2**40,
        "max_tokens": 64,
        "temperature": 0.3,
        "top_p": 0.9,
        "top_k": 5,
    }
    assert [message["role"] for message in messages] == ["system", "user", "assistant", "user"]
    assert [part["type"] for part in messages[-1]["content"]] == ["text", "input_audio"]
    assert responded.text == "Half past two."
    assert responded.finished.reason is FinishReason.STOP
    assert responded.finished.model_version == f"{SERVED}; {FINGERPRINT}; input_audio"
    assert responded.finished.prompt_tokens == 40
    assert responded.finished.answer_tokens == 3


def test_earlier_takes_go_with_it(asked: Remote, take: Path) -> None:
    asked.ask(spoken(take, history=[Turn("", "hello to you", take)]))
    (question,) = asked.api.questions
    assert asked.api.wavs == [take.read_bytes()] * 2
    _, first, answered, last = question.body["messages"]
    assert first == last
    assert answered == {"role": "assistant", "content": "hello to you"}


def test_what_is_not_set_is_not_sent(asked: Remote) -> None:
    asked.ask(Prompt(text="what time is it"))
    (question,) = asked.api.questions
    assert set(question.body) == {"model", "stream", "stream_options", "seed", "messages"}
    assert question.body["messages"] == [{"role": "user", "content": "what time is it"}]


def test_a_text_answer_names_no_form_of_sound(asked: Remote) -> None:
    responded = asked.ask(Prompt(text="what time is it"))
    assert responded.finished.model_version == f"{SERVED}; {FINGERPRINT}"


def test_the_transcript_of_a_spoken_answer_is_its_text(asked: Remote) -> None:
    spoken_words = tuple(
        chunk({"audio": {"id": "a", "transcript": word}}) for word in ("so ", "so")
    )
    asked.api.script.append(Events(pieces=(), extra=spoken_words))
    assert asked.ask(Prompt(text="how are you")).text == "so so"


def test_a_server_that_keeps_its_line_open_behind_an_answer_is_not_waited_for(
    asked: Remote,
) -> None:
    whole = event({"content": "Yes."}) + event({}, finish="stop")
    asked.api.script.append(Raw(whole))
    assert asked.ask(Prompt(text="well?")).text == "Yes."


def test_sound_is_handed_over_the_other_way_where_the_first_is_refused(take: Path) -> None:
    with FakeOpenAI() as api:
        api.forms = {"audio_url"}
        model = {"address": api.address, "model": MODEL}
        with remote("openai_compatible", api, model) as worker:
            first = worker.ask(spoken(take))
            refused = list(api.wrong)
            second = worker.ask(spoken(take))
        assert first.finished.model_version == f"{SERVED}; {FINGERPRINT}; audio_url"
        assert second.finished.model_version == first.finished.model_version
        assert len(refused) == 1
        assert "unsupported content[].type 'input_audio'" in refused[0]
        assert api.wrong == refused, "what worked was not remembered"
        assert api.wavs == [take.read_bytes()] * 2


def test_a_request_that_is_wrong_in_both_forms_is_told_in_the_first_words(
    asked: Remote, take: Path
) -> None:
    words = "temperature must be below 1"
    asked.api.script.extend(
        [Status(400, {"error": {"message": words}}), Status(422, {"detail": "no"})]
    )
    error = asked.error(spoken(take, settings={"temperature": 1.5}))
    assert error.kind is ErrorKind.INTERNAL
    assert words in error.researcher


def test_text_only_is_asked_for_where_the_table_says_so(take: Path) -> None:
    with FakeOpenAI() as api, nothing_wrong(api):
        model = {"address": api.address, "model": MODEL, "modalities": ["text"], "seed": False}
        with remote("openai_compatible", api, model) as worker:
            worker.ask(spoken(take))
        (question,) = api.questions
        assert question.body["modalities"] == ["text"]
        assert "seed" not in question.body
