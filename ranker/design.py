"""Battles as columns of numbers, for models that look at every vote by itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ranker.contexts import InContext
from ranker.fit import Floats
from ranker.naming import names_of
from ranker.table import Ints
from ranker.votes import system_order

POINTS = {"a": 1.0, "b": 0.0, "tie": 0.5, "both_bad": 0.5}


@dataclass(frozen=True, slots=True)
class Design:
    """Shape = (n_votes,) each."""

    names: list[str]
    a: Ints
    b: Ints
    """Indices into `names`."""
    points: Floats
    """Of slot a: 1, 0 or 0.5."""
    unit: Ints
    """Number of the person who voted; somebody unknown is a new person at every vote."""


def design_of(battles: Sequence[InContext]) -> Design:
    """Systems sorted by what names them."""
    systems = sorted({s for one in battles for s in (one.battle.a, one.battle.b)}, key=system_order)
    place = {system: k for k, system in enumerate(systems)}
    n = len(battles)
    return Design(
        names_of(systems),
        np.fromiter((place[one.battle.a] for one in battles), np.int64, n),
        np.fromiter((place[one.battle.b] for one in battles), np.int64, n),
        np.fromiter((POINTS[str(one.battle.choice)] for one in battles), np.float64, n),
        np.fromiter(_units(battles), np.int64, n),
    )


def _units(battles: Sequence[InContext]) -> Iterator[int]:
    place: dict[object, int] = {}
    for k, one in enumerate(battles):
        known = one.battle.participant
        who: object = k if known is None else (one.battle.station or "", known)
        place.setdefault(who, len(place))
        yield place[who]
