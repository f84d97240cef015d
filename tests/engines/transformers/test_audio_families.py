"""One adapter for all: the same questions to families that differ in everything but that."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

from engines.api import FinishReason, Prompt, Turn
from engines.errors import EngineError, ErrorKind
from engines.limits import CANCEL_LIMIT_S
from engines.pieces import Pieces
from engines.transformers.engine import Engine
from tests.helpers.asking_worker import AskedWorker
from tests.helpers.wav_files import write_wav
from tests.tiny.audio_families import (
    build_audio_flamingo3,
    build_glm_asr,
    build_qwen2_5_omni,
)
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio
from tests.tiny.voxtral import build_voxtral

pytestmark = pytest.mark.local

FAMILIES = [build_qwen2_audio, build_voxtral, build_audio_flamingo3, build_glm_asr]
SHORT = {"max_new_tokens": 12}


@pytest.fixture(scope="module", params=FAMILIES, ids=lambda build: build.__name__[6:])
def family(
    request: pytest.FixtureRequest,
    worker: AskedWorker,
    tmp_path_factory: pytest.TempPathFactory,
) -> AskedWorker:
    """The worker with a model of one family loaded."""
    build: Callable[[Path], Path] = request.param
    worker.load(path=str(once(tmp_path_factory, build)))
    return worker


def test_everything_it_is_told_counts(family: AskedWorker, take: Path, tmp_path: Path) -> None:
    def answer(prompt: Prompt) -> str:
        return family.respond(prompt).text

    ask = {"wav_path": take, "settings": SHORT}
    louder = write_wav(tmp_path / "louder.wav", amplitude=9000)
    told = {
        "sound": answer(Prompt(**ask)),
        "other sound": answer(Prompt(wav_path=louder, settings=SHORT)),
        "instruction": answer(Prompt(**ask, instruction="Answer the question.")),
        "system": answer(Prompt(**ask, system_prompt="You are terse.")),
        "history": answer(Prompt(**ask, history=[Turn("hello", "good day")])),
        "all": answer(
            Prompt(
                **ask,
                instruction="Answer the question.",
                system_prompt="You are terse.",
                history=[Turn("hello", "good day")],
            )
        ),
    }
    assert len(set(told.values())) == len(told), told
    before = SHORT | {"instruction_order": "before"}
    moved = Prompt(wav_path=take, instruction="Answer the question.", settings=before)
    assert answer(moved) != told["instruction"]


def test_an_earlier_take_counts_or_is_refused(
    family: AskedWorker, take: Path, tmp_path: Path
) -> None:
    louder = write_wav(tmp_path / "louder.wav", amplitude=9000)

    def answer(earlier: Path) -> str:
        turns = [Turn("", "good day", earlier)]
        return family.respond(Prompt(wav_path=take, settings=SHORT, history=turns)).text

    try:
        first = answer(take)
    except EngineError:
        with pytest.raises(EngineError, match="must match 1:1"):  # one sound in a conversation
            answer(take)
    else:
        assert answer(louder) != first


def test_counts_what_it_read_and_wrote(family: AskedWorker, take: Path) -> None:
    responded = family.respond(Prompt(wav_path=take, settings=SHORT))
    finished = responded.finished
    assert finished.reason is FinishReason.LENGTH
    assert finished.answer_tokens == 12
    assert finished.prompt_tokens is not None
    assert finished.prompt_tokens > 12
    assert finished.encode_ms is not None
    assert 0 < finished.encode_ms <= responded.engine_ms


def test_samples_as_its_seed_says(family: AskedWorker, take: Path) -> None:
    hot = SHORT | {"temperature": 1.5, "top_p": 0.95, "top_k": 50}
    answers = [
        family.respond(Prompt(wav_path=take, settings=hot, seed=seed)).text for seed in (1, 1, 2)
    ]
    assert answers[0] == answers[1] != answers[2]


def test_a_cancelled_answer_ends_and_the_next_one_is_whole(family: AskedWorker, take: Path) -> None:
    endless = Prompt(wav_path=take, settings={"max_new_tokens": 4000, "min_new_tokens": 4000})
    pieces: list[str] = []
    call = family.begin(endless, on_token=lambda piece: (pieces.append(piece), cancel()))

    def cancel() -> None:
        if len(pieces) == 3:
            call.cancel_request()

    result = call.result(CANCEL_LIMIT_S + 30)
    assert result["finish"] == "cancelled"
    assert result["text"] == "".join(pieces)
    assert len(pieces) < 2000
    assert family.respond(Prompt(wav_path=take, settings=SHORT)).finished.answer_tokens == 12


def test_never_writes_a_mark_that_stands_for_sound(
    qwen2_audio: Path, take: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hot enough that every token is as likely as any other. Marks are no text: look at tokens."""
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 0)  # else loading leaves a thread behind
    written: list[int] = []
    add = Pieces.add
    monkeypatch.setattr(Pieces, "add", lambda p, tokens: written.extend(tokens) or add(p, tokens))
    engine = Engine()
    engine.load({"path": str(qwen2_audio)}, lambda _what, _share: None)
    mark = engine._model.model.config.audio_token_id
    wild = {"max_new_tokens": 1500, "min_new_tokens": 1500, "temperature": 1e5}
    prompt = Prompt(wav_path=take, settings=wild, seed=3)
    assert "".join(engine.respond(prompt, lambda: False))
    assert len(written) == 1500
    assert mark not in written
    # Left to itself it would have been written.
    engine._model._never = []
    assert "".join(engine.respond(prompt, lambda: False))
    assert mark in written


@pytest.mark.parametrize("seconds", [45])
def test_a_take_that_it_would_cut_is_too_long(
    worker: AskedWorker, qwen2_audio: Path, tmp_path: Path, seconds: float
) -> None:
    longer = write_wav(tmp_path / "long.wav", seconds=seconds)
    worker.load(path=str(qwen2_audio))
    with pytest.raises(EngineError) as caught:
        worker.respond(Prompt(wav_path=longer, settings=SHORT))
    assert caught.value.kind is ErrorKind.AUDIO_TOO_LONG
    worker.load(path=str(qwen2_audio), longest_s=1)
    with pytest.raises(EngineError, match="the limit is 1 s"):
        worker.respond(Prompt(wav_path=longer, settings=SHORT))


def test_a_family_that_cuts_long_takes_itself_hears_them(
    worker: AskedWorker, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    longer = write_wav(tmp_path / "long.wav", seconds=45)
    worker.load(path=str(once(tmp_path_factory, build_glm_asr)))
    assert worker.respond(Prompt(wav_path=longer, settings=SHORT)).text


def test_answers_a_text_as_well(worker: AskedWorker, qwen2_audio: Path) -> None:
    worker.load(path=str(qwen2_audio))
    assert worker.respond(Prompt(text="what is a newt", settings=SHORT)).text


def test_says_that_pictures_need_torchvision(
    worker: AskedWorker, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The Omni models, Gemma 4 and Phi-4 see as well, and their processors want it."""
    if importlib.util.find_spec("torchvision"):
        pytest.skip("torchvision is installed here")
    with pytest.raises(EngineError) as caught:
        worker.load(path=str(once(tmp_path_factory, build_qwen2_5_omni)))
    assert caught.value.kind is ErrorKind.NEEDS_PACKAGE
    assert caught.value.data["packages"] == ["torchvision"]
