"""What can be said where resamples of the data cannot differ: where all independent units agree.

**Between components of the data's win graph** one side took every point, so it takes every point in
each resample too. If a part q of all people say what the n units between two components said, the
chance of seeing only them is q^n; so q is at least tail^(1 / n) at this confidence (Clopper and
Pearson, 1934; `ranker.quantiles.unanimous` says the same of a pair). So every resample is fitted
again with a part 1 - q of the points given to the side that lost all of them. This second fit has
a finite maximum where the first has none: it bounds a score on the side on which the score is not
endless, and what is above by the first fit is so only where the second agrees.

More than two components are softened all at once, and then each alone: points that another
component gets back must not speak for the one in question. Of a component of which nothing can be
told when all are softened nothing is told.

**Within a component** whose units all pull alike, no resample moves a score: see `ranker.alike`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.alike import Alike, alike_of
from ranker.connectivity import Bools, reachability
from ranker.fit import Floats
from ranker.point import Point
from ranker.standing import standing
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table


@dataclass(frozen=True, slots=True)
class Limits:
    """Indices are those of `Table.systems`."""

    kept: Floats
    """Part of its points that the row keeps against the column, in each pessimistic fit; shape =
    (n_fits, n_systems, n_systems), the first with all components softened; empty where the data
    have one component."""
    starts: Floats
    """Coefficients of the data by each of these fits, with mean 0 inside every component of it;
    shape = (n_fits, n_systems)."""
    open: Bools
    """Shape = (n_systems,): of which no fit was made that could bound a score."""
    apart: Bools
    """Whether two systems are in different components; shape = (n_systems, n_systems)."""
    may: Bools
    """Whether resamples can tell row to be above column at all; same shape."""
    told: Bools
    """Shape = (n_systems,): has a finite score, or is above or below all that it can be compared
    with in other components by the pessimistic fits of the data too."""
    tied: Bools
    """Shape = (n_systems,): some chain of battles ties it to the systems that scores are measured
    from; it is compared with nobody where there is none."""
    alike: Alike


def limits_of(table: Table, point: Point, tail: float, by_person: bool) -> Limits:
    """`tail`: part of the truth that an interval leaves outside on either side."""
    wins = table.wins(table.votes.totals[None].astype(np.float64))
    component = np.zeros(len(table.systems), np.int64)
    for number, part in enumerate(point.components):
        component[part] = number
    apart = component[:, None] != component
    reach = point.standing.above[0] & apart
    kept, alone = _fits(table, point, component, reach, tail, by_person)
    fits = standing(softened(wins, kept), point.origin)
    agreed = reach & fits.above.all(axis=0)
    decided = agreed | agreed.T | ~(reach | reach.T)
    met = (wins[0] + wins[0].T) > 0
    tied: Bools = np.asarray(reachability(met)[:, point.origin].all(axis=1))
    alike = alike_of(table, point, tail, by_person)
    return Limits(
        kept=kept,
        starts=fits.within,
        open=~point.placed & ~alone,
        apart=apart,
        may=np.where(apart, agreed, alike.may) & tied[:, None] & tied,
        told=point.placed | (tied & decided.all(axis=1)),
        tied=tied,
        alike=alike,
    )


def softened(wins: Floats, kept: Floats) -> Floats:
    """Tables in which the row keeps only a part of its points and the column gets the rest."""
    return np.asarray(wins * kept + np.swapaxes(wins * (1 - kept), -1, -2))


def _fits(
    table: Table, point: Point, component: Ints, reach: Bools, tail: float, by_person: bool
) -> tuple[Floats, Bools]:
    """`Limits.kept`, and which systems are in a component that was softened alone.

    That is left out where the first fit says already that nothing can be told of a component.
    """
    crossed = np.unique(component[reach.any(axis=0) | reach.any(axis=1)])
    if not len(crossed):
        return np.empty((0, *reach.shape)), np.zeros(len(reach), bool)
    everywhere = _kept(table, component, reach, tail, by_person)
    if len(crossed) == 2:  # either alone is both
        return everywhere[None], np.isin(component, crossed)
    wins = table.wins(table.votes.totals[None].astype(np.float64))
    agreed = reach & standing(softened(wins, everywhere), point.origin).above[0]
    some = np.unique(component[agreed.any(axis=0) | agreed.any(axis=1)])
    fits = [everywhere]
    for one in some:
        mine = component == one
        fits.append(np.where(mine[:, None] | mine, everywhere, 1.0))
    return np.array(fits), np.isin(component, some)


def _kept(table: Table, component: Ints, reach: Bools, tail: float, by_person: bool) -> Floats:
    """With all components softened, as in `Limits`."""
    n = int(component.max()) + 1
    side, other = component[table.first], component[table.second]
    group = np.where(side == other, -1, np.minimum(side, other) * n + np.maximum(side, other))
    units = table.votes.how_many(n * n, by_person, np.repeat(group, OUTCOMES_OF_A_PAIR))
    between = units.reshape(n, n) + units.reshape(n, n).T
    agreeing = tail ** (1 / np.maximum(between, 1))
    return np.where(reach, agreeing[component[:, None], component], 1.0)
