"""DiVA without its folder's code: the tokens are those of the published algorithm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engines.api import Prompt, Turn
from engines.errors import EngineError, ErrorKind
from engines.pieces import Pieces
from engines.transformers.engine import Engine
from tests.helpers.asking_worker import AskedWorker
from tests.helpers.wav_files import write_wav
from tests.tiny.diva import build_diva
from tests.tiny.once import once

pytestmark = pytest.mark.local

STUDY_TEXT = (
    "You are a helpful assistant The user is talking to you with their voice and you are "
    "responding with text."
)

# From a program of its own, written after the published algorithm before this engine was (it
# splits the chat at the sound by itself, loads the connector by itself and calls `generate` on
# embeddings; on another set of tiny weights it had given the same 24 tokens as the published
# remote code). It ran once over these weights and the take of `write_wav`, greedily, in float32.
FROZEN = {
    "": [
        *(3, 251, 116, 225, 137, 56, 27, 146, 104, 33, 237, 150),
        *(149, 31, 161, 229, 35, 127, 153, 64, 74, 144, 53, 255),
    ],
    STUDY_TEXT: [
        *(135, 243, 66, 197, 48, 133, 32, 7, 229, 164, 195, 148),
        *(14, 156, 31, 101, 44, 51, 181, 32, 239, 26, 9, 253),
    ],
    "Be brief.": [
        *(135, 137, 80, 56, 133, 141, 182, 9, 163, 199, 247, 104),
        *(30, 137, 114, 184, 35, 30, 33, 237, 184, 70, 254, 95),
    ],
}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = once(tmp_path_factory, build_diva)
    return {
        "path": str(folder),
        "encoder": {"path": str(folder.parent / "whisper")},
        "decoder": {"path": str(folder.parent / "llama")},
    }


@pytest.fixture(scope="module")
def engine(table: dict[str, Any]) -> Engine:
    engine = Engine()
    engine.load(table, lambda _what, _share: None)
    return engine


@pytest.mark.parametrize("text", FROZEN)
def test_writes_the_tokens_of_the_published_algorithm(
    engine: Engine, take: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = []
    add = Pieces.add
    monkeypatch.setattr(Pieces, "add", lambda p, tokens: written.extend(tokens) or add(p, tokens))
    prompt = Prompt(wav_path=take, instruction=text, settings={"max_new_tokens": 24})
    assert "".join(engine.respond(prompt, lambda: False))
    assert written == FROZEN[text]


def test_hears_the_sound_and_remembers_what_was_said_before(engine: Engine, tmp_path: Path) -> None:
    def answer(**said: Any) -> str:
        prompt = Prompt(settings={"max_new_tokens": 24}, **said)
        return "".join(engine.respond(prompt, lambda: False))

    loud = write_wav(tmp_path / "loud.wav", amplitude=9000)
    quiet = write_wav(tmp_path / "quiet.wav", seconds=0.5)
    turns = [Turn("what is a newt", "an amphibian")]
    answers = {
        answer(wav_path=loud),
        answer(wav_path=quiet),
        answer(wav_path=loud, history=turns),
        answer(wav_path=loud, history=turns, system_prompt="Be brief."),
        answer(wav_path=loud, history=[Turn("", "an amphibian", loud)]),
        answer(wav_path=loud, history=[Turn("", "an amphibian", quiet)]),
    }
    assert len(answers) == 6


def test_runs_in_a_worker_like_any_other(
    worker: AskedWorker, table: dict[str, Any], take: Path
) -> None:
    assert worker.probe(**table).ok
    loaded = worker.load(**table)
    assert set(loaded.weights) == {
        f"{folder}/model.safetensors" for folder in ("diva", "whisper", "llama")
    }
    responded = worker.respond(Prompt(wav_path=take, settings={"max_new_tokens": 24}))
    assert responded.finished.answer_tokens == 24
    assert responded.finished.encode_ms


def test_says_which_of_its_folders_is_missing(worker: AskedWorker, table: dict[str, Any]) -> None:
    with pytest.raises(EngineError, match="'decoder'"):
        worker.load(path=table["path"], encoder=table["encoder"])
    lost = table | {"encoder": {"path": "/nowhere/whisper"}}
    with pytest.raises(EngineError) as caught:
        worker.load(**lost)
    assert caught.value.kind is ErrorKind.NEEDS_DOWNLOAD
    assert worker.probe(**lost).lacks == ErrorKind.NEEDS_DOWNLOAD
