"""What a worker adds to the library it runs: to the first token, to each that follows, and so to an
answer of ten seconds.

On a busy machine one long answer differs from the next by a tenth and more, so that a fiftieth
cannot be seen. Many short ones in turn can show it: of each the first token and the rest apart,
because the first weighs more in a short answer than in a long one.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tests.performance.alone import Alone, Answered, Worker
from tests.performance.figure import Figure

ANSWER_S = 10.0
"""The answer that the target is about."""
RESAMPLES = 2_000


@dataclass(frozen=True, slots=True)
class Sizes:
    tokens: int
    """Of each short answer."""
    answers: int


@dataclass(frozen=True, slots=True)
class Pair:
    """A measured answer, and the mean of the library's before and after it; in seconds."""

    library_first: float
    library_rest: float
    first: float
    rest: float

    @property
    def added_ms(self) -> float:
        return 1000 * (self.first - self.library_first)

    @property
    def ratio(self) -> float:
        """Of what follows the first token."""
        return self.rest / self.library_rest


Statistic = Callable[[Sequence[Pair]], float]


def figures(name: str, alone: Alone, worker: Worker, sizes: Sizes) -> list[Figure]:
    """`name`: of the library and its model."""
    library, ours = _in_turn(alone, worker, sizes)
    pairs = [_pair(a, b, own) for (a, b), own in zip(pairwise(library), ours, strict=True)]
    # Every second of the library's own, between its neighbours: what noise alone would show.
    nothing = [
        _pair(a, b, own) for a, own, b in zip(library, library[1:], library[2:], strict=False)
    ]
    per_answer = f"{sizes.answers} answers of {sizes.tokens} tokens, each between two of its own"
    threads = f"{alone.threads} thread{'s' if alone.threads > 1 else ''} each"
    library_ms = 1000 * median(pair.library_first for pair in pairs)
    token_ms = 1000 * median(pair.library_rest for pair in pairs) / (sizes.tokens - 1)
    return [
        Figure(
            name=f"{name}: worker over library, answer of {ANSWER_S:.0f} s",
            value=whole(pairs),
            unit="×",
            target="≤ 1.02",
            floor=f"{token_ms:.2f} ms a token: the library alone; against itself "
            f"{_told(nothing, whole, '.3f')}",
            note=f"95 % {_interval(pairs, whole, '.3f')}: {per_answer}; {threads}",
        ),
        Figure(
            name=f"{name}: added to the time to the first token",
            value=added(pairs),
            unit="ms",
            target="≤ 5 ms",
            floor=f"{library_ms:.1f} ms: the library alone; against itself "
            f"{_told(nothing, added, '.1f')}",
            note=f"95 % {_interval(pairs, added, '.1f')}: {per_answer}; {threads}",
        ),
    ]


def added(pairs: Sequence[Pair]) -> float:
    """To the first token, in milliseconds."""
    return median(pair.added_ms for pair in pairs)


def whole(pairs: Sequence[Pair]) -> float:
    """A worker's time for what its library needs `ANSWER_S` for, over that."""
    first_s = median(pair.library_first for pair in pairs)
    rest_s = (ANSWER_S - first_s) * median(pair.ratio for pair in pairs)
    return (first_s + added(pairs) / 1000 + rest_s) / ANSWER_S


def _in_turn(alone: Alone, worker: Worker, sizes: Sizes) -> tuple[list[Answered], list[Answered]]:
    """A B A B … A, so that a slow second of the machine meets both."""
    library, ours = [alone.answer(sizes.tokens)], []
    for _ in range(sizes.answers):
        ours.append(worker.answer(sizes.tokens))
        library.append(alone.answer(sizes.tokens))
    said = {answered.said for answered in (*library, *ours)}
    assert len(said) == 1, "the worker was not asked what its library was asked"
    return library, ours


def _pair(before: Answered, after: Answered, own: Answered) -> Pair:
    first_s = (before.first_s + after.first_s) / 2
    whole_s = (before.wall_s + after.wall_s) / 2
    return Pair(first_s, whole_s - first_s, own.first_s, own.wall_s - own.first_s)


def _told(pairs: Sequence[Pair], statistic: Statistic, form: str) -> str:
    return f"{statistic(pairs):{form}} ({_interval(pairs, statistic, form)})"


def _interval(pairs: Sequence[Pair], statistic: Statistic, form: str) -> str:
    """Of 95 %, from bootstraps over the pairs."""
    dice = random.Random(7)
    drawn = sorted(statistic(dice.choices(pairs, k=len(pairs))) for _ in range(RESAMPLES))
    low, high = drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES) - 1]
    return f"{low:{form}} to {high:{form}}"
