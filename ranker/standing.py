"""Where systems stand in tables of wins; infinite where the likelihood has no maximum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools, reachability, strongly_connected
from ranker.fit import Floats, fit
from ranker.prior import phantom_of, with_phantom
from ranker.table import Ints

SAME_SCORE = 1e-9
"""Coefficients closer than this are equal: far above rounding, far below what votes can show."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Systems against each other in every table."""

    beta: Floats
    """Shape = (n_tables, n_systems), natural log, measured from the mean of the origin systems.

    +inf or -inf where a system is above or below the origin without limit, nan where it cannot be
    compared with it. Always the limit of what the likelihood prefers, never where a search stopped.
    """
    share: Floats
    """exp(beta), divided by its sum over the systems; in the limit, where a table has no finite
    maximum, and nan where it has no limit: nobody is above, or level with, all others."""
    above: Bools
    """Shape = (n_tables, n_systems, n_systems): row is above column, by any margin."""
    within: Floats
    """Shape as `beta`: coefficients with mean 0 inside every component; always finite."""
    bounded: Bools
    """Shape = (n_tables,): whether a finite maximum exists for the whole table."""


def standing(
    wins: Floats, origin: Ints, start: Floats | None = None, prior: float = 0.0
) -> Standing:
    """Compare systems in every table of `wins`, shape = (n_tables, n_systems, n_systems).

    `origin` are the systems whose mean is zero; `start` is where the search for the maximum begins;
    `prior` as in `ranker.prior`.
    """
    if prior:
        start = None if start is None else np.append(start, phantom_of(start[None]))
        return _without_phantom(standing(with_phantom(wins, prior), origin, start))
    scored = wins > 0
    bounded = strongly_connected(scored)
    reach = np.ones(wins.shape, bool)
    reach[~bounded] = reachability(scored[~bounded])
    back = np.swapaxes(reach, -1, -2)
    same = reach & back
    within = fit(wins, same, start)
    gap = within[:, :, None] - within[:, None, :]
    with np.errstate(invalid="ignore"):  # inf - inf is nan, and that is what is meant
        limit = np.where(reach, np.inf, np.where(back, -np.inf, np.nan))
        beta = np.where(same, gap, limit)[:, :, origin].mean(axis=-1)
    return Standing(
        beta=beta,
        share=_shares(within, np.asarray(reach.all(axis=-1))),
        above=np.where(same, gap > SAME_SCORE, reach),
        within=within,
        bounded=bounded,
    )


def _shares(within: Floats, on_top: Bools) -> Floats:
    """`on_top`, shape as `within`: the component from which all others are reached, if any."""
    height = np.where(on_top, within, -np.inf).max(axis=-1, keepdims=True)
    height[np.isinf(height)] = np.nan
    power = np.where(on_top, np.exp(np.where(on_top, within - height, 0.0)), 0.0 * height)
    return np.asarray(power / power.sum(axis=-1, keepdims=True))


def _without_phantom(full: Standing) -> Standing:
    """Without the last system; with it, every table has a finite maximum."""
    within = full.within[:, :-1] - full.within[:, :-1].mean(axis=-1, keepdims=True)
    power = np.exp(within - within.max(axis=-1, keepdims=True))
    return Standing(
        beta=full.beta[:, :-1],
        share=power / power.sum(axis=-1, keepdims=True),
        above=full.above[:, :-1, :-1],
        within=within,
        bounded=full.bounded,
    )
