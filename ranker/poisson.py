"""Many Poisson numbers of few means: by tables of their distributions, not one by one.

A general generator works out its constants anew for every number. Here each mean has a guide table
(H.-C. Chen and Y. Asau, "On Generating Random Variates from an Empirical Distribution", AIIE
Transactions 6(2), 1974): the unit interval in equal parts, and for each part the value that its
beginning stands for. Nearly every part is cut by one step of the distribution at most, so a number
is one look and one comparison; the others, in the tails, are searched for. The distribution is
summed in double precision and reaches ten standard deviations and more to either side.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ranker.fit import Floats
from ranker.table import Ints

PARTS = 512
"""Of the unit interval. More are searched for less often, but take longer to make ready."""

REACH = 10
"""Standard deviations on either side; what lies beyond has a chance below 1e-20."""

BEYOND = 25
"""Further values on the upper side, for means near 0."""

AT_ONCE = 100_000
"""Numbers that are drawn at once: what a core keeps near it."""


@dataclass(frozen=True, slots=True)
class Guide:
    """The tables of all means, one behind the other."""

    which: Ints
    """Table of every cell, shape = (n_cells,)."""
    value: NDArray[np.int32]
    """By table and part; -1 where more than one step lies in the part."""
    step: Floats
    """Where `value` ends, of a part; same shape."""
    ends: Floats
    """Distribution functions, each higher by 1 than the one before, to search in all at once."""
    shift: Ints
    """From a place in `ends` to a value, by table."""

    def draw(self, rng: np.random.Generator, width: int) -> NDArray[np.int32]:
        """Shape = (n_cells, width)."""
        drawn = np.empty((len(self.which), width), np.int32)
        step = max(AT_ONCE // max(width, 1), 1)
        for begin in range(0, len(drawn), step):
            some = slice(begin, begin + step)
            self._fill(drawn[some], self.which[some], rng)
        return drawn

    def _fill(self, drawn: NDArray[np.int32], which: Ints, rng: np.random.Generator) -> None:
        u = rng.random(drawn.shape)
        part = (u * PARTS).astype(np.int32)
        part += (which * PARTS).astype(np.int32)[:, None]
        self.value.take(part, out=drawn, mode="clip")  # no part is outside: nothing is clipped
        drawn += u >= self.step.take(part)
        flat = drawn.reshape(-1)
        tail = np.flatnonzero(flat < 0)
        table = which[tail // drawn.shape[1]]
        place = np.searchsorted(self.ends, table + u.reshape(-1)[tail], side="right")
        flat[tail] = place + self.shift[table]


def guide_of(means: Floats) -> Guide:
    """For cells with these means, each above 0; shape = (n_cells,). Equal ones share a table."""
    different, which = np.unique(means, return_inverse=True)
    distributions = [_distribution(float(mean)) for mean in different]
    parts = [_parts(ends, least) for least, ends in distributions]
    begin = np.cumsum([0, *(len(ends) for _, ends in distributions)])[:-1]
    return Guide(
        which=which,
        value=np.concatenate([value for value, _ in parts]),
        step=np.concatenate([step for _, step in parts]),
        ends=np.concatenate([ends + k for k, (_, ends) in enumerate(distributions)]),
        shift=np.array([least for least, _ in distributions]) - begin,
    )


def _distribution(mean: float) -> tuple[int, Floats]:
    """The least value, and the distribution function from there on, which ends with 1."""
    reach = REACH * np.sqrt(mean)
    least = max(int(mean - reach), 0)
    value = np.arange(least, int(mean + reach) + BEYOND)
    ratio = np.log(mean / np.maximum(value, 1))
    ratio[0] = 0.0
    size = np.cumsum(ratio)
    ends = np.cumsum(np.exp(size - size.max()))
    ends /= ends[-1]
    return least, ends


def _parts(ends: Floats, least: int) -> tuple[NDArray[np.int32], Floats]:
    """`value` and `step` of one table."""
    edges = np.arange(PARTS + 1) / PARTS
    place = np.searchsorted(ends, edges[:-1], side="right")
    step = ends[place]
    following = ends[np.minimum(place + 1, len(ends) - 1)]
    many = (step < edges[1:]) & (following < edges[1:])
    value = np.where(many, -1, place + least).astype(np.int32)
    return value, np.where(many, 2.0, step)
