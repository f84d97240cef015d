"""Two systems against each other: how likely votes without a difference would look like this.

The two-sided P is the interval of the pair turned round: 1 less the highest confidence at which
the interval leaves out one half, so that a star and the interval beside it never disagree. It
counts resamples that come out level as against the one ahead, and is widened for few units as the
interval is (`ranker.quantiles.expanded`).

The paper's stars are P < 0.05 of a bootstrap inside each pair (section 3.3, Figure 3), one-sided:
the part of the resamples in which the loser does not lose, of which those that come out level count
half. That part, widened for few units too, is the one-sided P.

Where n pairs are tested, chance alone stars one in twenty of them; the family-wise P allows for
that: it is the part of the resamples in which *any* pair strays as far from what was seen, in its
own standard deviations (max-t, single step; P. H. Westfall and S. S. Young, "Resampling-Based
Multiple Testing", 1993). With few units a distance says less than as many deviations of a normal
distribution, of which resamples are made; it is taken for the one that is as rare. A single pair is
a family of its own: there both are the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats
from ranker.quantiles import AT_ONCE, contracted, contracted_tails
from ranker.table import Ints


@dataclass(frozen=True, slots=True)
class Tests:
    """One P a pair, shape = (n_pairs,); never 0, since more resamples might have found one."""

    one_sided: Floats
    """Against the system that is ahead in the pair."""
    two_sided: Floats
    family: Floats
    """Two-sided, of all pairs together."""


def tests(share: Floats, draws: Floats, n_units: Ints, agreed: Bools) -> Tests:
    """Test each pair against one half.

    `share`, shape = (n_pairs,): points of the first; `draws`, shape = (n_draws, n_pairs), nan where
    a pair is not in a resample; `n_units`: independent units in the pair; `agreed`: whether all of
    them say the same. Then resamples cannot differ, and the interval of that (`unanimous`) is
    turned round: where one system took every point, it is the chance that a fair coin falls so
    often on its side.
    """
    last = max(len(draws) - 1, 1)
    against, level = _against(share, draws)
    level_pair = share == 0.5
    one = np.full(len(n_units), 1 / (len(draws) + 1))
    exact = np.maximum((0.5 / np.maximum(share, 1 - share)) ** n_units, one)
    least = contracted_tails(one, n_units)

    def of(n: Floats | Ints) -> Floats:
        part = np.where(level_pair, 0.5, np.minimum(n / last, 1.0))
        drawn = np.maximum(contracted_tails(part, n_units), least)
        return np.minimum(np.where(agreed & ~level_pair, exact, drawn), 1.0)

    two_sided = np.minimum(2 * of(against + level), 1.0)
    return Tests(
        of(against + level / 2), two_sided, _family(share, draws, two_sided, n_units, agreed)
    )


def _blocks(draws: Floats) -> Iterator[slice]:
    """Pairs by the hundred: all draws of all pairs are there once, and are not to be copied."""
    n_draws, n_pairs = draws.shape
    step = max(AT_ONCE // max(n_draws, 1), 1)
    return (slice(begin, begin + step) for begin in range(0, n_pairs, step))


def _against(share: Floats, draws: Floats) -> tuple[Ints, Ints]:
    """Draws of each pair in which the one ahead is behind, and in which both are level."""
    against, level = (np.zeros(len(share), np.int64) for _ in range(2))
    for some in _blocks(draws):
        behind = np.where(share[some] > 0.5, 1, -1) * (draws[:, some] - 0.5)
        against[some] = (behind < 0).sum(axis=0) + np.isnan(behind).sum(axis=0)
        level[some] = (behind == 0).sum(axis=0)
    return against, level


def _strays(share: Floats, draws: Floats, agreed: Bools) -> tuple[Floats, Floats]:
    """Each pair's standard deviation; and how far, in these, a draw strays in any pair."""
    spread, strays = np.empty(len(share)), np.zeros(len(draws))
    for some in _blocks(draws):
        apart = np.where(np.isnan(draws[:, some]), 0.0, draws[:, some] - share[some])
        spread[some] = apart.std(axis=0)
        moves = ~agreed[some] & (spread[some] > 0)
        if moves.any():
            further = np.abs(apart[:, moves]) / spread[some][moves]
            strays = np.maximum(strays, further.max(axis=1))
    return spread, strays


def _family(
    share: Floats, draws: Floats, two_sided: Floats, n_units: Ints, agreed: Bools
) -> Floats:
    n_draws, n_pairs = draws.shape
    if n_pairs == 1:  # a family of its own; the way below would count strays to either side
        return two_sided
    by_count = np.minimum(two_sided * n_pairs, 1.0)  # Bonferroni, where there is no spread
    spread, strays = _strays(share, draws, agreed)
    usable = ~agreed & (spread > 0)
    if not usable.any():
        return np.asarray(by_count)
    unit = np.where(usable, spread, 1.0)
    strays = np.sort(strays)
    seen = contracted(np.abs(share - 0.5) / unit, n_units)
    further = n_draws - np.searchsorted(strays, seen, side="left")
    family = np.minimum((further + 1) / (n_draws + 1), 1.0)
    return np.asarray(np.maximum(np.where(usable, family, by_count), two_sided))
