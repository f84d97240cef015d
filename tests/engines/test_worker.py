"""The worker process itself, spoken to by hand over its pipes."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engines.protocol import METHODS, Kind
from engines.registry import ENGINES_FOLDER
from engines.worker import FOLDER_VARIABLE
from tests.helpers.foreign_engines import python_engine
from tests.helpers.processes import becomes, group_members

LIMIT_S = 20.0


class Hand:
    """Types requests into a worker and reads what it says."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ENGINES_FOLDER / "worker.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, FOLDER_VARIABLE: str(folder)},
            start_new_session=True,
            **more,
        )
        # A worker that never answers fails its test instead of stopping it.
        self.patience = threading.Timer(LIMIT_S, self.process.kill)
        self.patience.start()

    def type(self, line: str | bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line if isinstance(line, bytes) else line.encode() + b"\n")
        self.process.stdin.flush()

    def say(self, method: str, number: int | None = None, **params: Any) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        self.type(json.dumps(message if number is None else message | {"id": number}))

    def hear(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        heard: dict[str, Any] = json.loads(self.process.stdout.readline())
        return heard

    def hear_answer(self) -> dict[str, Any]:
        while "id" not in (heard := self.hear()):
            pass
        return heard

    def ask(self, method: str, number: int, **params: Any) -> dict[str, Any]:
        self.say(method, number, **params)
        answer = self.hear_answer()
        assert answer["id"] == number
        return answer

    def load(self, model: Mapping[str, Any]) -> None:
        assert "result" in self.ask("load", 1000, model=model)

    def first_words(self) -> bytes:
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def last_words(self) -> bytes:
        assert self.process.stderr is not None
        return self.process.stderr.read()

    def close_input(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()

    def end(self) -> None:
        self.patience.cancel()
        self.patience.join()
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            assert pipe is not None
            with contextlib.suppress(BrokenPipeError):  # what was typed and never read
                pipe.close()


@pytest.fixture
def hand() -> Iterator[Hand]:
    hand = Hand(ENGINES_FOLDER / "echo")
    yield hand
    hand.end()


def test_every_request_of_the_table_is_known_but_the_optional_ones(hand: Hand) -> None:
    optional = {method.name for method in METHODS if method.capability == "fetch"}
    for number, method in enumerate(METHODS):
        if method.kind is Kind.REQUEST and method.name != "shutdown":
            error = hand.ask(method.name, number).get("error", {})
            assert (error.get("code") == -32601) == (method.name in optional), method.name
    assert hand.ask("shutdown", 99) == {"jsonrpc": "2.0", "id": 99, "result": {}}
    assert hand.process.wait(LIMIT_S) == 0


def test_an_unknown_request_is_refused_and_an_unknown_notification_ignored(hand: Hand) -> None:
    hand.say("weather")
    assert hand.ask("weather", 1)["error"]["code"] == -32601


@pytest.mark.parametrize(
    "line",
    ["not JSON", "[]", "{}", '{"jsonrpc":"1.0","id":1,"method":"probe"}', '"\\ud800"',
     '{"jsonrpc":"2.0","id":"one","method":"probe"}', "\x00", "[" * 10_000],
)  # fmt: skip
def test_a_line_that_is_no_message_is_answered_and_survived(hand: Hand, line: str) -> None:
    hand.type(line)
    answer = hand.hear()
    assert answer["id"] is None
    assert answer["error"]["code"] == -32700
    assert hand.ask("initialize", 1, protocol=1)["result"]["pid"] == hand.process.pid


def test_a_line_over_the_limit_ends_the_worker(hand: Hand) -> None:
    try:
        for _ in range(200):
            hand.type(b"x" * 65536)
    except BrokenPipeError:
        pass  # it left before we were done
    assert hand.process.wait(LIMIT_S) == 0


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("initialize", {}),
        ("initialize", {"protocol": "1"}),
        ("load", {"model": 7}),
        ("transcribe", {}),
        ("transcribe", {"wav_path": 7}),
        ("respond", {"text": 7}),
        ("respond", {"history": [7]}),
        ("respond", {"history": [{"said": "x"}]}),
        ("respond", {"seed": "x"}),
        ("respond", {"seed": True}),
    ],
)
def test_wrong_params_are_refused_and_survived(
    hand: Hand, method: str, params: dict[str, Any]
) -> None:
    hand.load({})
    assert hand.ask(method, 2, **params)["error"]["code"] == -32602
    assert "result" in hand.ask("probe", 3, model={})


def test_another_protocol_version_is_refused_with_both_numbers(hand: Hand) -> None:
    error = hand.ask("initialize", 1, protocol=2)["error"]
    assert error["code"] == -32602
    assert "protocol 1, not 2" in error["message"]


def test_a_request_before_load_is_refused(hand: Hand) -> None:
    assert "before 'load'" in hand.ask("respond", 1, text="x")["error"]["message"]


def test_stray_prints_do_not_break_the_protocol(hand: Hand) -> None:
    hand.load({"fault": "stray_print", "answers": ["whole"], "chunk": 0})
    assert hand.ask("respond", 2, text="x")["result"]["text"] == "whole"
    hand.say("shutdown", 3)
    errors = hand.last_words()
    assert b"a stray print" in errors
    assert b"a stray write to descriptor 1" in errors


def test_an_engine_that_reads_stdin_gets_nothing(tmp_path: Path) -> None:
    code = """
        import sys
        from engines.api import Finished, Loaded
        class Engine:
            def load(self, model, progress):
                return Loaded(repr((sys.stdin.read(), print("to stdout"))))
            def unload(self): pass
            def respond(self, prompt, cancelled):
                yield prompt.text
                return Finished()
    """
    hand = Hand(python_engine(tmp_path, code).folder)
    loaded = hand.ask("load", 1, model={})
    assert loaded["result"]["model_version"] == "('', None)"
    assert hand.ask("respond", 2, text="still there")["result"]["text"] == "still there"
    hand.end()


def test_a_probe_is_answered_while_a_request_is_at_work(hand: Hand) -> None:
    hand.load({"delay_ms": 60_000})
    hand.say("respond", 2, text="x")
    assert hand.ask("probe", 3, model={})["result"]["ok"]
    hand.say("cancel", id=2)
    assert hand.hear_answer()["result"]["finish"] == "cancelled"


def test_a_request_that_waits_is_cancelled_at_once(hand: Hand) -> None:
    hand.load({"delay_ms": 60_000})
    hand.say("respond", 2, text="x")
    hand.say("respond", 3, text="x")
    hand.say("load", 4, model={})
    hand.say("cancel", id=4)
    assert hand.hear_answer()["error"]["code"] == -32800
    hand.say("cancel", id=3)
    answer = hand.hear_answer()
    assert (answer["id"], answer["result"]["finish"]) == (3, "cancelled")
    hand.say("cancel", id=2)
    assert hand.hear_answer()["id"] == 2


def test_a_cancel_of_nothing_is_ignored(hand: Hand) -> None:
    hand.say("cancel", id=77)
    hand.say("cancel")
    hand.say("cancel", id="x")
    assert "result" in hand.ask("probe", 1, model={})


def test_the_end_of_input_ends_a_worker_deaf_to_everything_within_two_seconds(hand: Hand) -> None:
    hand.load({"fault": "hang"})
    hand.say("respond", 2, text="x")
    assert hand.first_words() == b"The fake engine hangs.\n"
    hand.close_input()
    assert hand.process.wait(2.5) == 0


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_process_has_a_neutral_name(hand: Hand) -> None:
    hand.ask("initialize", 1, protocol=1)
    proc = Path(f"/proc/{hand.process.pid}")
    assert (proc / "comm").read_text().strip() == "earshot-worker"
    assert b"echo" not in (proc / "cmdline").read_bytes()


@pytest.mark.skipif(sys.platform != "linux", reason="PR_SET_PDEATHSIG is Linux's")
def test_a_worker_dies_with_its_parent_even_when_its_input_stays_open() -> None:
    # The grandparent (this test) holds the pipe open, so the end of input never comes.
    reading, writing = os.pipe()
    program = (
        "import subprocess, sys, os\n"
        f"p = subprocess.Popen([sys.executable, {str(ENGINES_FOLDER / 'worker.py')!r}],"
        f" stdin={reading}, stdout=subprocess.PIPE, start_new_session=True)\n"
        "p.stdout.readline()\n"
        "print(p.pid, flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        pass_fds=[reading],
        env={**os.environ, FOLDER_VARIABLE: str(ENGINES_FOLDER / "echo")},
    )
    try:
        hello = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocol": 1}}
        os.write(writing, json.dumps(hello).encode() + b"\n")
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert group_members(worker) == {worker}
        parent.send_signal(signal.SIGKILL)
        assert becomes(lambda: not group_members(worker))
    finally:
        os.close(reading)
        os.close(writing)
        parent.communicate()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_abort_leaves_no_core_file_but_its_lines_in_the_log(hand: Hand) -> None:
    hand.load({"fault": "abort"})
    limits = Path(f"/proc/{hand.process.pid}/limits").read_text()
    assert re.search(r"Max core file size +0 +0 ", limits)
    hand.say("respond", 2, text="x")
    errors = hand.last_words()
    assert hand.process.wait(LIMIT_S) == -signal.SIGABRT
    assert b"Fatal Python error: Aborted" in errors


@pytest.mark.parametrize(
    ("body", "kind", "sentence"),
    [
        ("raise ValueError('no such layer')", "internal", "ValueError: no such layer"),
        ("import no_such_package", "needs_package", "'no_such_package'"),
        ("import errors", "needs_package", "'errors'"),  # `engines/errors.py` is not at the top
        ("raise ModuleNotFoundError('half a module')", "internal", "half a module"),
        ("raise MemoryError", "out_of_memory", "ran out of memory"),
        ("raise SystemExit(4)", "internal", "SystemExit: 4"),
        ("yield 7", "internal", "must yield text"),
        ("return 'done'", "internal", "must return a Finished"),
        ("yield 'x' * 9_000_000", "internal", "over 8388608"),
        (
            "raise EngineError(ErrorKind.GATED, 'Accept it.', {'x': object()})",
            "gated",
            "Accept it.",
        ),
    ],
)
def test_whatever_an_engine_raises_is_an_answer_and_the_worker_lives(
    tmp_path: Path, body: str, kind: str, sentence: str
) -> None:
    code = f"""
    from engines.api import Finished, Loaded, Probe
    from engines.errors import EngineError, ErrorKind
    class Engine:
        def probe(self, model): return Probe(True)
        def load(self, model, progress): return Loaded("1")
        def unload(self): pass
        def respond(self, prompt, cancelled):
            {body}
            return Finished()
            yield
    """
    hand = Hand(python_engine(tmp_path, code).folder)
    hand.load({})
    error = hand.ask("respond", 2, text="x")["error"]
    assert error["code"] == -32000
    assert error["data"]["kind"] == kind
    assert sentence in error["message"]
    assert "result" in hand.ask("probe", 3, model={})
    hand.end()


def test_a_recogniser_that_is_asked_to_respond_says_that_it_cannot(tmp_path: Path) -> None:
    code = """
        from engines.api import Loaded
        class Engine:
            def load(self, model, progress): return Loaded("1")
            def unload(self): pass
    """
    hand = Hand(python_engine(tmp_path, code).folder)
    hand.load({})
    for number, method in enumerate(["respond", "transcribe"], start=2):
        error = hand.ask(method, number, wav_path="x")["error"]
        assert error["code"] == -32601
        assert method in error["message"]
    hand.end()


def test_it_can_be_started_by_name_at_a_terminal() -> None:
    line = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":1}}\n'
    done = subprocess.run(
        [sys.executable, "-m", "engines.worker", "echo"],
        input=line, capture_output=True, cwd=ENGINES_FOLDER.parent, check=True, timeout=LIMIT_S,
    )  # fmt: skip
    assert json.loads(done.stdout)["result"]["engine"] == "echo"


def test_started_without_a_name_it_says_how() -> None:
    environment = {name: v for name, v in os.environ.items() if name != FOLDER_VARIABLE}
    done = subprocess.run(
        [sys.executable, str(ENGINES_FOLDER / "worker.py")],
        capture_output=True, env=environment, check=False, timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode != 0
    assert b"usage: python -m engines.worker NAME" in done.stderr
