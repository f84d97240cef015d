"""A tiny GGUF in its worker: what it is given, what it streams, and what goes wrong."""

from __future__ import annotations

import resource
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines import wire
from engines.api import FinishReason, Prompt, Turn
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from tests.helpers.engine_worker import LIMIT_S, load, refused, respond, worker_of
from tests.tiny.gguf import build_gguf, build_mmproj

pytestmark = pytest.mark.local

ASKED = Prompt(text="hello", settings={"max_new_tokens": 12})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def model(folder: Path) -> dict[str, Any]:
    return {"path": str(build_gguf(folder)), "device": "cpu"}


@pytest.fixture
def ready(worker: WorkerProcess, model: dict[str, Any]) -> WorkerProcess:
    load(worker, model)
    return worker


def test_what_was_loaded_is_told(worker: WorkerProcess, model: dict[str, Any]) -> None:
    loaded, _ = wire.read_loaded(load(worker, model))
    assert loaded.model_version == "tiny random llama (tiny.gguf)"
    assert (loaded.device, loaded.dtype) == ("cpu", "all F32")
    assert set(loaded.weights) == {"tiny.gguf"}


def test_an_answer_comes_piece_by_piece_up_to_its_limit(ready: WorkerProcess) -> None:
    pieces: list[str] = []
    answered = respond(ready, ASKED, on_token=pieces.append)
    assert answered.finished.answer_tokens == 12
    assert len(pieces) > 1  # the first token at once, others together where it is quick
    assert "".join(pieces) == answered.text
    assert answered.finished.reason is FinishReason.LENGTH
    assert answered.finished.encode_ms is not None


def test_an_answer_ends_where_the_model_ends_it(ready: WorkerProcess) -> None:
    settings = {"temperature": 20.0, "max_new_tokens": 3000}  # any token soon
    answered = respond(ready, replace(ASKED, settings=settings))
    assert answered.finished.reason is FinishReason.STOP
    assert "<|" not in answered.text


def test_prompt_history_and_system_prompt_all_reach_the_model(ready: WorkerProcess) -> None:
    plain = respond(ready, ASKED)
    # A byte is a token, and so is each mark: <|bos|>, two and a word for a role, one at the end.
    user, assistant, system = (len(role) + 4 for role in ("user", "assistant", "system"))
    assert plain.finished.prompt_tokens == 1 + user + len("hello") + 1 + assistant
    spoken = replace(ASKED, system_prompt="be kind", history=(Turn("a", "bc"),))
    more = respond(ready, spoken)
    assert plain.finished.prompt_tokens is not None
    assert more.finished.prompt_tokens == plain.finished.prompt_tokens + (
        (system + len("be kind") + 1) + (user + 1 + 1) + (assistant + 2 + 1)
    )
    assert more.text != plain.text


def test_a_seed_decides_among_answers_whatever_was_asked_between(ready: WorkerProcess) -> None:
    settings = {"max_new_tokens": 12, "temperature": 1.0}
    asked = [replace(ASKED, settings=settings, seed=seed) for seed in (5, 6, 2**32 - 1)]
    first = [respond(ready, prompt).text for prompt in asked]
    respond(ready, replace(ASKED, text="hello and something else"))
    assert [respond(ready, prompt).text for prompt in reversed(asked)] == first[::-1]
    assert len(set(first)) == 3


def test_every_setting_is_obeyed(ready: WorkerProcess) -> None:
    greedy = respond(ready, ASKED).text
    hot = {"max_new_tokens": 12, "temperature": 5.0}
    for narrow in ({"top_k": 1}, {"top_p": 1e-9}):
        assert respond(ready, replace(ASKED, settings=hot | narrow)).text == greedy
    assert respond(ready, replace(ASKED, settings=hot)).text != greedy
    once = {"max_new_tokens": 12, "repetition_penalty": 1e6}
    assert len(set(respond(ready, replace(ASKED, settings=once)).text)) == 12


def test_a_setting_it_does_not_know_is_refused(ready: WorkerProcess) -> None:
    with pytest.raises(EngineError, match="mirostat") as caught:
        respond(ready, replace(ASKED, settings={"mirostat": 2}))
    assert caught.value.kind is ErrorKind.INTERNAL


def test_a_cancelled_answer_keeps_what_there_is(ready: WorkerProcess) -> None:
    prompt = replace(ASKED, settings={"max_new_tokens": 4000})
    tokens: list[str] = []
    call = ready.call(
        "respond", wire.write_prompt(prompt), timeout_s=LIMIT_S, on_token=tokens.append
    )
    while not tokens and not call.done():
        pass
    call.cancel_request()
    answered = wire.read_responded(call.result(LIMIT_S))
    assert answered.finished.reason is FinishReason.CANCELLED
    assert answered.text == "".join(tokens)
    assert 0 < len(tokens) < 4000


def test_characters_of_several_tokens_arrive_whole(worker: WorkerProcess, tmp_path: Path) -> None:
    path = build_gguf(tmp_path, favoured="é".encode())
    load(worker, {"path": str(path), "device": "cpu"})
    tokens: list[str] = []
    cool = {"temperature": 0.2, "max_new_tokens": 200}
    answered = respond(worker, replace(ASKED, settings=cool), on_token=tokens.append)
    assert "é" in answered.text
    assert "".join(tokens) == answered.text


def test_a_prompt_longer_than_the_context_is_an_error_in_words(
    worker: WorkerProcess, model: dict[str, Any]
) -> None:
    load(worker, model | {"n_ctx": 256})
    with pytest.raises(EngineError, match="n_ctx") as caught:
        respond(worker, replace(ASKED, text="x" * 300))
    assert caught.value.kind is ErrorKind.INTERNAL
    assert caught.value.data["n_ctx"] == 256
    assert respond(worker, ASKED).text


def test_an_answer_ends_where_the_context_does(
    worker: WorkerProcess, model: dict[str, Any]
) -> None:
    load(worker, model | {"n_ctx": 256})
    answered = respond(worker, replace(ASKED, settings={"max_new_tokens": 4000}))
    assert answered.finished.reason is FinishReason.LENGTH
    assert answered.finished.prompt_tokens is not None
    assert answered.finished.answer_tokens == 256 - answered.finished.prompt_tokens


def test_memory_that_is_not_there_is_an_error_and_the_worker_lives(
    model: dict[str, Any], tmp_path: Path
) -> None:
    huge = build_gguf(tmp_path, context=100_000_000)
    with worker_of("llama_cpp") as worker:
        pid = worker.start().pid
        resource.prlimit(pid, resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))
        error = refused(worker, {"path": str(huge), "device": "cpu", "n_ctx": 40_000_000})
        assert error.kind is ErrorKind.OUT_OF_MEMORY
        assert "n_ctx" in error.researcher
        load(worker, model)
        assert respond(worker, ASKED).text


@pytest.mark.parametrize("share", [0.0, 0.00001, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_to_be_fetched_again(
    worker: WorkerProcess, model: dict[str, Any], tmp_path: Path, share: float
) -> None:
    content = Path(model["path"]).read_bytes()
    path = tmp_path / "half.gguf"
    path.write_bytes(content[: int(len(content) * share)])
    error = refused(worker, {"path": str(path)})
    assert error.kind is ErrorKind.NEEDS_DOWNLOAD
    assert "fetch it again" in error.researcher


def test_what_is_no_model_is_said_to_be_none(
    worker: WorkerProcess, folder: Path, tmp_path: Path
) -> None:
    text = tmp_path / "text.gguf"
    text.write_text("this is text and no model")
    assert "is no GGUF file" in refused(worker, {"path": str(text)}).researcher
    assert refused(worker, {"path": str(tmp_path / "none.gguf")}).kind is ErrorKind.NEEDS_DOWNLOAD
    projector = build_mmproj(folder)
    error = refused(worker, {"path": str(projector)})
    assert error.kind is ErrorKind.INTERNAL
    assert projector.name in error.researcher


@pytest.mark.parametrize("template", ["", "{% for m in %}", "{{ raise_exception('never') }}"])
def test_a_model_without_a_usable_template_is_said_to_have_none(
    worker: WorkerProcess, tmp_path: Path, template: str
) -> None:
    path = build_gguf(tmp_path, template=template)
    with pytest.raises(EngineError, match="chat template") as caught:
        _load_and_respond(worker, {"path": str(path), "device": "cpu"})
    assert caught.value.kind is ErrorKind.INTERNAL


def test_where_there_is_no_gpu_build_it_says_so(
    worker: WorkerProcess, model: dict[str, Any]
) -> None:
    import llama_cpp

    if llama_cpp.llama_supports_gpu_offload():
        pytest.skip("this llama.cpp can use a GPU")
    assert refused(worker, model | {"device": "gpu"}).kind is ErrorKind.NEEDS_PACKAGE
    assert load(worker, model | {"device": "auto"})["device"] == "cpu"


def _load_and_respond(worker: WorkerProcess, model: dict[str, Any]) -> None:
    load(worker, model)
    respond(worker, ASKED)
