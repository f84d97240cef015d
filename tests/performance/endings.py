"""How soon an engine is free after a cancel, and its memory after a kill."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from tests.performance.alone import SAID, Worker
from tests.performance.figure import Figure

PATIENCE_S = 10.0
ENDLESS_TOKENS = 7_000
LONG_PROMPT = f"{SAID}. " * 12
"""Some 900 tokens, one a letter: seconds of reading for a model of a hundred million parameters."""


def cancels(name: str, worker: Worker, runs: int) -> list[Figure]:
    """While it writes, and while it reads a long prompt."""
    token_s = _per_token_s(worker)
    floor = f"{1000 * token_s:.1f} ms: one token of this model"
    idle_s = median(worker.answer(2).first_s for _ in range(runs))
    writing = [_cancel(worker, SAID, _after_tokens(3)) for _ in range(runs)]
    reading = [_cancel(worker, LONG_PROMPT, _after_s(2 * idle_s)) for _ in range(runs)]
    return [
        _cancelled(f"{name}: cancelled while it writes, until its result", writing, 0, floor),
        _cancelled(
            f"{name}: cancelled while it writes, until the first token of the next question",
            [(a, b - idle_s) for a, b in writing],
            1,
            floor,
            f", less the {1000 * idle_s:.0f} ms that one takes anyhow",
        ),
        _cancelled(f"{name}: cancelled while it reads, until its result", reading, 0, floor),
    ]


def _cancelled(
    name: str, runs: list[tuple[float, float]], which: int, floor: str, more: str = ""
) -> Figure:
    times_ms = [1000 * run[which] for run in runs]
    note = f"{min(times_ms):.0f} to {max(times_ms):.0f} in {len(runs)} cancels{more}"
    return Figure(name, median(times_ms), "ms", "≤ 250 ms", floor, note)


def _per_token_s(worker: Worker) -> float:
    tried = worker.answer(20)
    return (tried.wall_s - tried.first_s) / 19


Wait = Callable[[Callable[[], int]], None]


def _after_tokens(tokens: int) -> Wait:
    return lambda came: _until(lambda: came() >= tokens)


def _after_s(seconds: float) -> Wait:
    """Of a prompt nothing is heard until it is read: only time says that it is being read."""
    return lambda _came: time.sleep(seconds)


def _cancel(worker: Worker, text: str, wait: Wait) -> tuple[float, float]:
    """Seconds from the cancel to the result, and to the first token of the next question."""
    pieces: list[str] = []
    first_s: list[float] = []
    call = worker.ask(ENDLESS_TOKENS, text=text, on_token=pieces.append)
    wait(lambda: len(pieces))
    began_s = time.perf_counter()
    call.cancel_request()
    following = worker.ask(2, on_token=lambda _text: first_s.append(time.perf_counter() - began_s))
    call.result(PATIENCE_S)
    ended_s = time.perf_counter() - began_s
    following.result(PATIENCE_S)
    return ended_s, first_s[0]


def kills(name: str, start: Callable[[], Worker], runs: int) -> list[Figure]:
    """From SIGKILL to the worker's group until none of its threads has its memory any longer.

    Not until the system's own count of what is available has risen by as much: that count moves by
    hundreds of megabytes with what else the machine does.
    """
    measured = [_kill(start()) for _ in range(runs)]
    times_s = [seconds for _, seconds in measured]
    size = f"{median(size for size, _ in measured) / 1e6:.0f} MB of its own"
    note = f"{min(times_s):.3f} to {max(times_s):.3f} in {runs} kills; {size}"
    return [Figure(f"{name}: killed, memory free", median(times_s), "s", "≤ 1.0 s", "", note)]


def _kill(worker: Worker) -> tuple[int, float]:
    """Bytes it held, and seconds until it holds none."""
    held = held_bytes(worker.pid)
    began_s = time.perf_counter()
    os.killpg(worker.pid, signal.SIGKILL)
    _until(lambda: _holds_nothing(worker.pid))
    gone_s = time.perf_counter() - began_s
    worker.close()
    return held, gone_s


def held_bytes(pid: int) -> int:
    """Main memory that only this process has: not the files it maps, which the system keeps."""
    found = re.search(r"^RssAnon:\s+(\d+) kB$", Path(f"/proc/{pid}/status").read_text(), re.M)
    assert found is not None
    return int(found[1]) * 1024


def _holds_nothing(pid: int) -> bool:
    """Whether all of its threads have ended: the last one gives the memory back before it is a
    zombie. (The sizes in `status` are gone as soon as it begins to.)"""
    try:  # its owner may have reaped it already: then there are no threads to look at
        threads = list(Path(f"/proc/{pid}/task").iterdir())
    except (FileNotFoundError, ProcessLookupError):
        return True
    for thread in threads:
        try:
            stat = (thread / "stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state = stat.rpartition(")")[2].split()[0]
        if state not in "ZX":
            return False
    return True


def _until(condition: Callable[[], bool]) -> None:
    """Looks often: what is measured is when it becomes true. Gives up after `PATIENCE_S`, which
    then is the figure."""
    until_s = time.monotonic() + PATIENCE_S
    while not condition() and time.monotonic() < until_s:
        time.sleep(0.0005)
