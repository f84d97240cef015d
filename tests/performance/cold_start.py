"""How long the window takes to be usable, and how much memory it holds."""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from tests.performance.figure import Figure

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
CHILD = HERE / "start_child.py"
FIRST_STARTS, STARTS, BARE_STARTS, IMPORT_RUNS = 3, 5, 5, 5
FIRST_PAGE = ("desktop.cli.window", "desktop.app", "ui.pages.compare")
LIMIT_S = 60.0
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
OURS = ("desktop", "ui", "engines", "local_db", "ranker", "resources")
QT = ("PySide6", "shiboken6", "shibokensupport")


def figures(environment: Mapping[str, str]) -> list[Figure]:
    """`environment`: the sound server that the window finds its microphone on."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        outer = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
        bare = [_start("bare", outer) for _ in range(BARE_STARTS)]
        first = [
            _start("window", outer | {"EARSHOT_HOME": str(folder / f"home-{number}")})
            for number in range(FIRST_STARTS)
        ]
        again = outer | {"EARSHOT_HOME": str(folder / "home-0")}
        later = [_start("window", again) for _ in range(STARTS)]
    return [
        _time("start to usable window", later, bare, ""),
        _time("first start ever to usable window", first, bare, "makes the database; "),
        _imports(),
        *_memory(later, bare),
    ]


def _start(what: str, environment: Mapping[str, str]) -> dict[str, float]:
    """What the child told, with `start_ms`: since before its interpreter was started."""
    began_s = time.monotonic()  # the same clock in all processes
    done = subprocess.run(
        [sys.executable, str(CHILD), what],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT_S,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told | {"start_ms": 1000 * (told["usable_s"] - began_s)}


def _time(
    name: str, runs: list[dict[str, float]], bare: list[dict[str, float]], note: str
) -> Figure:
    times_s = [run["start_ms"] / 1000 for run in runs]
    return Figure(
        name=name,
        value=statistics.median(times_s),
        unit="s",
        target="≤ 1.0 s",
        floor=f"{_median(bare, 'start_ms') / 1000:.2f} s: an empty QWidget",
        note=f"{note}{min(times_s):.2f} to {max(times_s):.2f} s in {len(runs)} starts, "
        f"{_median(runs, 'processor_s'):.2f} s of it processor time; the empty QWidget "
        f"{_median(bare, 'processor_s'):.2f} s",
    )


def _imports() -> Figure:
    """Where the time to load the code of the first page goes, by package."""
    took_us: Counter[str] = Counter()
    runs = [_import_times() for _ in range(IMPORT_RUNS)]
    for module in runs[0]:
        # The shortest of a few: the machine is shared, and nothing makes loading shorter.
        took_us[_package(module)] += min(run.get(module, 0) for run in runs)
    parts = ", ".join(f"{name} {us / 1000:.0f}" for name, us in took_us.most_common())
    return Figure(
        name="of it, loading code",
        value=took_us.total() / 1000,
        unit="ms",
        target="",
        floor=f"{took_us['Qt'] / 1000:.0f} ms: Qt's own",
        note=f"`-X importtime`, ms: {parts}; numpy and the sound libraries come after the paint",
    )


def _import_times() -> dict[str, int]:
    """Module -> microseconds it took by itself."""
    command = [sys.executable, "-X", "importtime", "-c", f"import {', '.join(FIRST_PAGE)}"]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    found = (IMPORT.match(line) for line in done.stderr.splitlines())
    return {match[2]: int(match[1]) for match in found if match is not None}


def _package(module: str) -> str:
    top = module.partition(".")[0]
    if top in QT:
        return "Qt"
    if top in OURS:
        return top
    return "Python's own" if top in sys.stdlib_module_names else "other libraries"


def _memory(runs: list[dict[str, float]], bare: list[dict[str, float]]) -> list[Figure]:
    floor = f"{_median(bare, 'settled_mb'):.0f} MB: an empty QWidget"
    return [
        Figure(
            name="resident memory, listening to the microphone",
            value=_median(runs, "settled_mb"),
            unit="MB",
            target="≤ 150 MB",
            floor=floor,
            note="VmRSS of the window's process; engines are loaded in other processes; "
            f"{_median(runs, 'first_mb'):.0f} MB at the first paint",
        )
    ]


def _median(runs: list[dict[str, float]], name: str) -> float:
    return statistics.median(run[name] for run in runs)
