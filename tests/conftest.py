"""Guards of every test: nothing may be left behind, and nothing may be complained about unseen."""

from __future__ import annotations

import gc
import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from tests.helpers.complaints import complaints
from tests.helpers.conserved import databases, lost
from tests.helpers.qt_complaints import no_qt_complaint

__all__ = ["no_qt_complaint"]

MARK = "EARSHOT_TEST"
"""Set in the environment of everything that a test starts, however far down."""
settings.register_profile("earshot", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("earshot")

PATIENCE_S = 5.0
"""How long threads and processes that are ending may take; only a failure waits this long."""


def pytest_collection_finish() -> None:
    """Let the garbage collector leave out what lives as long as the run.

    Looking through all of it after each test took as long as the tests themselves.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test has its own data folder and never sees the person's."""
    folder = tmp_path / "earshot-home"
    monkeypatch.setenv("EARSHOT_HOME", str(folder))
    monkeypatch.setenv(MARK, str(tmp_path))
    return folder


@pytest.fixture(autouse=True)
def nothing_left_behind(own_home: Path, tmp_path: Path) -> Iterator[None]:  # noqa: ARG001
    """A thread, a child process or a child's child that outlives its test fails it."""
    threads, children = set(threading.enumerate()), _children()
    yield
    gc.collect()
    # Progress bars of model libraries share a monitor, which lives as long as the process.
    allowed = "tqdm_monitor"
    left = _until_none(
        lambda: [t for t in threading.enumerate() if t not in threads and t.name != allowed]
    )
    assert not left, f"threads left behind: {[thread.name for thread in left]}"
    left = _until_none(lambda: sorted((_children() - children) | _marked(str(tmp_path))))
    assert not left, f"processes left behind: {[(pid, _command(pid)) for pid in left]}"


@pytest.fixture(autouse=True)
def no_battle_lost(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test, and so after every fault: each battle of its databases is somewhere.

    Unless the test is marked `tampers`: then it made a sum that fails, or spoiled a database.
    """
    yield
    if request.node.get_closest_marker("tampers") is None:
        found = [said for path in databases(tmp_path) for said in lost(path)]
        assert not found, f"battles do not add up: {found}"


@pytest.fixture(autouse=True)
def no_unseen_complaint(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in a log, or an exception that only a log tells of, fails the test.

    Unless the test asked for `caplog` to look at it.
    """
    with complaints() as seen:
        yield
    if "caplog" not in request.fixturenames:
        told = [record.getMessage() for record in seen]
        causes = [record.exc_info[1] for record in seen if record.exc_info]
        assert not seen, f"unexpected log lines: {told} {causes}"


def _until_none(left: Callable[[], list[Any]]) -> list[Any]:
    deadline = time.monotonic() + PATIENCE_S
    while (found := left()) and time.monotonic() < deadline:
        time.sleep(0.01)  # polling a condition of the operating system, which sends no signal
    return found


def _children() -> set[int]:
    """Processes whose parent is this one; empty where there is no /proc."""
    own, found = os.getpid(), set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[1]) == own:
            found.add(int(stat.parent.name))
    return found


def _marked(mark: str) -> set[int]:
    """Living processes that were started with this mark, whoever is their parent by now."""
    content, found = f"{MARK}={mark}\0".encode(), set()
    for environment in Path("/proc").glob("[0-9]*/environ"):
        try:
            if content in environment.read_bytes():
                found.add(int(environment.parent.name))
        except OSError:
            continue  # it ended while we looked, or is somebody else's
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").strip()
    except OSError:
        return "ended"
