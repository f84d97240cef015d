"""Everything that can be wrong with a server, and the typed error it becomes."""

from __future__ import annotations

import socket
from collections.abc import Sequence

import pytest

from engines import wire
from engines.api import Prompt
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.registry import find_engines
from tests.helpers.fake_api import Events, Raw, Reply, Silence, Status
from tests.helpers.fake_openai import FakeOpenAI, chunk
from tests.helpers.remote_worker import LIMIT_S, Remote, remote

pytestmark = pytest.mark.local

ASKED = Prompt(text="what time is it")


def says(code: int, words: str, name: str = "", **headers: str) -> Status:
    return Status(code, {"error": {"message": words, "code": name}}, headers)


AT_ONCE = {"retry-after": "0.01"}
REFUSALS = {
    "bad request": ([says(400, "seed is no number")], ErrorKind.INTERNAL, "seed is no number"),
    "wrong key": ([says(401, "Incorrect API key")], ErrorKind.NEEDS_KEY, "Incorrect API key"),
    "not allowed": ([says(403, "not yours")], ErrorKind.NEEDS_KEY, "not yours"),
    "retired": (
        [says(404, "The model has been deprecated", "model_not_found")],
        ErrorKind.MODEL_RETIRED,
        "deprecated",
    ),
    "no model": ([says(404, "no such thing", "model_not_found")], ErrorKind.INTERNAL, "no such"),
    "too large": ([says(413, "Request Entity Too Large")], ErrorKind.AUDIO_TOO_LONG, "Too Large"),
    "too long": (
        [says(400, "Audio duration exceeds 30 s")],
        ErrorKind.AUDIO_TOO_LONG,
        "exceeds 30 s",
    ),
    "filtered": ([says(400, "no", "content_filter")], ErrorKind.REFUSED, "declined"),
    "filtered answer": ([Events(finish="content_filter")], ErrorKind.REFUSED, "content_filter"),
    "refusal": (
        [Events(pieces=(), extra=(chunk({"refusal": "I must not."}),))],
        ErrorKind.REFUSED,
        "I must not.",
    ),
    "elsewhere": (
        [Status(307, {}, {"location": "http://127.0.0.1:9/v1/chat/completions"})],
        ErrorKind.NETWORK,
        "HTTP 307",
    ),
    "no money": ([says(429, "pay", "insufficient_quota")], ErrorKind.RATE_LIMITED, "pay"),
    "asks for too long": (
        [says(429, "slow down", **{"retry-after": "3600"})],
        ErrorKind.RATE_LIMITED,
        "It asks to wait 3600 s",
    ),
    "a page": ([Raw(b"<html>welcome</html>", "text/html")], ErrorKind.NETWORK, "no event"),
    "no json": ([Raw(b"data: {half\n\n")], ErrorKind.NETWORK, "no answer"),
    "no utf-8": ([Raw(b"data: \xff\xfe\n\n")], ErrorKind.NETWORK, "no answer"),
    "a list": ([Raw(b"data: [1, 2]\n\n")], ErrorKind.NETWORK, "no object"),
    "odd choices": ([Raw(b'data: {"choices": 5}\n\n')], ErrorKind.NETWORK, "without choices"),
    "nothing": ([Raw(b"")], ErrorKind.NETWORK, "no event"),
    "cut in the middle": ([Events(ending="cut")], ErrorKind.NETWORK, "broke off"),
    "never finished": ([Events(ending="short")], ErrorKind.NETWORK, "broke off"),
    "error in the stream": (
        [Events(ending="short", extra=({"error": {"message": "CUDA error"}},))],
        ErrorKind.NETWORK,
        "CUDA error|broke off",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_helped_is_told_at_once(asked: Remote, case: str) -> None:
    replies, kind, words = REFUSALS[case]
    asked.api.script.extend(replies)
    error = asked.error(ASKED)
    assert error.kind is kind, error.researcher
    assert any(word in error.researcher for word in words.split("|")), error.researcher
    assert len(asked.api.questions) == 1
    # It lives and works on.
    assert asked.ask(ASKED).text == "Half past two."


PASSING: dict[str, tuple[Sequence[Reply], ErrorKind]] = {
    "busy": ([says(429, "slow down", **AT_ONCE)] * 3, ErrorKind.RATE_LIMITED),
    "down": ([says(500, "oh", **AT_ONCE)] * 3, ErrorKind.NETWORK),
    "away": ([says(503, "loading", **AT_ONCE)] * 3, ErrorKind.NETWORK),
    "cut before anything": ([Events(pieces=(), ending="cut")] * 3, ErrorKind.NETWORK),
}


@pytest.mark.parametrize("case", PASSING)
def test_what_may_pass_is_asked_three_times_and_then_told(asked: Remote, case: str) -> None:
    replies, kind = PASSING[case]
    asked.api.script.extend(replies)
    assert asked.error(ASKED).kind is kind
    assert len(asked.api.questions) == 3


@pytest.mark.parametrize("case", PASSING)
def test_what_passed_is_not_told(asked: Remote, case: str) -> None:
    replies, _ = PASSING[case]
    asked.api.script.extend(replies[:2])
    assert asked.ask(ASKED).text == "Half past two."
    assert len(asked.api.questions) == 3


def test_a_server_is_given_the_time_it_asks_for(asked: Remote) -> None:
    asked.api.script.append(says(429, "slow down", **{"retry-after": "1"}))
    asked.ask(ASKED)
    first, second = asked.api.questions
    assert second.at_s - first.at_s >= 1


def test_a_server_that_says_nothing_is_left(asked: Remote) -> None:
    asked.api.script.append(Silence())
    error = asked.error(ASKED)
    assert error.kind is ErrorKind.TIMEOUT
    assert "said nothing for 4 s" in error.researcher
    assert len(asked.api.questions) == 1


def test_a_server_that_falls_silent_is_left(asked: Remote) -> None:
    asked.api.script.append(Events(ending="hang"))
    assert asked.error(ASKED).kind is ErrorKind.TIMEOUT


def test_a_server_that_is_not_there_cannot_be_loaded() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        model = {"address": f"http://127.0.0.1:{port}/v1", "model": "any"}
        assert _error_of_loading(model).kind is ErrorKind.NETWORK
    model["address"] = "http://nobody.invalid/v1"
    assert _error_of_loading(model).kind is ErrorKind.NETWORK


def test_a_server_that_goes_away_between_two_questions_is_told() -> None:
    with FakeOpenAI() as api:
        model = {"address": api.address, "model": "whisper-1"}
        with remote("openai_compatible", api, model) as worker:
            assert worker.ask(ASKED).text
            api.close()
            error = worker.error(ASKED)
        assert error.kind is ErrorKind.NETWORK
        assert "cannot be reached" in error.researcher


@pytest.mark.parametrize(
    "model",
    [
        {"address": "not an address", "model": "a"},
        {"address": "http://me:secret@127.0.0.1/v1", "model": "a"},
        {"address": "ftp://127.0.0.1", "model": "a"},
        {"address": "http://127.0.0.1:x/v1", "model": "a"},
        {"address": "http://127.0.0.1", "model": "a", "audio": "by_post"},
        {"address": "http://127.0.0.1", "model": "a", "wait_s": 0},
        {"address": "http://127.0.0.1", "model": "a", "colour": "red"},
        {"address": "http://127.0.0.1", "model": 5},
        {"address": "http://127.0.0.1", "model": "a", "modalities": ["smell"]},
    ],
)
def test_a_table_that_cannot_be_is_told(model: dict[str, object]) -> None:
    error = _error_of_loading(model)
    assert error.kind is ErrorKind.INTERNAL
    assert "secret" not in error.researcher


@pytest.mark.parametrize("model", [{"model": "gpt-audio-1.5"}, {"model": "a", "key": "openai"}])
def test_openai_without_a_key_is_not_even_asked(model: dict[str, object]) -> None:
    assert _error_of_loading(model).kind is ErrorKind.NEEDS_KEY


def _error_of_loading(model: dict[str, object]) -> EngineError:
    with WorkerProcess(find_engines()["openai_compatible"]) as worker:
        worker.start()
        call = worker.call("load", wire.write_model(model), timeout_s=LIMIT_S)
        error = call.exception(LIMIT_S)
    assert isinstance(error, EngineError)
    return error
