"""The paper's pipeline as a system: a Whisper and a text model, each in a worker of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engines.api import Part, System
from engines.errors import EngineError, ErrorKind
from engines.pool import Pool

pytestmark = pytest.mark.local


def test_a_take_becomes_a_streamed_answer_and_its_provenance(
    open_pool: Callable[..., Pool], whisper: Path, deaf_whisper: Path, llama: Path, take: Path
) -> None:
    def pipeline(name: str, ears: Path) -> System:
        return System(
            name,
            "1",
            responder=Part("transformers", {"path": str(llama)}),
            recogniser=Part("transformers", {"path": str(ears)}),
            hypothesis="transcript",
            system_prompt="You are helpful assistant.",
            settings={"max_new_tokens": 32},
        )

    pool = open_pool(pipeline("hears", whisper), pipeline("deaf", deaf_whisper))
    pieces: list[str] = []
    asked = pool.ask("hears", take, seed=7, on_token=pieces.append)
    got = asked.future.result(120)
    assert got.text
    assert got.text == "".join(pieces)
    assert got.transcription is not None
    assert got.transcription.named("transcript").text
    assert set(got.weights) == {
        f"transformers/{folder.name}/model.safetensors" for folder in (whisper, llama)
    }
    assert got.served_version.startswith("llama ")
    assert got.device == "cpu"
    assert got.dtype == "float32"
    assert got.packages["torch"]
    assert got.timings.asr_ms
    assert got.timings.encode_ms is not None
    # Where nobody speaks, no answer to made-up words.
    with pytest.raises(EngineError) as caught:
        pool.ask("deaf", take, seed=7).future.result(120)
    assert caught.value.kind is ErrorKind.AUDIO_EMPTY
