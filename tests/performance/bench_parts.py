"""Votes of 200 stations: from the files of a parts store to a board, and a part that joins one.

Ours and the others take turns, each in a fresh process on one core, and the best of three counts,
in seconds of that core: other programs share the machine. What FastChat's method would add to the
reading of pandas is measured on as many resamples as it makes in half a minute.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from ranker.cells import Cells
from ranker.parts.board import Kept, count_store, join, load, save
from ranker.parts.counting import beside
from ranker.parts.store import Store, open_store
from tests.performance.bench_ranker import peer, readers_python
from tests.performance.figure import Figure, NotMeasured
from tests.performance.parts_world import (
    World,
    drawn,
    people,
    systems,
    write_one_export,
    write_part,
    write_store,
)
from tests.performance.worlds import Votes

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VOTES, BOARD, PART, EXPORT = 1_000_000, 10_000_000, 5_000, 5_000
REPLICATES = 1000
TIMES = 3
OURS = {
    "ours": ("cells", "", ""),
    "board_votes": (f"a board with {REPLICATES:,} resamples of votes", "≤ 2.5 s", "≤ 300 MiB"),
    "board_people": (f"a board with {REPLICATES:,} resamples of people", "", ""),
}
"""What is measured -> what it is called, and the targets for seconds and memory."""
OTHERS = {"distinct": "DuckDB's SELECT DISTINCT", "pandas": "pandas"}


def run() -> list[Figure]:
    if importlib.util.find_spec("duckdb") is None:
        raise NotMeasured("the package duckdb is not installed")
    with tempfile.TemporaryDirectory() as place:
        store = write_store(drawn(VOTES), Path(place, "store"))
        return [*_cold(store), _kept(store), *_joining(Path(place)), _collecting(Path(place))]


def _cold(store: Store) -> list[Figure]:
    with_pandas = all(importlib.util.find_spec(name) for name in ("pandas", "pyarrow"))
    ways = ["ours", "board_votes", "board_people", "plain", "distinct"]
    ways += ["pandas"] if with_pandas else []
    best = {way: {"cpu_s": float("inf"), "peak_mib": 0.0} for way in ways}
    for _ in range(TIMES):
        for way in ways:
            told = _child(way, store.folder)
            best[way] = min(best[way], told, key=lambda one: one["cpu_s"])
    for way in OURS:
        assert best[way]["votes"] == VOTES
    return [*_ours(best), *_others(best), *_whole_way(best)]


def _ours(best: Mapping[str, Mapping[str, float]]) -> Iterator[Figure]:
    plain = best["plain"]
    time_floor = f"{plain['cpu_s']:.2f} s, DuckDB counting without people or copies"
    memory_floor = f"{plain['peak_mib']:.0f} MiB, DuckDB counting without people or copies"
    note = "80,000 people, 100 systems, 1 % sent twice"
    for way, (what, seconds, memory) in OURS.items():
        name = f"cold start, 200 parts, 1.01 M rows: to {what}"
        yield Figure(name, best[way]["cpu_s"], "s", seconds, time_floor, note)
        yield Figure("the same: peak memory", best[way]["peak_mib"], "MiB", memory, memory_floor)


def _others(best: Mapping[str, Mapping[str, float]]) -> Iterator[Figure]:
    for way, name in OTHERS.items():
        if way in best:
            yield Figure(
                f"{name} with the same work as to cells, over ours",
                best[way]["cpu_s"] / best["ours"]["cpu_s"],
                "×",
                "",
                f"{best[way]['cpu_s']:.2f} s, {best[way]['peak_mib']:.0f} MiB",
            )


def _whole_way(best: Mapping[str, Mapping[str, float]]) -> Iterator[Figure]:
    """pandas, and FastChat's method on what it found."""
    if "pandas" not in best or readers_python() is None:
        return
    world = drawn(VOTES)
    level = np.minimum(world.outcome, 2)  # both bad: no preference
    own = "EARSHOT_FASTCHAT" in os.environ
    way = "fastchat_file" if own else "fastchat"
    fits = peer(Votes(world.a, world.b, level, world.person), way, REPLICATES)
    theirs = best["pandas"]["cpu_s"] + fits["point_s"] + fits["replicates_s"]
    yield Figure(
        f"pandas and FastChat's {'own file' if own else 'method'} to a board, {REPLICATES:,} "
        "resamples of votes, over ours",
        theirs / best["board_votes"]["cpu_s"],
        "×",
        "≥ 30 ×",
        f"{theirs:.0f} s ({int(fits['measured'])} resamples made)",
    )


def _child(way: str, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.performance.parts_child", way, str(folder)]
    core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    pinned = ["taskset", "-c", str(core)] if core is not None else []
    done = subprocess.run([*pinned, *command], cwd=ROOT, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def _kept(store: Store) -> Figure:
    count_store(store)
    began_s = time.process_time()
    count_store(store)
    return Figure(
        "a store of 1.01 M rows that was counted before",
        time.process_time() - began_s,
        "s",
        "",
        "",
        "nothing is counted, all is read",
    )


def _joining(place: Path) -> list[Figure]:
    """Of a board in memory, as a live one is; and of one that is read from the store first."""
    store = open_store(place / "live")
    kept = replace(_board(drawn(BOARD, seed=3)), contents=frozenset())
    part = write_part(store, drawn(PART, seed=4), np.arange(PART), "new", first=BOARD + VOTES)
    spans, from_disk = [], []
    for _ in range(TIMES):
        began_s = time.process_time()
        joined = join(store, kept, [part.content], include_simulated=False)
        spans.append(time.process_time() - began_s)
    assert joined is not None
    assert joined.counted.n_votes == BOARD + PART
    save(store, kept, include_simulated=False)
    for _ in range(TIMES):
        began_s = time.process_time()
        assert count_store(store).n_votes == BOARD + PART
        from_disk.append(time.process_time() - began_s)
    assert load(store, include_simulated=False) is not None
    rows = f"{len(kept.counted.cells.count):,} rows of cells, 80,000 people"
    return [
        Figure(
            "a 5,000-vote part joins a board of 10 M votes",
            min(spans),
            "s",
            "≤ 0.5 s",
            f"{_copy_s(kept):.2f} s, numpy copying the cells",
            f"{rows}; without the fit",
        ),
        Figure("the same, the board read from the store first", min(from_disk), "s", "", "", rows),
    ]


def _board(world: World) -> Kept:
    cells = Cells.of(
        systems(), people(), person=world.person, a=world.a, b=world.b, outcome=world.outcome
    )
    rng = np.random.default_rng(5)
    keys = np.sort(rng.integers(0, 2**64, len(world.person), np.uint64, endpoint=False))
    return Kept(frozenset(), replace(beside(()), cells=cells, n_seen=cells.n_votes), keys)


def _copy_s(kept: Kept) -> float:
    cells = kept.counted.cells
    began_s = time.process_time()
    for column in (cells.a, cells.b, cells.outcome, cells.person, cells.count, kept.keys):
        column.copy()
    return time.process_time() - began_s


def _collecting(place: Path) -> Figure:
    folder = write_one_export(place / "export", EXPORT)
    store = open_store(place / "collected")
    began_s = time.process_time()
    (one,) = store.collect([folder], "bench")
    assert one.battles == EXPORT
    return Figure(
        "collecting: a battle read by the strict rules and compacted",
        (time.process_time() - began_s) / EXPORT * 1e6,
        "µs",
        "",
        "",
    )
