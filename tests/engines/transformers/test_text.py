"""Text models: chat template or plain, earlier turns, system prompts, streaming, seeds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from engines.api import FinishReason, Prompt, Turn
from engines.errors import EngineError
from tests.helpers.asking_worker import AskedWorker

pytestmark = pytest.mark.local

SHORT = {"max_new_tokens": 16}
NO_SYSTEM = (
    "{% for m in messages %}{% if m['role'] == 'system' %}{{ raise_exception('no system') }}"
    "{% endif %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}"
)
DEAF_TO_SYSTEM = (
    "{% for m in messages %}{% if m['role'] != 'system' %}<|im_start|>{{ m['role'] }}\n"
    "{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
)


def test_everything_it_is_told_counts(worker: AskedWorker, llama: Path) -> None:
    worker.load(path=str(llama))
    answers = [
        worker.respond(Prompt(settings=SHORT, **told)).text
        for told in (
            {"text": "hello"},
            {"text": "hello there"},
            {"text": "hello", "system_prompt": "You are terse."},
            {"text": "hello", "history": [Turn("what is a newt", "an amphibian")]},
            {"text": "hello", "history": [Turn("what is a newt", "a fish")]},
        )
    ]
    assert len(set(answers)) == 5


def test_streams_before_it_has_finished(worker: AskedWorker, llama: Path) -> None:
    worker.load(path=str(llama))
    pieces: list[str] = []
    call = worker.begin(Prompt(text="hello", settings={"max_new_tokens": 64}), pieces.append)
    responded = call.result(60)
    assert "".join(pieces) == responded["text"]
    assert len(pieces) > 1  # one is told at once, the others together where it is quick


def test_ends_where_the_model_ends(worker: AskedWorker, llama: Path) -> None:
    worker.load(path=str(llama))
    wild = {"max_new_tokens": 2000, "temperature": 1e5}
    finished = worker.respond(Prompt(text="hello", settings=wild, seed=1)).finished
    assert finished.reason is FinishReason.STOP
    assert finished.answer_tokens is not None
    assert finished.answer_tokens < 2000


def test_what_the_folder_recommends_is_not_in_the_answer(
    worker: AskedWorker, llama: Path, tmp_path: Path
) -> None:
    """Of settings we name ours hold anyhow; these are others, which nobody would have stored."""
    worker.load(path=str(llama))
    ask = Prompt(text="hello", settings={"max_new_tokens": 64})
    answered = worker.respond(ask).text
    folder = shutil.copytree(llama, tmp_path / "llama")
    recommended = json.loads((folder / "generation_config.json").read_text())
    recommended |= {"no_repeat_ngram_size": 1, "exponential_decay_length_penalty": [2, 9.0]}
    (folder / "generation_config.json").write_text(json.dumps(recommended))
    worker.load(path=str(folder))
    assert worker.respond(ask).text == answered


@pytest.mark.parametrize("template", [NO_SYSTEM, DEAF_TO_SYSTEM])
def test_a_system_prompt_that_the_template_cannot_take_is_said_by_the_user(
    worker: AskedWorker, llama: Path, tmp_path: Path, template: str
) -> None:
    folder = shutil.copytree(llama, tmp_path / "llama")
    (folder / "chat_template.jinja").write_text(template)
    worker.load(path=str(folder))
    folded = worker.respond(Prompt(text="hello", system_prompt="Be terse.", settings=SHORT)).text
    said = worker.respond(Prompt(text="Be terse.\nhello", settings=SHORT)).text
    assert folded == said
    assert folded != worker.respond(Prompt(text="hello", settings=SHORT)).text


def test_a_folder_without_a_template_gets_plain_text(
    worker: AskedWorker, llama: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(llama, tmp_path / "llama")
    (folder / "chat_template.jinja").unlink()
    worker.load(path=str(folder))
    responded = worker.respond(Prompt(text="hello", system_prompt="Be terse.", settings=SHORT))
    assert responded.finished.prompt_tokens == len("Be terse.\nhello\n")


@pytest.mark.parametrize(
    "settings",
    [
        {"temprature": 1},
        {"max_new_tokens": 0},
        {"min_new_tokens": 9, "max_new_tokens": 8},
        {"instruction_order": "beside"},
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    worker: AskedWorker, llama: Path, settings: dict[str, object]
) -> None:
    worker.load(path=str(llama))
    with pytest.raises(EngineError, match="setting"):
        worker.respond(Prompt(text="hello", settings=settings))
    assert worker.respond(Prompt(text="hello", settings=SHORT)).text


def test_precision_is_as_stored_unless_said(worker: AskedWorker, llama: Path) -> None:
    assert worker.load(path=str(llama)).dtype == "float32"
    assert worker.load(path=str(llama), dtype="bfloat16").dtype == "bfloat16"
    assert worker.respond(Prompt(text="hello", settings=SHORT)).text
    assert worker.probe(path=str(llama), dtype="bfloat16").memory_bytes < (
        worker.probe(path=str(llama)).memory_bytes
    )


def test_a_text_model_does_not_hear(worker: AskedWorker, llama: Path, take: Path) -> None:
    worker.load(path=str(llama))
    with pytest.raises(EngineError, match="no model that hears"):
        worker.transcribe(take)
