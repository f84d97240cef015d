"""What a worker process costs: starting, one round trip, tokens, and a whole answer. The engine is
the scripted one on both sides, so that nothing but the process border is measured; the comparison
with a real library comes with the engines that have one.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable

from engines.api import Prompt
from engines.client import WorkerProcess
from engines.echo.engine import Engine
from engines.registry import find_engines
from engines.wire import write_prompt
from tests.performance.figure import Figure

ECHO = find_engines()["echo"]
LIMIT_S = 60.0
STARTS = 15
ROUND_TRIPS = 1000
FLOOD_TOKENS = 50_000
PAIRS = 9
# A model at 50 tokens a second, over a second long.
ANSWER = {"answers": ["four" * 60], "chunk": 4, "token_delay_ms": 20}


def run() -> list[Figure]:
    """Some 40 seconds."""
    return [*_start(), *_round_trip(), *_tokens(), *_whole_answer()]


def _start() -> list[Figure]:
    hello = statistics.median(_start_and_stop() for _ in range(STARTS))
    python = statistics.median(_bare_python() for _ in range(STARTS))
    floor = f"{python:.0f} ms: this interpreter, starting and ending"
    return [Figure("worker start to initialize", hello, "ms", "≤ 100 ms", floor, "median")]


def _start_and_stop() -> float:
    """Milliseconds to the answer; the stop is not counted."""
    with WorkerProcess(ECHO) as worker:
        return _elapsed_ms(worker.start)


def _bare_python() -> float:
    command = [sys.executable, "-c", ""]
    return _elapsed_ms(lambda: subprocess.run(command, check=True))


def _round_trip() -> list[Figure]:
    with _loaded({}) as worker:
        times = sorted(_probe(worker) for _ in range(ROUND_TRIPS))
    p50, p99 = times[ROUND_TRIPS // 2], times[ROUND_TRIPS * 99 // 100]
    floor = "two pipe writes and two thread switches, some 0.03 ms"
    return [
        Figure("round trip p50", p50, "ms", "", floor, "probe"),
        Figure("round trip p99", p99, "ms", "≤ 5 ms", floor, "probe"),
    ]


def _probe(worker: WorkerProcess) -> float:
    return _elapsed_ms(
        lambda: worker.call("probe", {"model": {}}, timeout_s=LIMIT_S).result(LIMIT_S)
    )


def _tokens() -> list[Figure]:
    with _loaded({"answers": ["four" * FLOOD_TOKENS], "chunk": 4}) as worker:
        got: list[str] = []
        ms = _elapsed_ms(lambda: _respond(worker, got.append))
    assert len(got) == FLOOD_TOKENS
    floor = "a local model makes 20 to 200"
    rate = FLOOD_TOKENS / ms * 1000
    return [Figure("tokens through the channel", rate, "1/s", "≥ 5,000", floor)]


def _whole_answer() -> list[Figure]:
    engine = Engine()
    engine.load(ANSWER, lambda _what, _share: None)
    prompt = Prompt(text="hello")

    def inside() -> float:
        return _elapsed_ms(lambda: list(engine.respond(prompt, lambda: False)))

    ratios, nothing = [], []
    with _loaded(ANSWER) as worker:
        for _ in range(PAIRS):  # in turn, so that a slow minute of the machine meets all
            first, outside, second = inside(), _elapsed_ms(lambda: _respond(worker)), inside()
            ratios.append(outside / first)
            nothing.append(second / first)
    name = "worker over in-process, whole answer of the scripted engine"
    floor = f"the engine against itself: {_spread(nothing)}"
    note = f"{_spread(ratios)}, {PAIRS} pairs of {first:.0f} ms"
    return [Figure(name, statistics.median(ratios), "×", "≤ 1.02", floor, note)]


def _spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"


def _loaded(model: dict[str, object]) -> WorkerProcess:
    worker = WorkerProcess(ECHO)
    worker.start()
    worker.call("load", {"model": model}, timeout_s=LIMIT_S).result(LIMIT_S)
    return worker


def _respond(worker: WorkerProcess, on_token: Callable[[str], None] | None = None) -> None:
    params = write_prompt(Prompt(text="hello"))
    worker.call("respond", params, timeout_s=LIMIT_S, on_token=on_token).result(LIMIT_S)


def _elapsed_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1000
