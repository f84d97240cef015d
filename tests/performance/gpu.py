"""Two systems of true size on a GPU: `python -m tests.performance.gpu`, after `make setup-local`.

    --tiny            the same with tiny models on the CPU: shows that the script runs
    --device cuda:N   another than the first
    --folder DIR      where the weights go, 35 GB that are deleted again; else the usual place
    --out FILE        the page, docs/performance-gpu.md unless said
    --rounds N        answers of each kind, 5 unless said

Qwen2-Audio-7B and Llama-3-8B as their config.json describes them, bfloat16, with random weights
made on the device and loaded from the disk by the program's own workers: how fast they start and
answer and what they take does not depend on what the weights are. The text model reads what a
scripted recogniser hears. Prompts are longer than real ones of the same words: one token a letter.
Both at once need some 40 GB of the device's memory; with less, the program asks one after the
other, and loads again for each.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from engines.memory import in_gb
from tests.performance import random_models
from tests.performance.figure import NotMeasured
from tests.performance.libraries import require
from tests.performance.machine import load, machine
from tests.performance.memory_used import CudaMemory, MainMemory, Peak
from tests.performance.side_by_side import (
    Measured,
    Speed,
    audio_system,
    measure,
    text_system,
)
from tests.performance.takes import sample_take

PAGE = Path(__file__).parent.parent.parent / "docs" / "performance-gpu.md"
SAID_OF_THE_MACHINE = ("Processor", "Memory", "System", "Python")
NEEDED_DISK_BYTES = 36_000_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    audio: str
    """Of `random_models.MODELS`, like the text model."""
    text: str
    dtype: str
    tokens: int


TRUE_SIZE = Plan("qwen2-audio-7b", "llama-3-8b", "bfloat16", tokens=256)
TINY = Plan("qwen2-audio-tiny", "llama-tiny", "float32", tokens=24)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.performance.gpu")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--device", default="cuda:0")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--out", type=Path, default=PAGE)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    plan, device = (TINY, "cpu") if chosen.tiny else (TRUE_SIZE, chosen.device)
    try:
        require(("torch", "transformers"))
        with tempfile.TemporaryDirectory(dir=chosen.folder) as made:
            if not chosen.tiny:
                _require_room(Path(made), device)
            text = page(plan, device, Path(made), chosen.rounds)
    except NotMeasured as why:
        print(f"Not measured: {why}", file=sys.stderr)
        return 1
    chosen.out.write_text(text, encoding="utf-8")
    print(text)
    return 0


def _require_room(folder: Path, device: str) -> None:
    """Raises NotMeasured."""
    if shutil.which("nvidia-smi") is None:
        raise NotMeasured(f"there is no nvidia-smi here, so no {device}; --tiny needs none.")
    free = shutil.disk_usage(folder).free
    if free < NEEDED_DISK_BYTES:
        raise NotMeasured(
            f"the weights need {in_gb(NEEDED_DISK_BYTES)}, and {in_gb(free)} are free; name "
            "another disk with --folder."
        )


def page(plan: Plan, device: str, folder: Path, rounds: int) -> str:
    """Markdown. Fills `folder` with the models."""
    made = {}
    for model in (plan.audio, plan.text):
        print(f"{model} …", file=sys.stderr, flush=True)
        made[model] = random_models.make(model, folder / model, device, plan.dtype)
    systems = [
        audio_system(plan.audio, folder / plan.audio, device, plan.tokens),
        text_system(plan.text, folder / plan.text, device, plan.tokens),
    ]
    before = load()
    measured = measure(systems, sample_take(folder), rounds=rounds, peak=_peak(device))
    told = made[plan.text]
    sizes = [(model, its["parameters"]) for model, its in made.items()]
    facts = {name: fact for name, fact in machine().items() if name in SAID_OF_THE_MACHINE} | {
        "Device": told["device"],
        "torch": told["torch"],
        "Precision": plan.dtype,
        "Parameters": ", ".join(f"{name} {count:,}" for name, count in sizes),
        "Load": f"{before} before, {load()} after",
        "Day": f"{datetime.now(UTC):%Y-%m-%d} (UTC)",
    }
    return _page(facts, measured, plan, rounds)


def _peak(device: str) -> Callable[[], Peak]:
    if device == "cpu":
        return MainMemory
    return partial(CudaMemory, int(device.partition(":")[2] or 0))


def _page(facts: dict[str, str], measured: Measured, plan: Plan, rounds: int) -> str:
    title = "# Two systems on one device\n\nWritten by `python -m tests.performance.gpu`."
    if plan is TINY:
        title += " **Tiny models: this page shows that the script runs, and nothing else.**"
    named = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    head = ("system", "beside it", "first token", "tokens a second", "answer", "load", "memory")
    rows = [head, ("---",) * len(head)]
    for name, other in ((plan.audio, plan.text), (plan.text, plan.audio)):
        rows.append((name, "nothing", *_cells(measured.alone[name], alone=True)))
        rows.append((name, f"{other} answering", *_cells(measured.together[name], alone=False)))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{title}\n\n{named}\n\n{table}\n\n{_notes(plan, rounds)}\n\n{_both(measured)}\n"


def _notes(plan: Plan, rounds: int) -> str:
    return (
        f"Medians of {rounds} answers of {plan.tokens} tokens, the first of each process not "
        "counted. Load: once, imports and the weights' SHA-256 included. Memory: the most that the "
        "workers took on the device; beside another, of both."
    )


def _both(measured: Measured) -> str:
    ratios = measured.ratios
    return (
        f"Both together over one after the other: {median(ratios):.3f} ({min(ratios):.3f} to "
        f"{max(ratios):.3f}), {median(measured.together_s):.2f} s, not "
        f"{median(measured.in_turn_s):.2f} s. If neither took anything from the other it would be "
        f"{measured.best_ratio:.3f}."
    )


def _cells(speed: Speed, *, alone: bool) -> tuple[str, ...]:
    return (
        f"{speed.ttft_ms:.0f} ms",
        f"{speed.tokens_per_s:.1f}",
        f"{speed.answer_s:.2f} s",
        f"{speed.load_s:.1f} s" if alone else "",
        f"{speed.peak_bytes / 1e9:.2f} GB",
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
