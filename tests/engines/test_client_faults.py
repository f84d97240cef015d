"""The client survives whatever a real worker process does, in time and leaving nothing."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import pytest

from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, WorkerLost
from tests.helpers.foreign_engines import python_program
from tests.helpers.loaded_worker import END_LIMIT_S, FOREVER_MS, LIMIT_S, Loaded
from tests.helpers.processes import group_members

pytestmark = pytest.mark.usefixtures("gone")


FATAL = {
    "exit": "ended with exit code 3",
    "abort": "was ended by SIGABRT",
    "close_stdout": "closed its output and was ended",
    "garbage": "is not JSON",
    "bad_utf8": "is not UTF-8",
    "long_line": "a line is over",
    "flood": "it wrote more than",
    "wrong_id": "that nobody waits for",
}


@pytest.mark.parametrize(
    ("fault", "after_tokens"), [*((fault, 0) for fault in FATAL), ("exit", 2), ("garbage", 2)]
)
def test_a_fault_is_a_typed_error_of_every_pending_request(fault: str, after_tokens: int) -> None:
    tokens: list[str] = []
    model = {"answers": ["some words"], "fault": fault, "fault_after_tokens": after_tokens}
    with Loaded(model) as echo:
        calls = [echo.respond(on_token=tokens.append), echo.respond()]
        for call in calls:
            with pytest.raises(WorkerLost) as caught:
                call.result(LIMIT_S)
            assert FATAL[fault] in caught.value.researcher
            assert caught.value.kind is ErrorKind.INTERNAL
        assert len(tokens) == after_tokens
        assert not echo.worker.alive
        assert group_members(echo.pid) == set()
        with pytest.raises(WorkerLost):
            echo.respond().result(0)


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_silence_and_a_drip_end_with_the_time_limit(fault: str) -> None:
    with Loaded({"fault": fault}) as echo:
        asked_s = time.monotonic()
        with pytest.raises(EngineError) as caught:
            echo.respond(timeout_s=0.2).result(LIMIT_S)
        assert time.monotonic() - asked_s < 0.2 + END_LIMIT_S
        assert caught.value.kind is ErrorKind.TIMEOUT
        assert group_members(echo.pid) == set()


@pytest.mark.parametrize("kind", ErrorKind)
def test_a_typed_failure_arrives_with_its_kind_and_the_worker_lives(kind: ErrorKind) -> None:
    with Loaded({"fail": str(kind), "fault_after_tokens": 1}) as echo:
        for _ in range(2):
            with pytest.raises(EngineError) as caught:
                echo.respond().result(LIMIT_S)
            assert caught.value.kind is kind
            assert kind in caught.value.researcher
        assert echo.worker.alive


def test_running_out_of_memory_is_named_and_survived() -> None:
    with Loaded({"fault": "out_of_memory"}) as echo:
        with pytest.raises(EngineError) as caught:
            echo.respond().result(LIMIT_S)
        assert caught.value.kind is ErrorKind.OUT_OF_MEMORY
        assert echo.worker.alive


def test_a_crash_is_told_with_the_last_lines_of_the_log() -> None:
    with Loaded({"fault": "abort"}) as echo:
        with pytest.raises(WorkerLost) as caught:
            echo.respond().result(LIMIT_S)
        assert "Fatal Python error: Aborted" in caught.value.data["last_lines"]
        assert "Its last words: " in caught.value.researcher
        assert "Aborted" not in caught.value.participant
        assert "last words" not in caught.value.participant


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_worker_killed_from_outside_is_told(number: signal.Signals) -> None:
    with Loaded({"delay_ms": FOREVER_MS}) as echo:
        call = echo.respond()
        os.kill(echo.pid, number)
        with pytest.raises(WorkerLost, match=number.name):
            call.result(LIMIT_S)


def test_a_stopped_worker_counts_as_silent() -> None:
    with Loaded({}) as echo:
        os.kill(echo.pid, signal.SIGSTOP)
        with pytest.raises(EngineError) as caught:
            echo.respond(timeout_s=0.2).result(LIMIT_S)
        assert caught.value.kind is ErrorKind.TIMEOUT
        assert group_members(echo.pid) == set()


def test_a_worker_that_does_not_read_cannot_block_its_caller(tmp_path: Path) -> None:
    info = python_program(tmp_path, f"""
        import sys, time
        sys.stdin.readline()
        print('{json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"protocol": 1}})}', flush=True)
        time.sleep(3600)
    """)  # fmt: skip
    with WorkerProcess(info) as worker:
        worker.start()
        call = worker.call("respond", {"text": "x" * 4_000_000}, timeout_s=0.2)
        with pytest.raises(EngineError) as caught:
            call.result(LIMIT_S)
        assert caught.value.kind is ErrorKind.TIMEOUT


def test_what_cannot_be_sent_fails_and_the_worker_lives() -> None:
    with Loaded({}) as echo:
        for text in ("x" * 9_000_000, float("nan"), object()):
            call = echo.worker.call("respond", {"text": text}, timeout_s=LIMIT_S)
            with pytest.raises(EngineError, match="cannot be sent"):
                call.result(0)
        assert echo.respond().result(LIMIT_S)["text"]


def test_a_callback_that_raises_fails_its_own_call_only() -> None:
    def on_token(_text: str) -> None:
        raise ZeroDivisionError("a bug of the caller")

    with Loaded({"answers": ["several tokens"]}) as echo:
        with pytest.raises(ZeroDivisionError):
            echo.respond(on_token=on_token).result(LIMIT_S)
        assert echo.respond().result(LIMIT_S)["text"] == "several tokens"
