"""Bounds of an interval from draws, where draws may be infinite or unknown.

An unknown value counts as -inf when the lower bound is taken and as +inf when the upper one is. So
a bound is infinite as soon as more resamples than the tail holds are without limit on that side.
The bound on the other side is the outer one of two: of all resamples, and of the finite ones alone,
so that mass at one end never pulls in the other end. Dropping these resamples, as is often done, or
standing a finite number in for them narrows the interval exactly where the data say least.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np

from ranker.fit import Floats
from ranker.table import OUTCOMES_OF_A_PAIR, Ints

AT_ONCE = 500_000
"""Draws that are sorted at once: 4 MB."""
_NORMAL = NormalDist()

_MOST_STEPS = 100
_SETTLED = 1e-14
"""Of Newton's method from above on a convex function: it comes down by a seventh at least."""

_LEAST = 1e-300
"""Of a part of the draws that is not nothing: what the normal quantile can be taken of."""


def shares(cells: Floats) -> Floats:
    """Points of the first of each three cells' side, ties half; nan where there is no vote.

    `cells`, shape = (n_tables, n_cells); result, shape = (n_tables, n_cells / 3).
    """
    by_pair = cells.reshape(len(cells), -1, OUTCOMES_OF_A_PAIR)
    won, lost, level = (by_pair[:, :, k] for k in range(OUTCOMES_OF_A_PAIR))
    n_votes = won + lost + level
    points = won + level / 2
    with np.errstate(invalid="ignore"):  # no vote: 0 / 0 is nan, and that is what is meant
        return np.asarray(points / n_votes)


def interval(draws: Floats, tails: Floats) -> tuple[Floats, Floats]:
    """Lower and upper bounds that leave at most a part of the draws outside on either side.

    `draws`, shape = (n_draws, n); `tails`, shape = (n,): that part. No interpolation (it has no
    meaning beside an infinite draw): the outer one of two neighbours is taken.
    """
    low, high = np.empty_like(tails), np.empty_like(tails)
    step = max(AT_ONCE // max(len(draws), 1), 1)
    for begin in range(0, len(tails), step):
        some = slice(begin, begin + step)
        low[some], high[some] = _interval(draws[:, some], tails[some])
    return low, high


def _interval(draws: Floats, tails: Floats) -> tuple[Floats, Floats]:
    columns = np.ascontiguousarray(draws.T)
    finite = np.isfinite(columns).all(axis=1)
    in_order = np.sort(columns[finite])
    place = tails[finite] * (len(draws) - 1)
    low, high = np.empty_like(tails), np.empty_like(tails)
    low[finite], high[finite] = _pick(in_order, place), _pick(in_order[:, ::-1], place)
    others, cut = columns[~finite], tails[~finite]
    low[~finite], high[~finite] = _lower_bound(others, cut), -_lower_bound(-others, cut)
    return low, high


def _lower_bound(columns: Floats, tails: Floats) -> Floats:
    in_order = np.sort(np.where(np.isnan(columns), -np.inf, columns))
    finite = np.sort(np.where(np.isfinite(columns), columns, np.inf))
    n_finite = np.isfinite(columns).sum(axis=1)
    return np.minimum(
        _pick(in_order, tails * (columns.shape[1] - 1)),
        np.where(n_finite > 0, _pick(finite, tails * np.maximum(n_finite - 1, 0)), -np.inf),
    )


def _pick(in_order: Floats, place: Floats) -> Floats:
    columns = np.floor(place).astype(np.int64)[:, None]
    return np.asarray(np.take_along_axis(in_order, columns, axis=1)[:, 0])


def expanded(tail: float, n_units: int) -> float:
    """The tail to cut from the draws so that `tail` of the truth is outside, given few units.

    Draws spread like a normal distribution with the variance of n_units, but truth is spread like
    Student's t with the variance of n_units - 1 (T. C. Hesterberg, "What teachers should know about
    the bootstrap", The American Statistician 69(4), 2015). From five units on the tail is right to
    within 3 %.
    """
    return float(expanded_tails(tail, np.array([n_units]))[0])


def expanded_tails(tail: float, n_units: Ints) -> Floats:
    """`expanded` of every number of units, shape = (n,)."""
    different, which = np.unique(n_units, return_inverse=True)
    free = np.maximum(different - 1, 1)
    t = _students(np.full(len(free), _NORMAL.inv_cdf(1 - tail)), free.astype(np.float64))
    tails = np.array([_NORMAL.cdf(-x) for x in (t * np.sqrt(different / free)).tolist()])
    return np.where(different < 2, 0.0, tails)[which]


def contracted(distance: Floats, n_units: Ints) -> Floats:
    """How far, in standard deviations of a normal distribution, what lies `distance` of the draws'
    deviations away really is: the way of `expanded` back. Both shapes are (n,).

    With a single unit nothing is far.
    """
    free = np.maximum(n_units - 1, 1).astype(np.float64)
    goal = distance * np.sqrt(free / np.maximum(n_units, 1))
    x = goal.copy()
    for _ in range(_MOST_STEPS):
        step = (_students(x, free) - goal) / _students_slope(x, free)
        x -= step
        if (np.abs(step) <= _SETTLED * np.abs(x)).all():
            break
    return np.where(n_units < 2, 0.0, x)


def contracted_tails(parts: Floats, n_units: Ints) -> Floats:
    """The `tail` of which `expanded` makes each part of the draws, shape = (n,); 0 of 0."""
    inside = np.clip(parts, _LEAST, 1 - np.finfo(float).eps)
    far = np.array([-_NORMAL.inv_cdf(part) for part in inside.tolist()])
    near = contracted(far, n_units)
    tails = np.array([_NORMAL.cdf(-x) for x in near.tolist()])
    return np.where(parts > 0, tails, 0.0)


def _students(x: Floats, free: Floats) -> Floats:
    """Quantile of Student's t at the place of the normal quantile `x`: the series of Abramowitz and
    Stegun, 26.7.5."""
    y = x * x
    first = (y + 1) / (4 * free)
    second = ((5 * y + 16) * y + 3) / (96 * free**2)
    third = (((3 * y + 19) * y + 17) * y - 15) / (384 * free**3)
    return np.asarray(x * (1 + first + second + third))


def _students_slope(x: Floats, free: Floats) -> Floats:
    y = x * x
    first = (3 * y + 1) / (4 * free)
    second = ((25 * y + 48) * y + 3) / (96 * free**2)
    third = (((21 * y + 95) * y + 51) * y - 15) / (384 * free**3)
    return np.asarray(1 + first + second + third)


def unanimous(share: Floats, n_units: Ints, tail: float) -> tuple[Floats, Floats]:
    """Interval of a share when all independent units agree, where resampling always agrees too.

    If a part q of all people say the same as these `n_units` did, the chance of seeing only them is
    q^n_units; so q is at least tail^(1 / n_units) at this confidence (Clopper and Pearson, 1934),
    and everybody else may say the opposite.
    """
    agreeing = tail ** (1 / n_units)
    return agreeing * share, 1 - agreeing * (1 - share)
