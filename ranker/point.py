"""Where the data themselves place the systems, and from where scores are measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools, components, reachability
from ranker.standing import Standing, standing
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table

ANCHORED = 5
"""Independent units that a system must have won and lost points with to be part of the origin. A
resample leaves out all five of them with a chance of exp(-5), under 1 %: fewer than any tail."""


@dataclass(frozen=True, slots=True)
class Point:
    """The maximum of the likelihood of the data, one table."""

    standing: Standing
    components: list[list[int]]
    """Indices of systems, upper components before lower ones."""
    origin: Ints
    placed: Bools
    """Shape = (n_systems,): has a finite score."""


def point_of(table: Table, by_person: bool) -> Point:
    """Fit the data.

    Scores are measured from the mean of all systems, as in the paper. Only where that mean would be
    worthless is it taken over fewer. First, when the data have no finite maximum, over the largest
    component, if one is larger than all others; the rest is infinite or not comparable. Second,
    over the anchored systems (`ANCHORED`), if there are two or more: a newcomer that lost a single
    time has no upper limit in a third of the resamples, and as a part of the mean it would make
    everybody's interval infinite. The choice depends on the counts alone, never on random numbers.
    With a prior every mean is worth something.
    """
    wins = table.wins(table.votes.totals[None].astype(np.float64))
    everybody = np.arange(len(table.systems))
    if table.prior:
        now = standing(wins, everybody, prior=table.prior)
        return Point(now, [everybody.tolist()], everybody, np.ones(len(everybody), bool))
    found = components(reachability(wins[0] > 0))
    sizes = [len(component) for component in found]
    reference = everybody
    if max(sizes) > 1 and sizes.count(max(sizes)) == 1:
        reference = np.array(found[sizes.index(max(sizes))])
    anchored = reference[_anchored(table, reference, by_person)]
    origin = anchored if len(anchored) > 1 else reference
    now = standing(wins, origin)
    return Point(now, found, origin, np.isfinite(now.beta[0]))


def _anchored(table: Table, among: Ints, by_person: bool) -> Bools:
    """Which of `among` won points with and lost points to enough units, in battles among them."""
    n_systems = len(table.systems)
    inside = np.isin(table.first, among) & np.isin(table.second, among)
    inside = np.repeat(inside, OUTCOMES_OF_A_PAIR)
    enough = np.ones(n_systems, bool)
    for lost in (False, True):
        groups = [np.where(inside, group, -1) for group in table.scorers(lost)]
        enough &= table.votes.how_many(n_systems, by_person, *groups) >= ANCHORED
    return enough[among]
