"""A worker reaches no network unless its manifest says that it needs one."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engines import isolation
from engines.api import Part, System
from engines.client import WorkerProcess
from engines.isolation import Network, network_of
from engines.pool import Pool
from engines.registry import EngineInfo, find_engines
from tests.helpers.foreign_engines import python_engine, python_program
from tests.helpers.namespaces import can_be_enforced
from tests.helpers.pools import LIMIT_S, answer

CALLS = """
    import socket
    from engines.api import Finished, Loaded, Probe
    class Engine:
        def probe(self, model): return Probe(ok=True)
        def load(self, model, progress): return Loaded("1")
        def unload(self): pass
        def respond(self, prompt, cancelled):
            try:
                socket.create_connection(("127.0.0.1", int(prompt.text)), timeout=5).close()
                yield "connected"
            except OSError as error:
                yield f"no network: {error.strerror}"
            return Finished()
"""

CALLS_AS_PROGRAM = """
    import json, socket, sys
    results = {
        "initialize": {"protocol": 1, "engine": "foreign", "roles": ["responder"],
            "capabilities": {}, "pid": 0, "packages": {}},
        "probe": {"ok": True}, "load": {"model_version": "1"}, "shutdown": {},
    }
    for line in sys.stdin:
        said = json.loads(line)
        if said["method"] == "respond":
            try:
                port = int(said["params"]["text"])
                socket.create_connection(("127.0.0.1", port), timeout=5).close()
                text = "connected"
            except OSError as error:
                text = f"no network: {error.strerror}"
            result = {"text": text, "finish": "stop", "engine_ms": 0}
        else:
            result = results[said["method"]]
        print(json.dumps({"jsonrpc": "2.0", "id": said["id"], "result": result}), flush=True)
        if said["method"] == "shutdown":
            break
"""


enforced_here = pytest.mark.skipif(
    not can_be_enforced(), reason="this system lets nobody make a network namespace"
)


@pytest.fixture
def port() -> Iterator[int]:
    """Where somebody listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def said_by(info: EngineInfo, take: Path, port: int) -> tuple[str, str]:
    """What the engine says of its call, and what is kept of its network."""
    ears = Part("echo", {"heard": [str(port)]})
    system = System("a", "1", Part("foreign"), ears, "scripted")
    with Pool([system], engines={**find_engines(), "foreign": info}) as pool:
        got = answer(pool.ask("a", take))
    return got.text, got.network


@enforced_here
@pytest.mark.parametrize("make", [python_engine, python_program])
def test_a_local_engine_reaches_nobody(make: type, take: Path, tmp_path: Path, port: int) -> None:
    code = CALLS if make is python_engine else CALLS_AS_PROGRAM
    text, network = said_by(make(tmp_path, code), take, port)
    assert text == "no network: Network is unreachable"
    assert network == "none"


@pytest.mark.parametrize("make", [python_engine, python_program])
def test_an_engine_that_needs_the_network_has_it(
    make: type, take: Path, tmp_path: Path, port: int
) -> None:
    code = CALLS if make is python_engine else CALLS_AS_PROGRAM
    text, network = said_by(make(tmp_path, code, manifest="network = true\n"), take, port)
    assert text == "connected"
    assert network == "open"


def test_where_it_cannot_be_enforced_that_is_what_is_kept(
    take: Path, tmp_path: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A worker that does not try is what one looks like that is not allowed to.
    monkeypatch.setattr("engines.starting.NETWORK_VARIABLE", "EARSHOT_NOBODY_READS_THIS")
    text, network = said_by(python_engine(tmp_path, CALLS), take, port)
    assert text == "connected"
    assert network == "not enforced"


@enforced_here
def test_the_kernel_is_asked_and_not_the_worker() -> None:
    assert network_of(os.getpid(), needs_it=False) is Network.NOT_ENFORCED
    sleeper = [sys.executable, "-P", isolation.__file__, "sleep", "60"]
    with subprocess.Popen(sleeper) as process:
        while Path(f"/proc/{process.pid}/comm").read_text() != "sleep\n":
            assert process.poll() is None
        assert network_of(process.pid, needs_it=False) is Network.NONE
        process.kill()
    assert network_of(process.pid, needs_it=False) is Network.NOT_ENFORCED


@enforced_here
@pytest.mark.skipif(os.getuid() != 0, reason="only root can become somebody else")
def test_who_is_not_root_leaves_it_too_and_stays_who_they_are() -> None:
    nobody: dict[str, Any] = {"user": 65534, "group": 65534, "extra_groups": []}
    asked = subprocess.run(["unshare", "--user", "--net", "true"], check=False, **nobody)
    if asked.returncode != 0:
        pytest.skip("this system gives ordinary users no namespace (in a chroot none does)")
    # Our folder may be closed to whoever it becomes: it gets the source, and a system's Python.
    code = (
        "import os, sys; names = {'__name__': 'isolation'}; exec(sys.stdin.read(), names); "
        "print(names['leave_network'](), os.getuid(), os.getgid())"
    )
    done = subprocess.run(
        ["/usr/bin/python3", "-c", code],
        input=Path(isolation.__file__).read_text(),
        capture_output=True,
        text=True,
        check=True,
        **nobody,
    )
    assert done.stdout.split() == ["True", "65534", "65534"]


def test_a_program_that_is_not_there_is_told_of_as_before(tmp_path: Path) -> None:
    info = python_program(tmp_path, "")
    worker = WorkerProcess(replace(info, command=("there-is-no-such-program",)))
    with pytest.raises(Exception, match="could not be started"):
        worker.start(LIMIT_S)
