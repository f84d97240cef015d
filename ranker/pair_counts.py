"""Two systems against each other, as the board shows them: counts, shares, tests, and the words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ranker.board import PairCount
from ranker.connectivity import Bools
from ranker.disagreement import against_the_board
from ranker.fit import Floats
from ranker.pairwise import tests
from ranker.quantiles import expanded_tails, interval, shares, unanimous
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table, Units

SAME_SHARE = 1e-12
"""Shares closer than this are equal: far above rounding, far below what a vote can move."""


@dataclass(frozen=True, slots=True)
class Shares:
    """Points of one side in every three cells, with bounds; shape = (n_cells / 3,)."""

    share: Floats
    low: Floats
    high: Floats
    n_units: Ints
    """Independent units that spoke."""
    agreed: Bools
    """All of them said the same, or shared their points alike: resamples cannot differ."""


def shares_of(units: Units, draws: Floats, tail: float, by_person: bool) -> Shares:
    """From counts and from draws, shape = (n_draws, n_cells / 3); `tail` as in `Findings`.

    A tail of less than one draw leaves the bound open. Where all units agree, a draw says what they
    say or lacks them all, and neither tells how sure that is: the exact bounds stand alone.
    """
    totals = units.totals.reshape(-1, OUTCOMES_OF_A_PAIR)
    share = shares(units.totals[None].astype(np.float64))[0]
    group: Ints = np.arange(units.n_cells) // OUTCOMES_OF_A_PAIR
    n_units = units.how_many(len(totals), by_person, group)
    tails = expanded_tails(tail, n_units)
    low, high = clipped(*interval(draws, tails), share)
    agreed = ((totals > 0).sum(axis=1) == 1) | ~_differ(draws)
    open_ended = ~agreed & (tails * (len(draws) + 1) < 1)
    low, high = np.where(open_ended, 0.0, low), np.where(open_ended, 1.0, high)
    agreed_low, agreed_high = unanimous(share, n_units, tail)
    low, high = np.where(agreed, agreed_low, low), np.where(agreed, agreed_high, high)
    return Shares(share, low, high, n_units, agreed)


def _differ(draws: Floats) -> Bools:
    """Whether any two of the draws do that are known, shape = (n,)."""
    low = np.fmin.reduce(draws, axis=0, initial=np.inf)
    high = np.fmax.reduce(draws, axis=0, initial=-np.inf)
    return np.asarray(high - low > SAME_SHARE)


def clipped(low: Floats, high: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Bounds of a share: an open one ends at 0 or 1, and the estimate is never outside."""
    return np.fmin(np.maximum(low, 0), share), np.fmax(np.minimum(high, 1), share)


def pair_counts(
    table: Table,
    found: Shares,
    draws: Floats,
    place: Mapping[int, int],
    names: Sequence[str],
    call: Callable[[str], str],
) -> tuple[PairCount, ...]:
    """Every pair, the one that stands higher first; `place`: system -> its place on the board."""
    cells = table.votes.totals.reshape(-1, OUTCOMES_OF_A_PAIR)
    tested = tests(found.share, draws, found.n_units, found.agreed)
    votes = table.first, table.second, table.both_bad, *cells.T
    numbers = found.share, found.low, found.high, tested.two_sided, tested.one_sided, tested.family
    counts = []
    # Lists beforehand: an array gives its numbers one by one ten times as slowly.
    for (i, j, bad, won, lost, level), (share, low, high, two_sided, one_sided, family) in zip(
        zip(*(column.tolist() for column in votes), strict=True),
        zip(*(column.tolist() for column in numbers), strict=True),
        strict=True,
    ):
        upright = place[i] < place[j]
        first, second = (names[i], names[j]) if upright else (names[j], names[i])
        points = share if upright else 1 - share
        count = PairCount(
            first=first,
            second=second,
            wins=won if upright else lost,
            losses=lost if upright else won,
            ties=level - bad,
            both_bad=bad,
            points=points,
            low=low if upright else 1 - high,
            high=high if upright else 1 - low,
            p=two_sided,
            p_one_sided=one_sided,
            p_family=family,
            note=against_the_board(call(first), call(second), points, family),
        )
        counts.append((sorted((place[i], place[j])), count))
    return tuple(count for _, count in sorted(counts, key=lambda item: item[0]))
