"""Two systems answering at the same time against one after the other, through the program's own
pool: a large audio model (the Qwen2-Audio architecture, 155 M random parameters) and a text model
(Llama, 134 M) behind a scripted recogniser, on the CPU, with as many threads as the program gives a
worker. Both are loaded the whole time: what does not fit into memory together is asked in turn
anyway. The same at true size on a GPU: `python -m tests.performance.gpu`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from engines.environment import worker_environment
from tests.performance import random_models
from tests.performance.figure import Figure
from tests.performance.libraries import require
from tests.performance.memory_used import MainMemory
from tests.performance.side_by_side import Measured, audio_system, measure, text_system
from tests.performance.takes import sample_take

AUDIO, TEXT = "audio model", "text model"


@dataclass(frozen=True, slots=True)
class Plan:
    audio: str
    """Of `random_models.MODELS`, like the text model."""
    text: str
    tokens: int
    rounds: int


FULL = Plan("qwen2-audio-150m", "llama-134m", tokens=40, rounds=3)


def run() -> list[Figure]:
    """Some minute and a half."""
    require(("torch", "transformers"))
    return figures(FULL)


def figures(plan: Plan) -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        for model in (plan.audio, plan.text):
            random_models.make(model, folder / model)
        systems = [
            audio_system(AUDIO, folder / plan.audio, "cpu", plan.tokens),
            text_system(TEXT, folder / plan.text, "cpu", plan.tokens),
        ]
        take = sample_take(folder)
        return _figures(measure(systems, take, rounds=plan.rounds, peak=MainMemory), plan)


def _figures(measured: Measured, plan: Plan) -> list[Figure]:
    ratios = measured.ratios
    rows = [
        Figure(
            "both together over one after the other",
            median(ratios),
            "×",
            "",
            f"{measured.best_ratio:.2f}: if neither took anything from the other",
            f"{min(ratios):.3f} to {max(ratios):.3f} in {plan.rounds} rounds; "
            f"{median(measured.together_s):.2f} s, not {median(measured.in_turn_s):.2f} s; "
            f"{plan.tokens} tokens each, {_threads()} each",
        )
    ]
    for name, alone in measured.alone.items():
        both = measured.together[name]
        rows += [
            Figure(
                f"{name}: tokens a second, together",
                both.tokens_per_s,
                "1/s",
                "",
                f"{alone.tokens_per_s:.1f}: alone",
                f"medians of {plan.rounds}",
            ),
            Figure(
                f"{name}: time to the first token, together",
                both.ttft_ms,
                "ms",
                "",
                f"{alone.ttft_ms:.0f} ms: alone",
                f"medians of {plan.rounds}",
            ),
            Figure(f"{name}: load", alone.load_s, "s", "", "", "once, alone; imports included"),
            Figure(
                f"{name}: memory",
                alone.peak_bytes / 1e6,
                "MB",
                "",
                "",
                "peak of its workers, files they map included",
            ),
        ]
    return rows


def _threads() -> str:
    count = int(worker_environment({})["OMP_NUM_THREADS"])
    return f"{count} thread{'s' if count > 1 else ''}"
