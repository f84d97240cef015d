"""What every engine behind an address must pass, whatever its server speaks: inherit it once each.

    class TestOpenAI(RemoteContract):
        dialect = OPENAI

The folder's `conftest.py` gives `asked`: a loaded worker before a server that checks every byte.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import ClassVar

import pytest

from engines import wire
from engines.api import FinishReason, Prompt
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.registry import find_engines
from tests.helpers.dialects import Dialect
from tests.helpers.fake_api import Events, Raw, Reply, Silence, Status, nothing_wrong
from tests.helpers.remote_worker import KEY, LIMIT_S, Remote, remote, spoken

ASKED = Prompt(text="what time is it")
ANSWER = "Half past two."

Refusal = tuple[Callable[[Dialect], Reply], ErrorKind, str]
"""What the server says, and the kind and (one of, by `|`) the words it becomes."""

_PAGE = Raw(b"<html>welcome</html>", "text/html")
_ELSEWHERE = Status(307, {}, {"location": "http://127.0.0.1:9/v1/chat/completions"})


def _says(code: int, words: str, wait_s: float | None = None) -> Callable[[Dialect], Reply]:
    return lambda dialect: dialect.refusal(code, words, wait_s)


def _event(content: bytes) -> Callable[[Dialect], Reply]:
    return lambda dialect: Raw(content + 2 * dialect.line_end)


REFUSALS: Mapping[str, Refusal] = {
    "bad request": (_says(400, "seed is no number"), ErrorKind.INTERNAL, "seed is no number"),
    "wrong key": (lambda d: d.wrong_key, ErrorKind.NEEDS_KEY, "Incorrect API key"),
    "not allowed": (_says(403, "not yours"), ErrorKind.NEEDS_KEY, "not yours"),
    "retired": (_says(404, "x is no longer available"), ErrorKind.MODEL_RETIRED, "no longer"),
    "no model": (_says(404, "no such thing"), ErrorKind.INTERNAL, "no such thing"),
    "too large": (_says(413, "Request Too Large"), ErrorKind.AUDIO_TOO_LONG, "Too Large"),
    "too long": (
        _says(400, "Audio duration exceeds 30 s"),
        ErrorKind.AUDIO_TOO_LONG,
        "exceeds 30 s",
    ),
    "elsewhere": (lambda _: _ELSEWHERE, ErrorKind.NETWORK, "HTTP 307): it points to 127.0.0.1,"),
    "asks for too long": (
        _says(429, "slow down", 3600),
        ErrorKind.RATE_LIMITED,
        "It asks to wait 3600 s",
    ),
    "a page": (lambda _: _PAGE, ErrorKind.NETWORK, "no event|no answer"),
    "no json": (_event(b"data: {half"), ErrorKind.NETWORK, "no answer"),
    "no utf-8": (_event(b"data: \xff\xfe"), ErrorKind.NETWORK, "no answer"),
    "a list": (_event(b"data: [1, 2]"), ErrorKind.NETWORK, "no object|no answer"),
    "nothing": (lambda _: Raw(b""), ErrorKind.NETWORK, "no event"),
    "cut in the middle": (lambda _: Events(ending="cut"), ErrorKind.NETWORK, "broke off"),
    "never finished": (lambda _: Events(ending="short"), ErrorKind.NETWORK, "broke off"),
}
PASSING: Mapping[str, tuple[Callable[[Dialect], Reply], ErrorKind]] = {
    "busy": (_says(429, "slow down", 0.01), ErrorKind.RATE_LIMITED),
    "down": (_says(500, "oh", 0.01), ErrorKind.NETWORK),
    "away": (_says(503, "loading", 0.01), ErrorKind.NETWORK),
    "cut before anything": (lambda _: Events(pieces=(), ending="cut"), ErrorKind.NETWORK),
}
ATTEMPTS = 3


def is_told_at_once(asked: Remote, reply: Reply, kind: ErrorKind, words: str) -> None:
    """What the server says ends the question, with that error; the next one is answered."""
    asked.api.script.append(reply)
    error = asked.error(ASKED)
    assert error.kind is kind, error.researcher
    assert any(word in error.researcher for word in words.split("|")), error.researcher
    assert len(asked.api.questions) == 1
    assert asked.ask(ASKED).text == ANSWER


def error_of_loading(family: str, model: Mapping[str, object]) -> EngineError:
    """By a worker that was handed no key."""
    with WorkerProcess(find_engines()[family]) as worker:
        worker.start()
        call = worker.call("load", wire.write_model(model), timeout_s=LIMIT_S)
        error = call.exception(LIMIT_S)
    assert isinstance(error, EngineError)
    return error


class RemoteContract:
    dialect: ClassVar[Dialect]

    # What can be wrong with a server.

    @pytest.mark.parametrize("case", REFUSALS)
    def test_what_cannot_be_helped_is_told_at_once(self, asked: Remote, case: str) -> None:
        reply, kind, words = REFUSALS[case]
        is_told_at_once(asked, reply(self.dialect), kind, words)

    @pytest.mark.parametrize("case", PASSING)
    def test_what_may_pass_is_asked_three_times_and_then_told(
        self, asked: Remote, case: str
    ) -> None:
        reply, kind = PASSING[case]
        asked.api.script.extend([reply(self.dialect)] * ATTEMPTS)
        assert asked.error(ASKED).kind is kind
        assert len(asked.api.questions) == ATTEMPTS
        assert asked.ask(ASKED).text == ANSWER

    @pytest.mark.parametrize("case", PASSING)
    def test_what_passed_is_not_told(self, asked: Remote, case: str) -> None:
        reply, _ = PASSING[case]
        asked.api.script.extend([reply(self.dialect)] * (ATTEMPTS - 1))
        assert asked.ask(ASKED).text == ANSWER
        assert len(asked.api.questions) == ATTEMPTS

    def test_a_server_is_given_the_time_it_asks_for(self, asked: Remote) -> None:
        asked.api.script.append(self.dialect.refusal(429, "slow down", 1))
        asked.ask(ASKED)
        first, second = asked.api.questions
        assert second.at_s - first.at_s >= 1

    def test_a_server_that_says_nothing_is_left(self, asked: Remote) -> None:
        asked.api.script.append(Silence())
        error = asked.error(ASKED)
        assert error.kind is ErrorKind.TIMEOUT
        assert "said nothing for 4 s" in error.researcher
        assert len(asked.api.questions) == 1

    def test_a_server_that_falls_silent_is_left(self, asked: Remote) -> None:
        asked.api.script.append(Events(ending="hang"))
        assert asked.error(ASKED).kind is ErrorKind.TIMEOUT

    def test_a_server_that_is_not_there_cannot_be_loaded(self) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            port = nobody.getsockname()[1]
            for host in (f"127.0.0.1:{port}", "nobody.invalid"):
                model = {"address": f"http://{host}{self.dialect.path}", "model": "any"}
                assert self._error_of_loading(model).kind is ErrorKind.NETWORK

    def test_a_server_that_goes_away_between_two_questions_is_told(self) -> None:
        with self.dialect.fake() as api:
            with remote(self.dialect.family, api, self.dialect.table(api)) as worker:
                assert worker.ask(ASKED).text
                api.close()
                error = worker.error(ASKED)
            assert error.kind is ErrorKind.NETWORK
            assert "cannot be reached" in error.researcher

    @pytest.mark.parametrize("named", [False, True])
    def test_its_own_server_without_a_key_is_not_even_asked(self, named: bool) -> None:
        more = {"key": self.dialect.key} if named else {}
        model = {"model": self.dialect.model, **more}
        assert self._error_of_loading(model).kind is ErrorKind.NEEDS_KEY

    # What goes over the wire.

    def test_nothing_is_asked_where_nothing_was_understood(self, asked: Remote) -> None:
        for text in ("", "mumble"):
            assert asked.ask(Prompt(text=text, understood=False)).text
        assert asked.api.questions == []

    def test_an_answer_that_reached_its_limit_says_so(self, asked: Remote) -> None:
        asked.api.script.append(Events(finish=self.dialect.at_limit))
        assert asked.ask(Prompt(text="go on")).finished.reason is FinishReason.LENGTH

    @pytest.mark.parametrize("begun", [False, True])
    def test_the_connection_is_closed_when_the_request_is_cancelled(
        self, asked: Remote, begun: bool
    ) -> None:
        asked.api.script.append(Events(ending="hang") if begun else Silence())
        assert asked.left_after_cancel_s(Prompt(text="tell me all"), begun=begun) <= 0.25
        asked.api.left.clear()
        assert asked.ask(Prompt(text="and now")).text == ANSWER

    def test_a_shell_that_points_the_sdk_elsewhere_is_not_heeded(
        self, monkeypatch: pytest.MonkeyPatch, take: Path
    ) -> None:
        """Neither another address nor a proxy, for a number of this machine."""
        for name, value in self.dialect.misleading.items():
            monkeypatch.setenv(name, value)
        with self.dialect.fake() as api, nothing_wrong(api):
            api.key = KEY
            model = {**self.dialect.table(api), "key": self.dialect.key}
            with remote(self.dialect.family, api, model, KEY) as worker:
                assert worker.ask(spoken(take)).text
            assert all("openai-organization" not in one.headers for one in api.received)

    def test_it_says_that_it_uses_the_network(self) -> None:
        assert find_engines()[self.dialect.family].network

    def _error_of_loading(self, model: Mapping[str, object]) -> EngineError:
        return error_of_loading(self.dialect.family, model)
