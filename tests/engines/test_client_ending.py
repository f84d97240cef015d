"""However a worker or its program ends, nothing is left of it."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from engines.client import WorkerProcess
from engines.errors import EngineError, RequestCancelled, WorkerLost
from engines.registry import ENGINES_FOLDER
from tests.helpers.foreign_engines import python_engine, python_program
from tests.helpers.loaded_worker import ECHO, FOREVER_MS, LIMIT_S, Loaded
from tests.helpers.processes import becomes, group_members, open_descriptors

pytestmark = pytest.mark.usefixtures("gone")


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
