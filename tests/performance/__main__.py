"""Measure, and write docs/performance.md: `python -m tests.performance`.

    python -m tests.performance window    one bench (`bench_window.py`), its table on stdout

Every bench runs in a process of its own, so that none sees what another left behind, and one that
fails hides no other. Exit code 1 when one failed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.performance.figure import Figure, NotMeasured
from tests.performance.machine import load, machine
from tests.performance.table import met, number, table

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent.parent
PAGE = ROOT / "docs" / "performance.md"
GPU_PAGE = PAGE.with_name("performance-gpu.md")
LIMIT_S = 1_800
"""A bench that takes longer has stuck."""

INTRODUCTION = """# Figures

Written by `make bench`; do not edit. A floor is what the library, the disk or the clock would take
alone, measured in the same minutes. The targets are for an idle machine: the load stands beside
each bench, and one above the number of cores makes every wait longer.
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """One bench and what came out."""

    name: str
    about: str
    figures: list[Figure]
    failure: str
    seconds: float
    load: str
    skipped: str = ""
    """Why there are no figures, where the bench cannot be run here."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.performance")
    parser.add_argument("bench", nargs="?", choices=names(), help="only this one, to stdout")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write its figures there instead")
    chosen = parser.parse_args(arguments)
    if chosen.json:
        if not chosen.bench:
            parser.error("--json needs the name of a bench")
        chosen.json.write_text(json.dumps(_bench(chosen.bench)))
        return 0
    results = [_measure(name) for name in ([chosen.bench] if chosen.bench else names())]
    if chosen.bench:
        print(_section(results[0]))
    else:
        PAGE.write_text(page(results), encoding="utf-8")
    return 1 if any(result.failure for result in results) else 0


def names() -> list[str]:
    """What there is to measure."""
    return sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))


def page(results: list[Measured]) -> str:
    """The whole of docs/performance.md."""
    facts = "\n".join(f"- {name}: {value}" for name, value in machine().items())
    day = f"- Day: {datetime.now(UTC):%Y-%m-%d} (UTC)"
    sections = "\n\n".join(_section(result) for result in results)
    text = f"{INTRODUCTION}\n{facts}\n{day}\n\n{_missed(results)}\n\n{sections}"
    return f"{text}\n\n## On a GPU\n\n{on_a_gpu()}\n"


def on_a_gpu() -> str:
    """Measured elsewhere, by hand, and so on a page of its own."""
    about = (
        "Qwen2-Audio-7B and Llama-3-8B at true size, alone and together: time to the first token, "
        "tokens a second, load time and peak memory."
    )
    if GPU_PAGE.exists():
        return f"{about} They are on [a page of their own]({GPU_PAGE.name})."
    return (
        f"{about} **Not measured yet**: no machine with CUDA could be had. On one, "
        f"`python -m tests.performance.gpu` measures it and writes `docs/{GPU_PAGE.name}`; with "
        "`--tiny` the same script runs on any CPU, and does in `make test-local`."
    )


def _missed(results: list[Measured]) -> str:
    figures = [figure for result in results for figure in result.figures]
    missed = [figure for figure in figures if met(figure) is False]
    judged = sum(met(figure) is not None for figure in figures)
    lines = [f"Of {judged} targets, {judged - len(missed)} are met."]
    lines += [f"- Missed: {f.name}, {number(f)} {f.unit}, not {f.target}." for f in missed]
    lines += [f"- Failed: the bench `{r.name}`." for r in results if r.failure]
    lines += [f"- Not measured: the bench `{r.name}`." for r in results if r.skipped]
    return "\n".join(lines)


def _section(result: Measured) -> str:
    title = f"## {result.name.capitalize()}\n\n{result.about}"
    if result.skipped:
        return f"{title}\n\nNot measured: {result.skipped}"
    taken = f"Took {result.seconds:.0f} s; {result.load}."
    body = f"This bench failed: {result.failure}" if result.failure else table(result.figures)
    return f"{title}\n\n{taken}\n\n{body}"


def _measure(name: str) -> Measured:
    """Run one bench in a process of its own."""
    print(f"{name} …", end=" ", file=sys.stderr, flush=True)
    before, began_s = load(), time.monotonic()
    told: dict[str, Any] = {"figures": [], "skipped": ""}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "figures.json"
        failure = _run(name, file)
        if not failure:
            told = json.loads(file.read_text())
    seconds = time.monotonic() - began_s
    print(failure or told["skipped"] or f"{seconds:.0f} s", file=sys.stderr, flush=True)
    figures = [Figure(**figure) for figure in told["figures"]]
    loads = f"{before} before, {load()} after"
    return Measured(name, _about(name), figures, failure, seconds, loads, told["skipped"])


def _run(name: str, told: Path) -> str:
    """Empty, or how it failed; the whole of that goes to stderr, for it may name folders."""
    command = [sys.executable, "-m", "tests.performance", name, "--json", str(told)]
    try:
        done = subprocess.run(
            command, cwd=ROOT, stdout=sys.stderr, stderr=subprocess.PIPE, text=True, timeout=LIMIT_S
        )
    except subprocess.TimeoutExpired:
        return f"it did not end within {LIMIT_S} s"
    if done.returncode == 0:
        return ""
    print(done.stderr, file=sys.stderr)
    raised = (done.stderr.strip().splitlines() or [""])[-1].partition(":")[0]
    return f"exit code {done.returncode}, {raised or 'without a word'}"


def _bench(name: str) -> dict[str, Any]:
    try:
        figures = importlib.import_module(f"tests.performance.bench_{name}").run()
    except NotMeasured as why:
        return {"figures": [], "skipped": str(why)}
    return {"figures": [asdict(figure) for figure in figures], "skipped": ""}


def _about(name: str) -> str:
    """The first paragraph of a bench's docstring."""
    text = (FOLDER / f"bench_{name}.py").read_text(encoding="utf-8")
    return " ".join(text.partition('"""')[2].partition('"""')[0].partition("\n\n")[0].split())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
