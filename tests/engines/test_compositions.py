"""Any recogniser with any responder, in real workers: a take in, a streamed answer out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from engines.api import FinishReason, Part, System
from engines.errors import ErrorKind
from engines.pool import Pool
from tests.helpers.pools import error
from tests.helpers.processes import children
from tests.helpers.spoken import spoken
from tests.tiny.gguf import build_gguf
from tests.tiny.llama import build_llama
from tests.tiny.whisper import build_deaf_whisper, build_whisper
from tests.tiny.whisper_pt import build_whisper_pt

pytestmark = pytest.mark.local

LIMIT_S = 240.0
"""No test waits this long unless it fails; three of these workers import torch."""
TOKENS = 12


def _whisper_pt(path: Path) -> Part:
    table = {"path": str(path), "allow_pickle": path.name, "device": "cpu", "language": "en"}
    return Part("openai_whisper", table)


def _transformers(path: Path, **table: str) -> Part:
    return Part("transformers", {"path": str(path), "device": "cpu"} | table)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("tiny")


@pytest.fixture(scope="module")
def recognisers(folder: Path) -> Mapping[str, Part]:
    return {
        "openai_whisper": _whisper_pt(build_whisper_pt(folder)),
        "transformers": _transformers(build_whisper(folder / "whisper"), language="en"),
    }


@pytest.fixture(scope="module")
def deaf(folder: Path) -> Mapping[str, Part]:
    """The same kinds, sure that nobody speaks."""
    pt = build_whisper_pt(folder, name="deaf.pt", hears_nobody=True)
    return {
        "openai_whisper": _whisper_pt(pt),
        "transformers": _transformers(build_deaf_whisper(folder / "deaf"), language="en"),
    }


@pytest.fixture(scope="module")
def responders(folder: Path) -> Mapping[str, Part]:
    return {
        "llama_cpp": Part("llama_cpp", {"path": str(build_gguf(folder)), "device": "cpu"}),
        "transformers": _transformers(build_llama(folder / "llama")),
    }


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


@pytest.fixture(scope="module")
def pool(recognisers: Mapping[str, Part], responders: Mapping[str, Part]) -> Iterator[Pool]:
    """Every composition, loaded, and some with the small engines beside them."""
    settings = {"max_new_tokens": TOKENS}
    ears, voice = Part("pocketsphinx"), responders["llama_cpp"]
    systems = [
        *every_composition(recognisers, responders).values(),
        *(
            System(f"{n}+skills", "1", Part("skills"), p, "transcript")
            for n, p in recognisers.items()
        ),
        System("pocketsphinx+llama_cpp", "1", voice, ears, "skills", settings=settings),
    ]
    before = children(os.getpid())
    with Pool(systems) as pool:
        for warm in pool.prewarm(system.id for system in systems):
            warm.result(LIMIT_S)
        # One worker for each part, however many systems it serves: two more are the small ones.
        started = len(children(os.getpid()) - before)
        assert started == len(recognisers) + len(responders) + 2
        yield pool


def test_every_combination_answers_a_spoken_question(
    pool: Pool, recognisers: Mapping[str, Part], responders: Mapping[str, Part], speech: Path
) -> None:
    systems = every_composition(recognisers, responders)
    tokens: dict[tuple[str, str], list[str]] = {pair: [] for pair in systems}
    asked = {
        pair: pool.ask(system.id, speech, on_token=tokens[pair].append)
        for pair, system in systems.items()
    }
    answers = {pair: question.future.result(LIMIT_S) for pair, question in asked.items()}
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
    pool = open_pool(*systems.values())
    tokens: list[str] = []
    asked = [pool.ask(system.id, speech, on_token=tokens.append) for system in systems.values()]
    for question in asked:
        assert question.future.exception(LIMIT_S)
        assert error(question.future).kind is ErrorKind.AUDIO_EMPTY
    assert tokens == []


def test_a_small_recogniser_serves_a_language_model_too(pool: Pool, speech: Path) -> None:
    answer = pool.ask("pocketsphinx+llama_cpp", speech).future.result(LIMIT_S)
    assert answer.transcription is not None
    assert answer.transcription.named("skills").text == "what time is it"
    assert answer.text


@pytest.mark.parametrize("hears", ["openai_whisper", "transformers"])
def test_whisper_serves_the_skills_too(pool: Pool, speech: Path, hears: str) -> None:
    assert pool.ask(f"{hears}+skills", speech).future.result(LIMIT_S).text
