"""The engine before a server that is not ours: `transformers serve` with tiny random models."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engines import wire
from engines.api import FinishReason, Part, Prompt, System, Transcription
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.pool import Pool
from engines.registry import find_engines
from tests.helpers.remote_worker import LIMIT_S
from tests.helpers.served import served
from tests.helpers.wav_files import write_wav
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio
from tests.tiny.whisper import build_whisper

pytestmark = pytest.mark.local

SHORT = {"max_new_tokens": 8}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return once(tmp_path_factory, build_qwen2_audio)


@pytest.fixture(scope="module")
def address(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(folder, tmp_path_factory.mktemp("served") / "log") as at:
        yield at


def test_it_answers_a_take_and_says_which_model_did(address: str, folder: Path, take: Path) -> None:
    part = Part("openai_compatible", {"address": address, "model": str(folder)})
    system = System("lam", "1", part, settings=SHORT, instruction="Answer the speech.")
    tokens: list[str] = []
    with Pool([system]) as pool:
        answer = pool.ask("lam", take, seed=3, on_token=tokens.append).future.result(LIMIT_S)
        again = pool.ask("lam", take, seed=3).future.result(LIMIT_S)
    assert answer.text
    assert "".join(tokens) == answer.text
    assert len(tokens) > 1, "it was not streamed"
    assert answer.finish is FinishReason.LENGTH
    assert answer.answer_tokens == SHORT["max_new_tokens"]
    assert answer.served_version == f"{folder}; input_audio"
    assert again.text == answer.text


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    with WorkerProcess(find_engines()["openai_compatible"]) as started:
        started.start()
        yield started


def test_it_tells_its_models(address: str, folder: Path, worker: WorkerProcess) -> None:
    call = worker.call("probe", wire.write_model({"address": address}), timeout_s=LIMIT_S)
    assert wire.read_probe(call.result(LIMIT_S)).choices == (str(folder),)


def test_what_it_refuses_is_told_in_its_words(
    address: str, folder: Path, worker: WorkerProcess, take: Path
) -> None:
    model = {"address": address, "model": str(folder), "audio": "audio_url"}
    worker.call("load", wire.write_model(model), timeout_s=LIMIT_S).result(LIMIT_S)
    prompt = Prompt(wav_path=take, settings={"top_k": 3})
    error = worker.call("respond", wire.write_prompt(prompt), timeout_s=LIMIT_S).exception(LIMIT_S)
    assert isinstance(error, EngineError)
    assert error.kind is ErrorKind.INTERNAL
    assert "top_k" in error.researcher
    other = wire.write_prompt(Prompt(wav_path=take, settings=SHORT))
    answered = worker.call("respond", other, timeout_s=LIMIT_S).result(LIMIT_S)
    assert answered["model_version"] == f"{folder}; audio_url"


def test_it_transcribes(
    tmp_path_factory: pytest.TempPathFactory, worker: WorkerProcess, take: Path, tmp_path: Path
) -> None:
    whisper = once(tmp_path_factory, build_whisper)
    loud = write_wav(tmp_path / "loud.wav", seconds=3, amplitude=20_000)
    with served(whisper, tmp_path_factory.mktemp("whisper") / "log") as address:
        model = {"address": address, "model": str(whisper)}
        worker.call("load", wire.write_model(model), timeout_s=LIMIT_S).result(LIMIT_S)
        heard, other, again = (transcribed(worker, wav) for wav in (take, loud, take))
    assert [hypothesis.name for hypothesis in heard.hypotheses] == ["transcript"]
    assert (heard.duration_ms, other.duration_ms) == (1500, 3000)
    said = [one.named("transcript").text for one in (heard, other, again)]
    assert said[0] == said[2] != ""
    assert said[1] != said[0]


def transcribed(worker: WorkerProcess, take: Path) -> Transcription:
    params = {"wav_path": str(take), "settings": {}}
    return wire.read_transcription(
        worker.call("transcribe", params, timeout_s=LIMIT_S).result(LIMIT_S)
    )[0]
