"""Everything that can be wrong with Google's server, and the typed error it becomes."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from typing import Any

import pytest

from engines import wire
from engines.api import Prompt
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.registry import find_engines
from tests.helpers.fake_api import Events, Raw, Reply, Silence, Status
from tests.helpers.fake_google import MODEL, FakeGoogle, chunk, failure
from tests.helpers.remote_worker import LIMIT_S, Remote

pytestmark = pytest.mark.local

ASKED = Prompt(text="what time is it")


def waiting(seconds: str) -> list[dict[str, str]]:
    return [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": seconds}]


BLOCKED: dict[str, Any] = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}
REFUSALS: dict[str, tuple[Reply, ErrorKind, str]] = {
    "bad request": (failure(400, "INVALID_ARGUMENT", "bad top_k"), ErrorKind.INTERNAL, "bad top_k"),
    "wrong key": (
        failure(400, "INVALID_ARGUMENT", "API key not valid", [{"reason": "API_KEY_INVALID"}]),
        ErrorKind.NEEDS_KEY,
        "API key not valid",
    ),
    "not allowed": (failure(403, "PERMISSION_DENIED", "not you"), ErrorKind.NEEDS_KEY, "not you"),
    "retired": (
        failure(404, "NOT_FOUND", "models/x is no longer available"),
        ErrorKind.MODEL_RETIRED,
        "no longer available",
    ),
    "no model": (failure(404, "NOT_FOUND", "not found"), ErrorKind.INTERNAL, "not found"),
    "too large": (failure(413, "", "too large"), ErrorKind.AUDIO_TOO_LONG, "too large"),
    "blocked": (Events(pieces=(), ending="short", extra=(BLOCKED,)), ErrorKind.REFUSED, "PROHIB"),
    "unsafe answer": (Events(finish="SAFETY"), ErrorKind.REFUSED, "SAFETY"),
    "elsewhere": (Status(307, {}, {"location": "/v2"}), ErrorKind.NETWORK, "HTTP 307"),
    "asks for too long": (
        failure(429, "RESOURCE_EXHAUSTED", "quota", waiting("3600s")),
        ErrorKind.RATE_LIMITED,
        "It asks to wait 3600 s",
    ),
    "a page": (Raw(b"<html>welcome</html>", "text/html"), ErrorKind.NETWORK, "no answer"),
    "no json": (Raw(b"data: {half\r\n\r\n"), ErrorKind.NETWORK, "no answer"),
    "a list": (Raw(b"data: [1, 2]\r\n\r\n"), ErrorKind.NETWORK, "no answer"),
    "odd candidates": (Raw(b'data: {"candidates": 5}\r\n\r\n'), ErrorKind.NETWORK, "no answer"),
    "nothing": (Raw(b""), ErrorKind.NETWORK, "no event"),
    "cut in the middle": (Events(ending="cut"), ErrorKind.NETWORK, "broke off"),
    "never finished": (Events(ending="short"), ErrorKind.NETWORK, "broke off"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_helped_is_told_at_once(asked: Remote, case: str) -> None:
    reply, kind, words = REFUSALS[case]
    asked.api.script.append(reply)
    error = asked.error(ASKED)
    assert error.kind is kind, error.researcher
    assert words in error.researcher
    assert len(asked.api.questions) == 1
    # It lives and works on.
    assert asked.ask(ASKED).text == "Half past two."


PASSING: dict[str, tuple[Sequence[Reply], ErrorKind]] = {
    "busy": (
        [failure(429, "RESOURCE_EXHAUSTED", "quota", waiting("0.01s"))] * 3,
        ErrorKind.RATE_LIMITED,
    ),
    "down": ([failure(500, "INTERNAL", "oh")] * 3, ErrorKind.NETWORK),
    "away": ([failure(503, "UNAVAILABLE", "overloaded")] * 3, ErrorKind.NETWORK),
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


@pytest.mark.parametrize("reply", [Silence(), Events(ending="hang")])
def test_a_server_that_is_silent_is_left(asked: Remote, reply: Reply) -> None:
    asked.api.script.append(reply)
    assert asked.error(ASKED).kind is ErrorKind.TIMEOUT


def test_an_answer_without_text_still_says_who_made_it(asked: Remote) -> None:
    asked.api.script.append(Events(pieces=(), extra=(chunk(""),)))
    assert asked.ask(ASKED).text == ""


def test_models_that_are_there_are_told_where_the_one_is_not() -> None:
    with FakeGoogle() as api:
        for model in ({"model": "gemini-1.5-pro"}, {}):
            error = _error_of_loading({"address": api.address, **model})
            assert error.data["choices"] == [MODEL, "gemini-3.6-flash"]
        assert api.wrong == []


def test_a_server_that_is_not_there_cannot_be_loaded() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        assert _error_of_loading({"address": address, "model": "a"}).kind is ErrorKind.NETWORK


@pytest.mark.parametrize("model", [{"model": MODEL}, {"model": MODEL, "key": "google"}])
def test_google_without_a_key_is_not_even_asked(model: dict[str, Any]) -> None:
    assert _error_of_loading(model).kind is ErrorKind.NEEDS_KEY


def _error_of_loading(model: dict[str, Any]) -> EngineError:
    with WorkerProcess(find_engines()["google_genai"]) as worker:
        worker.start()
        call = worker.call("load", wire.write_model(model), timeout_s=LIMIT_S)
        error = call.exception(LIMIT_S)
    assert isinstance(error, EngineError)
    return error
