"""Components in which all independent units pull alike, so that no resample moves a score.

Twenty votes that all are ties, or twelve people of whom each votes as the others do, give the same
maximum however they are drawn. An interval of no width would say that everybody in the world
agrees with them. As in `ranker.quantiles.unanimous`, a part tail^(1 / n) of all people may be
those who say what these n units did, and everybody else the opposite: a bound of a system's score
is the maximum of the table in which they do so in all battles of this system.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranker.connectivity import Bools
from ranker.fit import Floats
from ranker.point import Point
from ranker.sandwich import residuals
from ranker.standing import SAME_SCORE, standing
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table

_GLANCE = 2
"""People who are looked at first: hardly ever do even two pull alike."""


@dataclass(frozen=True, slots=True)
class Alike:
    which: Bools
    """Shape = (n_systems,), as all below: in such a component."""
    low: Floats
    """Bounds of the coefficients, measured from the board's origin; nan for the others."""
    high: Floats
    share_low: Floats
    share_high: Floats
    may: Bools
    """Whether row can be told to be above column of the same component; shape = (n_systems,
    n_systems), all true but for systems that are alike."""
    n_units: int
    """Those who agree, in the component of which most do; 0 where there is none."""


def alike_of(table: Table, point: Point, tail: float, by_person: bool) -> Alike:
    """`tail`: part of the truth that a bound leaves outside."""
    n_systems = len(table.systems)
    low, high, share_low, share_high = np.full((4, n_systems), np.nan)
    which, may, most = np.zeros(n_systems, bool), np.ones((n_systems, n_systems), bool), 0
    wins = table.wins(table.votes.totals[None].astype(np.float64))[0]
    for part in map(np.array, point.components):
        inside = np.isin(table.first, part) & np.isin(table.second, part)
        cells = np.repeat(inside, OUTCOMES_OF_A_PAIR)
        if not inside.any() or not _pull_alike(table, point, cells, by_person):
            continue
        n_units = int(table.votes.how_many(1, by_person, np.where(cells, 0, -1))[0])
        agreeing = tail ** (1 / n_units)
        tables = np.concatenate([_turned(wins, part, agreeing), _turned(wins.T, part, agreeing)])
        tables[len(part) :] = np.swapaxes(tables[len(part) :], -1, -2)
        found = standing(tables, point.origin, prior=table.prior)
        of, down, up = np.arange(len(part)), slice(len(part)), slice(len(part), None)
        low[part], high[part] = found.beta[down][of, part], found.beta[up][of, part]
        share_low[part], share_high[part] = found.share[down][of, part], found.share[up][of, part]
        stays_above = found.above[down][of, part][:, part]
        stays_below = found.above[up][of, :, part][:, part]
        may[np.ix_(part, part)] = stays_above & stays_below.T
        which[part], most = True, max(most, n_units)
    return Alike(which, low, high, share_low, share_high, may, most)


def _turned(wins: Floats, part: Ints, agreeing: float) -> Floats:
    """One table for each system of `part`, which loses what does not agree with `wins`."""
    tables = np.repeat(wins[None], len(part), axis=0)
    met = wins + wins.T
    for one, k in zip(tables, part, strict=True):
        one[k, part] = agreeing * wins[k, part]
        one[part, k] = met[part, k] - one[k, part]
    return tables


def _pull_alike(table: Table, point: Point, cells: Bools, by_person: bool) -> bool:
    """Whether every unit pulls at the coefficients as every other does, with its votes in `cells`.

    A resample has as many units as the data, so it then pulls as the data do: not at all.
    """
    pulls = np.where(cells, residuals(table, point), 0.0)
    units = table.votes
    if not by_person:
        drawn = units.totals > 0
        return bool((np.abs(pulls[drawn]) <= SAME_SCORE).all()) or int(drawn.sum()) == 1
    for n_people in (min(_GLANCE, units.n_people), units.n_people):
        entry = units.person < n_people
        pull = units.count[entry] * pulls[units.cell[entry]]
        pair = units.cell[entry] // OUTCOMES_OF_A_PAIR
        place = units.person[entry] * len(table.systems)
        sums = np.bincount(place + table.first[pair], pull, n_people * len(table.systems))
        sums -= np.bincount(place + table.second[pair], pull, n_people * len(table.systems))
        if (np.ptp(sums.reshape(n_people, -1), axis=0) > SAME_SCORE).any():
            return False
    return True
