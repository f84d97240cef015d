"""Two systems through the program's own pool: each by itself, both one after the other, both at
once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from engines.api import Answer, Part, System
from engines.pool import Pool
from tests.performance.memory_used import Peak

LIMIT_S = 900.0
"""For loading, of which the true sizes need minutes where the disk is slow."""
HEARD = Part("echo", {"heard": ["what should I see in Lisbon in two days"]})
"""A text model reads what the scripted recogniser hears: nothing but the model is measured."""
SEED = 7


@dataclass(frozen=True, slots=True)
class Speed:
    """One system; medians of some answers."""

    ttft_ms: float
    tokens_per_s: float
    """After the first token."""
    answer_s: float
    load_s: float
    peak_bytes: int
    """Of all workers that were there."""


@dataclass(frozen=True, slots=True)
class Measured:
    alone: Mapping[str, Speed]
    """By system, the only one that is loaded."""
    together: Mapping[str, Speed]
    """Both loaded and asked at the same time."""
    in_turn_s: list[float]
    """Both loaded; from the first question until the second answer."""
    together_s: list[float]

    @property
    def ratios(self) -> list[float]:
        """Together over in turn, of each round."""
        return [t / i for t, i in zip(self.together_s, self.in_turn_s, strict=True)]

    @property
    def best_ratio(self) -> float:
        """If neither took anything from the other: the slower one alone over both alone."""
        answers_s = [speed.answer_s for speed in self.alone.values()]
        return max(answers_s) / sum(answers_s)


def text_system(system_id: str, folder: Path, device: str, tokens: int) -> System:
    responder = Part("transformers", {"path": str(folder), "device": device})
    settings = {"max_new_tokens": tokens}
    return System(system_id, "1", responder, HEARD, "scripted", settings=settings)


def audio_system(system_id: str, folder: Path, device: str, tokens: int) -> System:
    responder = Part("transformers", {"path": str(folder), "device": device})
    return System(system_id, "1", responder, settings={"max_new_tokens": tokens})


def measure(
    systems: Sequence[System], take: Path, *, rounds: int, peak: Callable[[], Peak]
) -> Measured:
    """Of each pool the first answer is not counted."""
    alone = {system.id: _alone(system, take, rounds, peak()) for system in systems}
    names = [system.id for system in systems]
    in_turn_s, together_s, together = [], [], []
    with peak() as memory, Pool(systems, time_limit_s=LIMIT_S) as pool:
        _load(pool, names, take)
        for _ in range(rounds):  # in turn, so that a slow minute of the machine meets both
            began_s = time.monotonic()
            for name in names:
                _ask(pool, [name], take)
            in_turn_s.append(time.monotonic() - began_s)
            began_s = time.monotonic()
            together.append(_ask(pool, names, take))
            together_s.append(time.monotonic() - began_s)
        most = memory.peak_bytes()
    speeds = {name: _speed([answers[name] for answers in together], most) for name in names}
    return Measured(alone, speeds, in_turn_s, together_s)


def _alone(system: System, take: Path, rounds: int, peak: Peak) -> Speed:
    with peak as memory, Pool([system], time_limit_s=LIMIT_S) as pool:
        _load(pool, [system.id], take)
        answers = [_ask(pool, [system.id], take)[system.id] for _ in range(rounds)]
        return _speed(answers, memory.peak_bytes())


def _load(pool: Pool, names: Sequence[str], take: Path) -> None:
    for loaded in pool.prewarm(names):
        loaded.result(LIMIT_S)
    _ask(pool, names, take)


def _ask(pool: Pool, names: Sequence[str], take: Path) -> dict[str, Answer]:
    asked = {name: pool.ask(name, take, seed=SEED) for name in names}
    return {name: one.future.result(LIMIT_S) for name, one in asked.items()}


def _speed(answers: Sequence[Answer], peak_bytes: int) -> Speed:
    timings = [answer.timings for answer in answers]
    return Speed(
        ttft_ms=median(t.ttft_ms or 0.0 for t in timings),
        tokens_per_s=1000 / median(t.tpot_ms or float("inf") for t in timings),
        answer_s=median(t.total_ms for t in timings) / 1000,
        load_s=(timings[0].load_ms or 0.0) / 1000,
        peak_bytes=peak_bytes,
    )
