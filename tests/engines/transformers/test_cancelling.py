"""A cancel is heard while a model reads its prompt, which of a long one takes seconds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.api import FinishReason, Prompt
from engines.transformers.engine import Engine

pytestmark = pytest.mark.local


@pytest.mark.parametrize("ears", [False, True])
def test_a_cancel_ends_the_reading_between_two_layers(
    llama: Path, qwen2_audio: Path, take: Path, ears: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # else loading leaves a thread behind
    engine = Engine()
    engine.load({"path": str(qwen2_audio if ears else llama)}, lambda _what, _share: None)
    model = engine._model.model
    first, last = model.get_decoder().layers
    begun: list[str] = []
    watch = first.register_forward_hook(lambda *_: begun.append("first"))
    beyond = last.register_forward_hook(lambda *_: begun.append("last"))
    prompt = Prompt(text="hello", wav_path=take if ears else None, settings={"max_new_tokens": 8})

    pieces, finished = _whole(engine, prompt, lambda: "first" in begun)
    assert (pieces, finished.reason) == ([], FinishReason.CANCELLED)
    assert begun == ["first"]

    watch.remove()
    beyond.remove()
    _, finished = _whole(engine, prompt, lambda: False)
    assert finished.answer_tokens == 8
    assert not any(part._forward_pre_hooks for part in model.modules())


def _whole(engine: Engine, prompt: Prompt, cancelled: Any) -> tuple[list[str], Any]:
    answering, pieces = engine.respond(prompt, cancelled), []
    while True:
        try:
            pieces.append(next(answering))
        except StopIteration as end:
            return [piece for piece in pieces if piece], end.value
