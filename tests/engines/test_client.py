"""A good worker, cancelled or late, through the client."""

from __future__ import annotations

import queue
import threading
from pathlib import Path

import pytest

from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost
from engines.limits import CANCEL_LIMIT_S
from tests.helpers.foreign_engines import python_engine
from tests.helpers.loaded_worker import ECHO, END_LIMIT_S, FOREVER_MS, LIMIT_S, Loaded
from tests.helpers.processes import becomes, group_members

pytestmark = pytest.mark.usefixtures("gone")


def test_tokens_come_one_by_one_and_then_the_whole() -> None:
    tokens: list[str] = []
    with Loaded({"answers": ["eight letters"], "chunk": 3}) as echo:
        answer = echo.respond(on_token=tokens.append).result(LIMIT_S)
    assert answer["text"] == "eight letters"
    assert tokens == ["eig", "ht ", "let", "ter", "s"]


def test_progress_is_told_while_it_loads() -> None:
    told: list[tuple[str, float | None]] = []
    with WorkerProcess(ECHO) as worker:
        worker.start()
        worker.call(
            "load",
            {"model": {}},
            timeout_s=LIMIT_S,
            on_progress=lambda what, share: told.append((what, share)),
        ).result(LIMIT_S)
    assert told == [("reading the script", 0.0), ("reading the script", 1.0)]


def test_requests_queue_and_are_answered_in_order() -> None:
    done: queue.SimpleQueue[str] = queue.SimpleQueue()
    with Loaded({"answers": ["one", "two", "three"]}) as echo:
        calls = [echo.respond() for _ in range(3)]
        for call in calls:
            call.add_done_callback(lambda call: done.put(call.result()["text"]))
        assert [done.get(timeout=LIMIT_S) for _ in calls] == ["one", "two", "three"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x" * 1_000_000, None),
        ("<b>bold</b><img src='file:///etc/passwd'>", None),
        ("\x1b[31mred\x1b]0;title\x07", None),
        ("right \u202eto left\u202c and \u2066isolated\u2069", None),
        ("line\r\nbreaks\u2028and\u0085more\tof\x0bthem", None),
        ('quotes " and \\ and {"jsonrpc":"2.0"}\n', None),
        ("e\u0301\u0316" + "\u0300" * 500 + " \U0001f469\u200d\U0001f680", None),
        ("nul\x00in", "nul\ufffdin"),
        ("lone \ud800 and \udc00", "lone \ufffd and \ufffd"),
        ("\x00" * 1000, "\ufffd" * 1000),
    ],
    ids=["1 MB word", "HTML", "ANSI", "RTL override", "line ends", "JSON", "zalgo", "NUL",
         "surrogates", "only NUL"],
)  # fmt: skip
def test_texts_arrive_as_they_are_but_for_what_no_text_may_hold(
    text: str, expected: str | None
) -> None:
    tokens: list[str] = []
    with Loaded({"answers": [text], "chunk": 0}) as echo:
        answer = echo.respond(on_token=tokens.append).result(LIMIT_S)
    assert answer["text"] == (text if expected is None else expected)
    assert tokens == [answer["text"]]


def test_replaced_characters_are_counted(tmp_path: Path) -> None:
    code = """
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress): return Loaded("1")
            def unload(self): pass
            def respond(self, prompt, cancelled):
                yield "lone \\ud800 and"
                yield " nul \\x00"
                return Finished()
    """
    with Loaded({}, python_engine(tmp_path, code)) as engine:
        call = engine.respond()
        assert call.result(LIMIT_S)["text"] == "lone \ufffd and nul \ufffd"
        assert call.replaced == 2


def test_stray_prints_go_to_the_log_and_nowhere_else(tmp_path: Path) -> None:
    log = tmp_path / "logs" / "worker.log"
    with Loaded({"fault": "stray_print", "answers": ["whole"]}, log_path=log) as echo:
        assert echo.respond().result(LIMIT_S)["text"] == "whole"
    assert log.read_text().splitlines() == ["a stray print", "a stray write to descriptor 1"]
    assert echo.worker.last_lines() == ("a stray print", "a stray write to descriptor 1")


def test_secrets_stay_here_unless_the_manifest_names_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
        import os
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress): return Loaded(" ".join(sorted(os.environ)))
            def unload(self): pass
    """
    monkeypatch.setenv("ALPHA_API_KEY", "a")
    monkeypatch.setenv("BETA_API_KEY", "b")
    info = python_engine(tmp_path, code, manifest='environment = ["BETA_API_KEY"]\n')
    with WorkerProcess(info, extra_env={"ADDED": "1"}) as worker:
        worker.start()
        loaded = worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
    names = set(loaded["model_version"].split())
    assert {"BETA_API_KEY", "ADDED", "HF_HUB_OFFLINE", "OMP_NUM_THREADS"} <= names
    assert "ALPHA_API_KEY" not in names


# Cancelling and time limits.


def test_cancel_ends_within_one_token() -> None:
    tokens: list[str] = []
    third = threading.Event()

    def on_token(text: str) -> None:
        tokens.append(text)
        if len(tokens) == 3:
            third.set()

    with Loaded({"answers": ["word " * 500], "chunk": 5, "token_delay_ms": 150}) as echo:
        call = echo.respond(on_token=on_token)
        assert third.wait(LIMIT_S)
        call.cancel_request()
        answer = call.result(CANCEL_LIMIT_S)
        assert answer["finish"] == "cancelled"
        assert answer["text"] == "".join(tokens)
        assert len(tokens) <= 4
        assert echo.worker.alive


def test_an_engine_that_never_asks_is_cancelled_between_two_tokens(tmp_path: Path) -> None:
    code = """
        from engines.api import Loaded
        class Engine:
            def load(self, model, progress): return Loaded("1")
            def unload(self): pass
            def respond(self, prompt, cancelled):
                try:
                    while True:
                        yield "word "
                finally:
                    print("its generator was closed")
    """
    token = threading.Event()
    with Loaded({}, python_engine(tmp_path, code)) as engine:
        call = engine.respond(on_token=lambda _: token.set())
        assert token.wait(LIMIT_S)
        call.cancel_request()
        assert call.result(CANCEL_LIMIT_S)["finish"] == "cancelled"
        assert engine.worker.alive
    assert engine.worker.last_lines() == ("its generator was closed",)


def test_a_cancel_before_the_request_starts_is_not_lost() -> None:
    with Loaded({"delay_ms": FOREVER_MS}) as echo:
        first, second = echo.respond(), echo.respond()
        second.cancel_request()
        assert second.result(CANCEL_LIMIT_S)["finish"] == "cancelled"
        assert not first.done()
        first.cancel_request()
        first.cancel_request()
        assert first.result(CANCEL_LIMIT_S)["finish"] == "cancelled"


def test_a_cancelled_recognition_fails_as_cancelled(take: Path) -> None:
    with Loaded({"delay_ms": FOREVER_MS}) as echo:
        params = {"wav_path": str(take), "settings": {}}
        call = echo.worker.call("transcribe", params, timeout_s=LIMIT_S)
        call.cancel_request()
        with pytest.raises(RequestCancelled):
            call.result(CANCEL_LIMIT_S)
        assert echo.worker.alive


@pytest.mark.parametrize("method", ["transcribe", "close"])
def test_a_recognition_that_ends_its_cancel_with_an_error_is_cancelled(
    tmp_path: Path, take: Path, method: str
) -> None:
    """Of a take that it left in the middle a recogniser may say that nobody spoke in it."""
    code = """
        import time
        from engines.api import Loaded
        from engines.errors import EngineError, ErrorKind
        class Engine:
            def load(self, model, progress): return Loaded("1", segments=True)
            def unload(self): pass
            def transcribe(self, wav_path, settings, cancelled):
                print("begun")
                while not cancelled():
                    time.sleep(0.001)
                raise EngineError(ErrorKind.AUDIO_EMPTY, "Nobody spoke.")
            def open(self, settings, cancelled):
                self.cancelled = cancelled
                return self
            def feed(self, pcm16): pass
            def discard(self): pass
            def close(self):
                self.transcribe(None, {}, self.cancelled)
    """
    with Loaded({}, python_engine(tmp_path, code)) as engine:
        if method == "close":
            opening = {"rate_hz": 16_000, "settings": {}}
            params = dict(engine.worker.call("open", opening, timeout_s=LIMIT_S).result(LIMIT_S))
        else:
            params = {"wav_path": str(take), "settings": {}}
        call = engine.worker.call(method, params, timeout_s=LIMIT_S)
        assert becomes(lambda: "begun" in engine.worker.last_lines())
        call.cancel_request()
        with pytest.raises(RequestCancelled):
            call.result(CANCEL_LIMIT_S)
        assert engine.worker.alive


def test_a_worker_deaf_to_cancel_is_ended_and_its_group_gone() -> None:
    with Loaded({"fault": "hang"}) as echo:
        stuck, waiting = echo.respond(), echo.respond()
        assert becomes(lambda: "hangs" in "".join(echo.worker.last_lines()))
        stuck.cancel_request()
        with pytest.raises(RequestCancelled, match="was ended"):
            stuck.result(END_LIMIT_S)
        with pytest.raises(WorkerLost, match="stuck in 'respond'"):
            waiting.result(END_LIMIT_S)
        assert not echo.worker.alive
        assert group_members(echo.pid) == set()


def test_what_waited_is_lost_with_its_worker_and_not_cancelled_by_it(tmp_path: Path) -> None:
    """Its input closed, a worker ends all that waits; deaf to SIGTERM too, it has time to."""
    code = """
        import signal, sys, time
        from engines.api import Loaded
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        class Engine:
            def load(self, model, progress): return Loaded("version")
            def unload(self): pass
            def respond(self, prompt, cancelled):
                sys.stderr.write("hangs\\n")
                time.sleep(3600)
                yield ""
    """
    with Loaded({}, python_engine(tmp_path, code)) as worker:
        stuck, waiting = worker.respond(), worker.respond()
        assert becomes(lambda: "hangs" in worker.worker.last_lines())
        stuck.cancel_request()
        with pytest.raises(RequestCancelled, match="was ended"):
            stuck.result(END_LIMIT_S)
        with pytest.raises(WorkerLost, match="stuck in 'respond'"):
            waiting.result(END_LIMIT_S)


def test_a_slow_answer_fails_with_timeout_and_the_worker_lives() -> None:
    with Loaded({"delay_ms": FOREVER_MS}) as echo:
        with pytest.raises(EngineError) as caught:
            echo.respond(timeout_s=0.2).result(LIMIT_S)
        assert caught.value.kind is ErrorKind.TIMEOUT
        assert "within 0.2 s" in caught.value.researcher
        probe = echo.worker.call("probe", {"model": {}}, timeout_s=LIMIT_S)
        assert probe.result(LIMIT_S)["ok"]


def test_a_hung_probe_is_not_given_a_second_chance(tmp_path: Path) -> None:
    code = """
        import time
        class Engine:
            def probe(self, model): time.sleep(3600)
    """
    with WorkerProcess(python_engine(tmp_path, code)) as worker:
        worker.start()
        with pytest.raises(EngineError, match="did not answer 'probe'"):
            worker.call("probe", {"model": {}}, timeout_s=0.2).result(LIMIT_S)
