"""The client survives whatever a real worker process does, in time and leaving nothing."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engines.call import Call
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost
from engines.limits import CANCEL_LIMIT_S, KILL_LIMIT_S, TERMINATE_LIMIT_S
from engines.registry import ENGINES_FOLDER, EngineInfo, read_manifest
from tests.helpers.foreign_engines import python_engine, python_program, shell_program
from tests.helpers.processes import (
    becomes,
    group_members,
    open_descriptors,
    zombies_of,
)

LIMIT_S = 20.0
"""No test waits this long unless it fails."""
FOREVER_MS = 60_000
END_LIMIT_S = CANCEL_LIMIT_S + TERMINATE_LIMIT_S + KILL_LIMIT_S

ECHO = read_manifest(ENGINES_FOLDER / "echo" / "engine.toml")


class Loaded:
    """An echo worker that has said hello and read its script."""

    def __init__(self, model: Mapping[str, Any], info: EngineInfo = ECHO, **options: Any) -> None:
        self.worker = WorkerProcess(info, **options)
        self.pid = self.worker.start().pid
        self.worker.call("load", {"model": model}, timeout_s=LIMIT_S).result(LIMIT_S)

    def respond(self, timeout_s: float = LIMIT_S, **options: Any) -> Call:
        return self.worker.call("respond", {"text": "hello"}, timeout_s=timeout_s, **options)

    def __enter__(self) -> Loaded:
        return self

    def __exit__(self, *_: object) -> None:
        self.worker.stop()


@pytest.fixture
def gone(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test no process that was started in it is a zombie, and no descriptor is open."""
    descriptors = open_descriptors()
    yield
    assert zombies_of(os.getpid()) == set(), request.node.name
    assert becomes(lambda: open_descriptors() <= descriptors)


pytestmark = pytest.mark.usefixtures("gone")


# A good worker.


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

    with Loaded({"answers": ["word " * 500], "chunk": 5, "token_delay_ms": 40}) as echo:
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


# Faults.

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
        assert "Aborted" not in caught.value.participant


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


# Programs that are not our worker.

ANSWER = '{"jsonrpc":"2.0","id":%s,"result":%s}'


def test_any_program_in_any_language_is_an_engine(tmp_path: Path) -> None:
    info = shell_program(tmp_path, r"""
        while read -r line; do
          id=$(printf '%s' "$line" | sed -n 's/.*"id":\([0-9]*\).*/\1/p')
          case "$line" in
            *'"initialize"'*) result='{"protocol":1,"roles":["responder","poet"],"later":true}' ;;
            *'"load"'*) result='{"model_version":"sh"}' ;;
            *'"respond"'*)
              printf '{"jsonrpc":"2.0","method":"mood","params":{}}\n'
              printf '{"jsonrpc":"2.0","method":"token","params":{"id":%s,"text":"hi"}}\n' "$id"
              result='{"text":"hi","finish":"stop","engine_ms":1}' ;;
            *) result='{}' ;;
          esac
          printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$result"
        done
    """)  # fmt: skip
    tokens: list[str] = []
    with WorkerProcess(info) as worker:
        initialized = worker.start()
        assert [str(role) for role in initialized.roles] == ["responder"]
        worker.call("load", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
        call = worker.call("respond", {}, timeout_s=LIMIT_S, on_token=tokens.append)
        assert call.result(LIMIT_S)["text"] == "hi"
    assert tokens == ["hi"]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("", "ended with exit code 0"),
        ("hello", "is not JSON"),
        (ANSWER % (1, '{"protocol":2}'), "speaks protocol 2, not 1"),
        (ANSWER % (1, "{}"), "'protocol' of initialize must be an integer"),
        (ANSWER % (1, '{"protocol":1,"roles":7}'), "'roles' of initialize must be"),
        (ANSWER % (2, '{"protocol":1}'), "that nobody waits for"),
        (ANSWER % ('"1"', '{"protocol":1}'), "'id' must be an integer"),
        ('{"jsonrpc":"2.0","id":1,"method":"sample","params":{}}', "a request of its own"),
        ('{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":"eh"}}', "eh"),
        ('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"No licence."}}', "No licence."),
        ('{"jsonrpc":"2.0","method":"token","params":{"id":1}}', "'text' of token must be a text"),
        ('{"jsonrpc":"2.0","method":"token","params":{"id":9,"text":"x"}}', "nobody waits for"),
    ],
)
def test_a_program_that_speaks_otherwise_is_refused_with_the_reason(
    tmp_path: Path, says: str, reason: str
) -> None:
    info = python_program(
        tmp_path, f"import sys; sys.stdin.readline(); print({says!r}, end={says and chr(10)!r})"
    )
    with pytest.raises(EngineError) as caught:
        WorkerProcess(info).start(LIMIT_S)
    assert reason in caught.value.researcher


def test_a_program_that_never_says_hello_is_ended(tmp_path: Path) -> None:
    info = python_program(tmp_path, "import time; time.sleep(3600)")
    with pytest.raises(EngineError) as caught:
        WorkerProcess(info).start(0.2)
    assert caught.value.kind is ErrorKind.TIMEOUT


def test_a_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    info = python_engine(tmp_path, "", manifest='python = "no/such/python"\n')
    with pytest.raises(WorkerLost, match="could not be started"):
        WorkerProcess(info).start()


def test_a_broken_manifest_is_told(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be used"):
        WorkerProcess(read_manifest(tmp_path / "none" / "engine.toml")).start()


@pytest.mark.parametrize("seed", range(12))
def test_random_bytes_of_a_real_process_end_in_a_typed_error(tmp_path: Path, seed: int) -> None:
    info = python_program(tmp_path, f"""
        import random, sys, time
        chance = random.Random({seed})
        sys.stdin.readline()
        good = b'{{"jsonrpc":"2.0","method":"mood","params":{{}}}}\\n'
        for _ in range(50):
            noise = chance.randbytes(chance.randrange(1, 2000))
            sys.stdout.buffer.write(good if chance.random() < 0.5 else noise)
            sys.stdout.buffer.flush()
        time.sleep(3600)
    """)  # fmt: skip
    with pytest.raises(WorkerLost, match="broke the protocol"):
        WorkerProcess(info).start(LIMIT_S)


# Ending.


def test_a_child_of_the_worker_goes_with_it(tmp_path: Path) -> None:
    code = """
        import os, subprocess
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress):
                self.child = subprocess.Popen(["sleep", "3600"])
                return Loaded(str(self.child.pid))
            def unload(self): pass
            def respond(self, prompt, cancelled):
                os._exit(1)
                yield ""
    """
    info = python_engine(tmp_path, code)
    stopped, crashed = Loaded({}, info), Loaded({}, info)
    for engine in (stopped, crashed):
        assert len(group_members(engine.pid)) == 2
    stopped.worker.stop()
    assert becomes(lambda: not group_members(stopped.pid))
    with crashed, pytest.raises(WorkerLost, match="exit code 1"):
        crashed.respond().result(LIMIT_S)
    assert becomes(lambda: not group_members(crashed.pid))


def test_a_child_that_holds_the_output_open_cannot_hide_the_end(tmp_path: Path) -> None:
    info = python_program(tmp_path, """
        import subprocess, sys
        subprocess.Popen(["sleep", "3600"])
        sys.stdin.readline()
    """)  # fmt: skip
    with pytest.raises(EngineError):
        WorkerProcess(info).start(0.5)


@pytest.mark.parametrize("model", [{}, {"delay_ms": FOREVER_MS}, {"fault": "hang"}])
def test_stop_ends_an_idle_a_busy_and_a_stuck_worker(model: dict[str, Any]) -> None:
    echo = Loaded(model)
    call = echo.respond() if model else None
    echo.worker.stop()
    assert group_members(echo.pid) == set()
    echo.worker.stop()
    if call is not None:
        try:
            assert call.result(0)["finish"] == "cancelled"
        except RequestCancelled:
            assert model == {"fault": "hang"}
    with pytest.raises(RequestCancelled):
        echo.respond().result(0)


def test_stop_before_start_and_a_stop_in_the_middle_of_it() -> None:
    WorkerProcess(ECHO).stop()
    worker = WorkerProcess(ECHO)
    worker.begin_stop()
    with pytest.raises(RequestCancelled):
        worker.start()
    assert not worker.alive


def test_twenty_lives_leave_no_descriptor_and_no_thread() -> None:
    with Loaded({}) as echo:  # whatever is opened once and for all
        echo.respond().result(LIMIT_S)
    descriptors, threads = open_descriptors(), threading.active_count()
    for _ in range(20):
        with Loaded({"answers": ["x"]}) as echo:
            assert echo.respond().result(LIMIT_S)["text"] == "x"
        assert open_descriptors() == descriptors
        assert threading.active_count() == threads


@pytest.mark.parametrize("state", ["idle", "stuck"])
def test_a_killed_program_leaves_no_worker(state: str) -> None:
    program = _program("respond" if state == "stuck" else "probe", "sys.stdin.read()")
    worker = int(program.stdout.readline())  # type: ignore[union-attr]
    assert group_members(worker)
    program.kill()
    program.communicate()
    assert becomes(lambda: not group_members(worker))


@pytest.mark.parametrize("end", ["pass", "raise SystemExit(0)", "1 / 0"])
def test_a_program_that_forgets_to_stop_its_worker_leaves_none(end: str) -> None:
    program = _program("probe", end)
    out, _ = program.communicate(timeout=LIMIT_S)
    assert becomes(lambda: not group_members(int(out)))


def _program(method: str, end: str) -> subprocess.Popen[bytes]:
    """Another program that starts a worker, prints its pid and ends as told."""
    code = (
        "import sys\n"
        "from engines.client import WorkerProcess\n"
        "from engines.registry import find_engines\n"
        "worker = WorkerProcess(find_engines()['echo'])\n"
        "pid = worker.start().pid\n"
        "worker.call('load', {'model': {'fault': 'hang'}}, timeout_s=9).result()\n"
        f"worker.call({method!r}, {{'model': {{}}, 'text': 'x'}}, timeout_s=99)\n"
        "print(pid, flush=True)\n"
        f"{end}\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code], cwd=ENGINES_FOLDER.parent, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
