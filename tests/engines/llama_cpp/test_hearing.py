"""A GGUF with a projector: what it hears reaches the model, and an abort in C++ ends one side."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from engines.api import FinishReason, Part, Prompt, System
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, WorkerLost
from engines.pool import Pool
from tests.helpers.engine_worker import load, refused, respond
from tests.helpers.pools import LIMIT_S, answer, error
from tests.helpers.wav_files import write_wav
from tests.tiny.gguf import build_eyes, build_gguf, build_mmproj

pytestmark = pytest.mark.local

SETTINGS = {"max_new_tokens": 12}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("tiny")
    path, projector = build_gguf(folder), build_mmproj(folder)
    return {"path": str(path), "mmproj": projector.name, "device": "cpu"}


def heard(take: Path, **more: Any) -> Prompt:
    return Prompt(wav_path=take, settings=SETTINGS, **more)


def test_the_answer_depends_on_the_sound_and_on_the_instruction(
    worker: WorkerProcess, model: dict[str, Any], take: Path, tmp_path: Path
) -> None:
    loaded = load(worker, model)
    assert set(loaded["weights"]) == {"tiny.gguf", "mmproj-tiny.gguf"}
    loud = write_wav(tmp_path / "loud.wav", seconds=3, amplitude=20_000)
    asked = [heard(take), heard(loud), heard(take, instruction="answer"), heard(take)]
    first, other, told, again = (respond(worker, prompt) for prompt in asked)
    assert first.text == again.text
    assert len({first.text, other.text, told.text}) == 3
    assert first.finished.reason is FinishReason.LENGTH
    assert first.finished.answer_tokens == 12
    assert told.finished.prompt_tokens == (first.finished.prompt_tokens or 0) + len("answer\n")
    assert first.finished.prompt_tokens is not None
    assert first.finished.prompt_tokens > 1500 / 4  # the sound, padded to 30 s
    assert first.finished.encode_ms


def test_a_model_that_hears_still_reads(worker: WorkerProcess, model: dict[str, Any]) -> None:
    load(worker, model)
    assert respond(worker, Prompt(text="hello", settings=SETTINGS)).text


def test_a_take_of_more_than_one_window_is_heard(
    worker: WorkerProcess, model: dict[str, Any], take: Path, tmp_path: Path
) -> None:
    load(worker, model)
    short = respond(worker, heard(take)).finished.prompt_tokens
    long = write_wav(tmp_path / "long.wav", seconds=40)
    both = respond(worker, heard(long)).finished.prompt_tokens
    assert short is not None
    assert both is not None
    assert both - short == 1500 // 4


def test_sound_that_does_not_fit_is_an_error_in_words(
    worker: WorkerProcess, model: dict[str, Any], take: Path
) -> None:
    load(worker, model | {"n_ctx": 256})
    with pytest.raises(EngineError, match="n_ctx"):
        respond(worker, heard(take))
    load(worker, model | {"longest_s": 1})
    with pytest.raises(EngineError) as caught:
        respond(worker, heard(take))
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG


def test_without_a_projector_it_says_that_it_cannot_hear(
    worker: WorkerProcess, model: dict[str, Any], take: Path
) -> None:
    load(worker, {name: of for name, of in model.items() if name != "mmproj"})
    with pytest.raises(EngineError, match="mmproj") as caught:
        respond(worker, heard(take))
    assert caught.value.kind is ErrorKind.INTERNAL


def test_a_projector_that_is_none_is_refused(
    worker: WorkerProcess, model: dict[str, Any], tmp_path: Path
) -> None:
    assert refused(worker, model | {"mmproj": "tiny.gguf"}).kind is ErrorKind.INTERNAL
    assert refused(worker, model | {"mmproj": "none.gguf"}).kind is ErrorKind.NEEDS_DOWNLOAD
    half = tmp_path / "half.gguf"
    content = Path(model["path"]).with_name(model["mmproj"]).read_bytes()
    half.write_bytes(content[: len(content) // 2])
    assert refused(worker, model | {"mmproj": str(half)}).kind is ErrorKind.NEEDS_DOWNLOAD


def deaf(folder: Path) -> Path:
    """A projector of sound whose file says that it has no encoder of sound."""
    path = build_mmproj(folder, name="mmproj-deaf.gguf")
    content = bytearray(path.read_bytes())
    key = b"clip.has_audio_encoder"
    content[content.index(key) + len(key) + 4] = 0
    path.write_bytes(content)
    return path


def unknown(folder: Path) -> Path:
    path = build_mmproj(folder, name="mmproj-unknown.gguf")
    path.write_bytes(path.read_bytes().replace(b"ultravox", b"ultrafox"))
    return path


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (build_eyes, r"cannot hear; takes have 16000 Hz"),
        (deaf, r"cannot load mmproj-deaf\.gguf"),
        (unknown, r"unknown projector type: ultrafox"),
        (partial(build_mmproj, width=96), r"mismatch between text model \(n_embd = 64\)"),
    ],
    ids=["it sees", "it is deaf", "it is unknown", "it is of another model"],
)
def test_a_projector_that_does_not_fit_is_refused_and_the_next_one_hears(
    worker: WorkerProcess,
    model: dict[str, Any],
    take: Path,
    tmp_path: Path,
    build: Callable[[Path], Path],
    words: str,
) -> None:
    error = refused(worker, model | {"mmproj": str(build(tmp_path))})
    assert error.kind is ErrorKind.INTERNAL
    assert re.search(words, error.researcher)
    assert len(error.researcher.splitlines()) == 1
    load(worker, model)
    assert respond(worker, heard(take)).text


def test_an_abort_in_c_ends_one_side_and_nothing_else(
    open_pool: Callable[..., Pool], model: dict[str, Any], take: Path, tmp_path: Path
) -> None:
    build_gguf(tmp_path)
    aborting = {"path": str(tmp_path / "tiny.gguf"), "device": "cpu"}
    aborting["mmproj"] = build_mmproj(tmp_path, stack=8).name
    log_folder = tmp_path / "logs"
    systems = [
        System(name, "1", Part("llama_cpp", of), settings=SETTINGS)
        for name, of in {"aborting": aborting, "sound": model}.items()
    ]
    pool = open_pool(*systems, log_folder=log_folder)
    sides = [pool.ask(system.id, take) for system in systems]
    lost = error(sides[0].future)
    assert isinstance(lost, WorkerLost)
    assert "SIGABRT" in lost.researcher
    assert sides[1].future.result(LIMIT_S).text
    logs = [log.read_text() for log in log_folder.iterdir()]
    assert sorted(log.count("Fatal Python error: Aborted") for log in logs) == [0, 2]
    # The program goes on, with both.
    assert isinstance(error(pool.ask("aborting", take).future), WorkerLost)
    assert answer(pool.ask("sound", take)).text
