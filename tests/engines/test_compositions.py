"""Any recogniser with any responder: a take goes in, a streamed answer comes out, in real workers."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from engines.api import FinishReason, Part, System
from engines.errors import ErrorKind
from engines.pool import Pool
from tests.helpers.pools import error
from tests.helpers.processes import children
from tests.helpers.spoken import spoken
from tests.tiny.gguf import build_gguf
from tests.tiny.whisper_pt import build_whisper_pt

pytestmark = pytest.mark.local

LIMIT_S = 60.0
TOKENS = 12


def _whisper_pt(path: Path) -> Part:
    table = {"path": str(path), "allow_pickle": path.name, "device": "cpu", "language": "en"}
    return Part("openai_whisper", table)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def recognisers(folder: Path) -> Mapping[str, Part]:
    return {"openai_whisper": _whisper_pt(build_whisper_pt(folder))}


@pytest.fixture(scope="module")
def deaf(folder: Path) -> Mapping[str, Part]:
    """The same kinds, sure that nobody speaks."""
    pt = build_whisper_pt(folder, name="deaf.pt", hears_nobody=True)
    return {"openai_whisper": _whisper_pt(pt)}


@pytest.fixture(scope="module")
def responders(folder: Path) -> Mapping[str, Part]:
    return {"llama_cpp": Part("llama_cpp", {"path": str(build_gguf(folder)), "device": "cpu"})}


@pytest.fixture(scope="module")
def speech() -> Path:
    return spoken("what time is it", "en-us", 160)


def every_composition(
    recognisers: Mapping[str, Part], responders: Mapping[str, Part]
) -> dict[tuple[str, str], System]:
    """By the names of both parts, as the paper's pipeline is made."""
    return {
        (hears, reads): System(
            id=f"{hears}+{reads}",
            version="1",
            responder=responder,
            recogniser=recogniser,
            hypothesis="transcript",
            system_prompt="You are helpful assistant.",
            settings={"max_new_tokens": TOKENS},
        )
        for hears, recogniser in recognisers.items()
        for reads, responder in responders.items()
    }


def test_every_combination_answers_a_spoken_question(
    open_pool: Callable[..., Pool],
    recognisers: Mapping[str, Part],
    responders: Mapping[str, Part],
    speech: Path,
) -> None:
    systems = every_composition(recognisers, responders)
    before = children(os.getpid())
    pool = open_pool(*systems.values())
    tokens: dict[tuple[str, str], list[str]] = {pair: [] for pair in systems}
    asked = {
        pair: pool.ask(system.id, speech, on_token=tokens[pair].append)
        for pair, system in systems.items()
    }
    answers = {pair: question.future.result(LIMIT_S) for pair, question in asked.items()}
    assert len(children(os.getpid()) - before) == len(recognisers) + len(responders)
    for (hears, reads), answer in answers.items():
        assert answer.text
        assert "".join(tokens[hears, reads]) == answer.text
        assert len(tokens[hears, reads]) > 1
        assert answer.finish in {FinishReason.LENGTH, FinishReason.STOP}
        assert answer.transcription is not None
        assert answer.transcription.named("transcript").text
        assert {name.split("/")[0] for name in answer.weights} == {hears, reads}
        assert answer.timings.asr_ms is not None
        assert answer.timings.ttft_ms is not None
        # One recognition serves every answer that reads it.
        shared = {id(answers[hears, other].transcription) for other in responders}
        assert len(shared) == 1
    for reads in responders:
        # Both heard something else, and the same responder was told so.
        assert len({answers[hears, reads].prompt_sha256 for hears in recognisers}) == len(
            recognisers
        )


def test_where_nobody_spoke_no_side_makes_an_answer_up(
    open_pool: Callable[..., Pool],
    deaf: Mapping[str, Part],
    responders: Mapping[str, Part],
    speech: Path,
) -> None:
    systems = every_composition(deaf, responders)
    other = {"again": next(iter(responders.values()))}
    systems |= every_composition(deaf, other)  # so that each recogniser serves a battle
    pool = open_pool(*systems.values())
    tokens: list[str] = []
    asked = [pool.ask(system.id, speech, on_token=tokens.append) for system in systems.values()]
    for question in asked:
        assert question.future.exception(LIMIT_S) is not None
        assert error(question.future).kind is ErrorKind.AUDIO_EMPTY
    assert tokens == []


def test_a_small_recogniser_serves_a_language_model_too(
    open_pool: Callable[..., Pool], responders: Mapping[str, Part], speech: Path
) -> None:
    settings = {"max_new_tokens": TOKENS}
    ears, voice = Part("pocketsphinx"), responders["llama_cpp"]
    system = System("small", "1", voice, ears, "skills", settings=settings)
    answer = open_pool(system).ask("small", speech).future.result(LIMIT_S)
    assert answer.transcription is not None
    assert answer.transcription.named("skills").text == "what time is it"
    assert answer.text


def test_whisper_serves_the_skills_too(
    open_pool: Callable[..., Pool], recognisers: Mapping[str, Part], speech: Path
) -> None:
    systems = [
        System(hears, "1", Part("skills"), recogniser, "transcript")
        for hears, recogniser in recognisers.items()
    ]
    pool = open_pool(*systems)
    for question in [pool.ask(system.id, speech) for system in systems]:
        assert question.future.result(LIMIT_S).text
