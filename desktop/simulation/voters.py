"""Simulated participants: what they prefer is known, so that a ranking can be held against it.

A voter reads two texts and knows nothing else. Behind each text stands the merit the simulation
planted for whoever wrote it. The choice is a Rao-Kupper comparison (Rao and Kupper 1967: the better
one wins where it leads by more than a threshold) with four human failings: tastes that differ, a
lean to the left card, carelessness, and fatigue: carelessness that grows with every battle.
"""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ui.state import Vote


@dataclass(frozen=True, slots=True)
class Crowd:
    """What simulated participants have in common."""

    merits: Mapping[str, float]
    """Text or system -> merit, in natural-log units of odds."""
    taste: float = 0.3
    """Standard deviation of one participant's liking of a system about its merit."""
    left_lean: float = 0.1
    """Added to the merit of whatever stands on the left."""
    careless: float = 0.05
    """Share of a participant's first votes that are given without reading."""
    fatigue: float = 0.005
    """What that share grows by with each battle."""
    tie_width: float = 0.4
    """Half of the lead below which two answers are as good as each other."""
    bad_below: float = -0.8
    """Where both are worse than this, a tie is `both bad`."""


_CARELESS = (Vote.A, Vote.B, Vote.TIE)


def planted(systems: Sequence[str]) -> dict[str, float]:
    """Merits from 1 to -1, the first of the study's systems the best."""
    steps = max(1, len(systems) - 1)
    return {system: 1.0 - 2.0 * number / steps for number, system in enumerate(systems)}


class Voter:
    """One participant. A vote depends on the crowd, the seed and what is read, on nothing else."""

    def __init__(self, crowd: Crowd, seed: int) -> None:
        self._crowd = crowd
        self._random = random.Random(seed)
        self._likes = {
            name: merit + self._random.gauss(0.0, crowd.taste)
            for name, merit in sorted(crowd.merits.items())
        }

    def vote(self, left: str, right: str, number: int) -> Vote:
        """On battle `number` of a session, from 1. Raises KeyError for a text that nobody wrote."""
        crowd, random_ = self._crowd, self._random
        a, b = self._likes[left] + crowd.left_lean, self._likes[right]
        if random_.random() < crowd.careless + crowd.fatigue * (number - 1):
            return random_.choice(_CARELESS)
        lead = a - b + _logistic(random_)
        if abs(lead) > crowd.tie_width:
            return Vote.A if lead > 0 else Vote.B
        return Vote.BOTH_BAD if max(a, b) < crowd.bad_below else Vote.TIE

    def goes_on(self) -> bool:
        """Whether another turn comes before the vote; half of the time."""
        return self._random.random() < 0.5

    def likes_more(self, one: str, other: str) -> bool:
        """Of two texts. Raises KeyError for one that nobody wrote."""
        return self._likes[one] >= self._likes[other]


def _logistic(random_: random.Random) -> float:
    share = min(max(random_.random(), 1e-12), 1 - 1e-12)
    return math.log(share / (1 - share))


def true_points(crowd: Crowd, a: str, b: str, battles: int) -> float:
    """Of `a` against `b`, per battle, over all participants, both slots and a session of `battles`.

    A win is one point, a tie or `both bad` a half. Exact but for the quadrature over tastes (Gauss
    and Hermite, 40 nodes).
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    apart = crowd.merits[a] - crowd.merits[b] + math.sqrt(2.0) * crowd.taste * nodes
    read = 0.0
    for lean in (crowd.left_lean, -crowd.left_lean):
        wins = _odds(apart + lean - crowd.tie_width)
        losses = _odds(-apart - lean - crowd.tie_width)
        points = wins + (1.0 - wins - losses) / 2.0
        read += float((points * weights).sum() / weights.sum()) / 2.0
    careless = [min(1.0, crowd.careless + crowd.fatigue * number) for number in range(battles)]
    unread = sum(careless) / battles
    return (1.0 - unread) * read + unread / 2.0


def _odds(lead: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1.0 / (1.0 + np.exp(-lead))
