"""Intervals by resampling, percentile method (the paper draws 10,000 resamples; section 5).

**What is resampled.** Votes of one person hang together: who likes short answers likes them ten
times. Resampling votes treats ten votes of one person as ten people's, and the intervals come out
too narrow. So people are resampled, with all their votes, wherever enough of them are known; votes
otherwise. Either way a resample has as many units as the data.

**Where a resample has no finite maximum** (a system that lost once in sixty battles loses in none
of 37 % of the resamples) its coefficients are taken to their limits: +inf for what is above the
origin without limit, -inf for what is below it, unknown for what cannot be compared with it. An
unknown value counts as -inf when the lower bound is taken and as +inf when the upper one is. So a
bound is infinite as soon as more resamples than the tail holds are without limit on that side. The
bound on the other side is the outer one of two: of all resamples, and of the finite ones alone, so
that mass at one end never pulls in the other end. Dropping these resamples, as is often done, or
standing a finite number in for them narrows the interval exactly where the data say least.

**Where the data themselves have no finite maximum** for a system, resampling cannot help: a system
that never lost never loses in a resample either, and all draws would agree. Its interval is open on
both sides and it may hold any rank; it neither pushes others down nor lifts them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats
from ranker.point import Point
from ranker.standing import standing
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table, Units

BLOCK = 8_000_000
"""Numbers in the largest array that is held at once (64 MB)."""


@dataclass(frozen=True, slots=True)
class Draws:
    """One row a resample."""

    beta: Floats
    """Shape = (n_draws, n_systems); infinite or nan as in `Standing.beta`."""
    share: Floats
    best: Ints
    """Best rank that the resample allows, from 1; shape = (n_draws, n_systems)."""
    worst: Ints
    above: Floats
    """Shape = (n_systems, n_systems): part of the resamples in which row is above column."""
    pair_share: Floats
    """Points of the pair's first system; nan where the pair is not in the resample.
    Shape = (n_draws, n_pairs)."""
    slot_share: Floats
    """Points of slot a, shape = (n_draws, 1)."""
    bounded: Bools


def bootstrap(table: Table, point: Point, n_draws: int, seed: int, by_person: bool) -> Draws:
    """Resample people (or votes) `n_draws` times and rank again each time."""
    votes_rng, slots_rng = (
        np.random.Generator(np.random.PCG64(child))
        for child in np.random.SeedSequence(seed).spawn(2)
    )
    n_systems = len(table.systems)
    per_person = max(table.votes.n_people, len(table.votes.cell)) if by_person else 0
    block = max(1, BLOCK // max(n_systems**2, per_person))
    start = point.standing.within[0]
    parts = []
    above = np.zeros((n_systems, n_systems))
    for begin in range(0, n_draws, block):
        count = min(block, n_draws - begin)
        cells = resample(table.votes, count, votes_rng, by_person)
        slots = resample(table.slots, count, slots_rng, by_person)
        now = standing(table.wins(cells), point.origin, start)
        known = now.above & point.placed[:, None] & point.placed
        above += known.sum(axis=0)
        best, worst = 1 + known.sum(axis=-2), n_systems - known.sum(axis=-1)
        sides = shares(cells), shares(slots)
        parts.append((now.beta, now.share, best, worst, *sides, now.bounded))
    beta, share, best, worst, pair_share, slot_share, bounded = (
        np.concatenate(column) for column in zip(*parts, strict=True)
    )
    return Draws(beta, share, best, worst, above / n_draws, pair_share, slot_share, bounded)


def resample(units: Units, n_draws: int, rng: np.random.Generator, by_person: bool) -> Floats:
    """Votes by cell in resamples of people or of votes, shape = (n_draws, n_cells)."""
    if not by_person:
        totals = units.totals
        n_votes = int(totals.sum())
        return rng.multinomial(n_votes, totals / n_votes, size=n_draws).astype(np.float64)
    n_people = units.n_people
    drawn = rng.integers(0, n_people, (n_draws, n_people)) * n_draws
    drawn += np.arange(n_draws)[:, None]
    times = np.bincount(drawn.ravel(), minlength=n_people * n_draws).reshape(n_people, n_draws)
    entries = times[units.person] * units.count[:, None]
    cells = np.zeros((units.n_cells, n_draws))
    used, begin = np.unique(units.cell, return_index=True)
    cells[used] = np.add.reduceat(entries, begin, axis=0)
    return np.ascontiguousarray(cells.T)


def shares(cells: Floats) -> Floats:
    """Points of the first of each three cells' side, ties half; nan where there is no vote."""
    by_pair = cells.reshape(len(cells), -1, OUTCOMES_OF_A_PAIR)
    n_votes = by_pair.sum(axis=-1)
    points = by_pair[:, :, 0] + by_pair[:, :, 2] / 2
    return np.where(n_votes > 0, points / np.where(n_votes > 0, n_votes, 1), np.nan)


def interval(draws: Floats, tails: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bounds that leave at most a part of the draws outside on either side.

    `draws`, shape = (n_draws, n); `tails`, shape = (n,): that part. No interpolation (it has no
    meaning beside an infinite draw): the outer one of two neighbours is taken.
    """
    return _lower_bound(draws, tails), -_lower_bound(-draws, tails)


def _lower_bound(draws: Floats, tails: Floats) -> Floats:
    in_order = np.sort(np.where(np.isnan(draws), -np.inf, draws), axis=0)
    finite = np.sort(np.where(np.isfinite(draws), draws, np.inf), axis=0)
    n_finite = np.isfinite(draws).sum(axis=0)
    return np.minimum(
        _pick(in_order, tails * (len(draws) - 1)),
        np.where(n_finite > 0, _pick(finite, tails * np.maximum(n_finite - 1, 0)), -np.inf),
    )


def _pick(in_order: Floats, place: Floats) -> Floats:
    rows = np.floor(place).astype(np.int64)[None]
    picked: Floats = np.take_along_axis(in_order, rows, axis=0)[0]
    return picked


def expanded(tail: float, n_units: int) -> float:
    """The tail to cut from the draws so that `tail` of the truth is outside, given few units.

    Draws spread like a normal distribution with the variance of n_units, but truth is spread like
    Student's t with the variance of n_units - 1 (T. C. Hesterberg, "What teachers should know about
    the bootstrap", The American Statistician 69(4), 2015). The quantile of t is the series of
    Abramowitz and Stegun, 26.7.5; from five units on the tail is right to within 3 %.
    """
    if n_units < 2:
        return 0.0
    free = n_units - 1
    x = NormalDist().inv_cdf(1 - tail)
    t = (
        x
        + (x**3 + x) / (4 * free)
        + (5 * x**5 + 16 * x**3 + 3 * x) / (96 * free**2)
        + (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / (384 * free**3)
    )
    return NormalDist().cdf(-t * math.sqrt(n_units / free))


def unanimous(share: Floats, n_units: Ints, tail: float) -> tuple[Floats, Floats]:
    """Interval of a share when all independent units agree, where resampling always agrees too.

    If a part q of all people say the same as these `n_units` did, the chance of seeing only them is
    q^n_units; so q is at least tail^(1 / n_units) at this confidence (Clopper and Pearson, 1934),
    and everybody else may say the opposite.
    """
    agreeing = tail ** (1 / n_units)
    return agreeing * share, 1 - agreeing * (1 - share)
