"""What a worker adds to the library it runs: over a whole answer, and until the first token."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tests.performance.alone import Alone, Answered, Worker
from tests.performance.figure import Figure

CALIBRATE_TOKENS = 40
MOST_TOKENS = 7_500
"""The context of a GGUF, less the prompt."""


@dataclass(frozen=True, slots=True)
class Sizes:
    answer_s: float
    """How long an answer should take, where the context holds that many tokens."""
    answers: int
    firsts: int
    """First tokens that are timed."""


def figures(name: str, alone: Alone, worker: Worker, sizes: Sizes) -> list[Figure]:
    """`name`: of the library and its model."""
    tokens = _tokens(alone, sizes.answer_s)
    return [_whole(name, alone, worker, tokens, sizes), _first(name, alone, worker, sizes)]


def _tokens(alone: Alone, answer_s: float) -> int:
    tried = alone.answer(CALIBRATE_TOKENS)
    per_token_s = (tried.wall_s - tried.first_s) / (CALIBRATE_TOKENS - 1)
    return min(MOST_TOKENS, max(2, round((answer_s - tried.first_s) / per_token_s)))


def _whole(name: str, alone: Alone, worker: Worker, tokens: int, sizes: Sizes) -> Figure:
    library, ours = _in_turn(alone, worker, tokens, sizes.answers)
    pairs = [
        (a.wall_s, w.wall_s, b.wall_s) for (a, b), w in zip(pairwise(library), ours, strict=True)
    ]
    ratios = [2 * own / (before + after) for before, own, after in pairs]
    nothing = [after / before for before, _, after in pairs]
    return Figure(
        name=f"{name}: worker over library, whole answer",
        value=median(ratios),
        unit="×",
        target="≤ 1.02",
        floor=f"{median(a.wall_s for a in library):.2f} s: the library alone; against itself "
        f"{_spread(nothing, '.3f')}",
        note=f"{_spread(ratios, '.3f')} in {len(ratios)} answers of {tokens:,} tokens, each "
        f"between two of the library; {_threads(alone)}",
    )


def _first(name: str, alone: Alone, worker: Worker, sizes: Sizes) -> Figure:
    library, ours = _in_turn(alone, worker, 2, sizes.firsts)
    added = [
        1000 * (w.first_s - (a.first_s + b.first_s) / 2)
        for (a, b), w in zip(pairwise(library), ours, strict=True)
    ]
    nothing = [1000 * (b.first_s - a.first_s) for a, b in pairwise(library)]
    return Figure(
        name=f"{name}: added to the time to the first token",
        value=median(added),
        unit="ms",
        target="≤ 5 ms",
        floor=f"{1000 * median(a.first_s for a in library):.1f} ms: the library alone; against "
        f"itself {_spread(nothing, '.1f')}",
        note=f"{_spread(added, '.1f')} in {len(added)} answers; {_threads(alone)}",
    )


def _in_turn(
    alone: Alone, worker: Worker, tokens: int, answers: int
) -> tuple[list[Answered], list[Answered]]:
    """A B A B … A, so that a slow minute of the machine meets both."""
    library, ours = [alone.answer(tokens)], []
    for _ in range(answers):
        ours.append(worker.answer(tokens))
        library.append(alone.answer(tokens))
    said = {answered.said for answered in (*library, *ours)}
    assert len(said) == 1, "the worker was not asked what its library was asked"
    return library, ours


def _spread(values: list[float], form: str) -> str:
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def _threads(alone: Alone) -> str:
    return f"{alone.threads} thread{'s' if alone.threads > 1 else ''} each"
