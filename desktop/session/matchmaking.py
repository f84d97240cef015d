"""Who meets whom: seeded draws that can be made again from what is stored with each battle.

Pure: no clock, no database, no global random state. A sampler says how likely each unordered pair
is; which of the two stands left is one rule for all of them (`_orders`): the order that this
participant saw less often, else the one that was shown less often over the study, else either.

    sampler    a pair is drawn
    balanced   from those shown least often
    uniform    from all, alike
    weighted   from all, in proportion to the product of both systems' weights
    adaptive   one time in five from all alike, else in proportion to the sum of both systems'
               intervals: where the ranking knows least
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

from desktop.session.chance import among, one_of

OrderedPair = tuple[str, str]
"""(system in slot a, system in slot b)."""
Chances = Mapping[OrderedPair, Fraction]
"""Unordered pair, its systems sorted -> how likely it is; they sum to 1."""

BALANCED = "balanced-2"
UNIFORM = "uniform-1"
WEIGHTED = "weighted-1"
ADAPTIVE = "adaptive-1"
CALIBRATION = "calibration-1"
"""Names and versions of the rules below; stored with every draw. A change needs a new one."""

ALIKE_PART = Fraction(1, 5)
"""Of the adaptive draws, those that are uniform: every pair keeps a chance, whatever is known."""
WIDEST = 10.0
"""Width, in natural-log units of a score, of what nobody knows: odds of 150 to 1 either way."""


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each ordered pair counts so far; what is missing was not shown."""

    study: Mapping[OrderedPair, int] = field(default_factory=dict)
    """Over the study, on this station."""
    block: Mapping[OrderedPair, int] = field(default_factory=dict)
    """To this participant."""

    def and_one(self, pair: OrderedPair) -> Counts:
        """With this pair shown once more, to this participant."""
        return Counts(_one_more(self.study, pair), _one_more(self.block, pair))


@dataclass(frozen=True, slots=True)
class Draw:
    """One drawn ordered pair and what is needed to draw it again."""

    a: str
    b: str
    probability: float
    """Of this ordered pair, given the state; in (0, 1]."""
    seed: int
    step: int
    sampler: str
    state: Mapping[str, Any]
    """Everything the sampler knew, as JSON values: `drawn_again` needs nothing else."""


def balanced(systems: Sequence[str], shown: Counts, *, seed: int, step: int) -> Draw:
    """From the pairs shown least over the study, of those the ones this participant saw least.

    Raises ValueError for fewer than two systems, as the others do.
    """
    pairs = _pairs(systems)
    for counts in (shown.study, shown.block):
        least = min(_both_ways(counts, pair) for pair in pairs)
        pairs = [pair for pair in pairs if _both_ways(counts, pair) == least]
    return _draw(BALANCED, systems, _alike(pairs), shown, {}, seed=seed, step=step)


def uniform(systems: Sequence[str], shown: Counts, *, seed: int, step: int) -> Draw:
    """From all pairs alike."""
    return _draw(UNIFORM, systems, _alike(_pairs(systems)), shown, {}, seed=seed, step=step)


def weighted(
    systems: Sequence[str], weights: Mapping[str, float], shown: Counts, *, seed: int, step: int
) -> Draw:
    """In proportion to the product of both systems' weights; 1 where none is given, 0 never.

    Raises ValueError unless two systems weigh more than nothing, and for a weight that is negative
    or no number.
    """
    own = {system: _not_negative(weights.get(system, 1.0)) for system in systems}
    products = {(a, b): Fraction(own[a]) * Fraction(own[b]) for a, b in _pairs(systems)}
    total = sum(products.values())
    if not total:
        raise ValueError("a battle needs two systems that weigh more than nothing")
    chances = {pair: product / total for pair, product in products.items() if product}
    return _draw(WEIGHTED, systems, chances, shown, {"weights": own}, seed=seed, step=step)


def adaptive(
    systems: Sequence[str], widths: Mapping[str, float], shown: Counts, *, seed: int, step: int
) -> Draw:
    """Where the intervals are widest; `widths` of systems' scores, `WIDEST` where none is given.

    Raises ValueError for a width that is negative or no number.
    """
    own = {system: _not_negative(widths.get(system, WIDEST)) for system in systems}
    chances = dict(_alike(_pairs(systems)))
    sums = {(a, b): Fraction(own[a]) + Fraction(own[b]) for a, b in chances}
    if total := sum(sums.values()):
        for pair, width in sums.items():
            chances[pair] = ALIKE_PART * chances[pair] + (1 - ALIKE_PART) * width / total
    return _draw(ADAPTIVE, systems, chances, shown, {"widths": own}, seed=seed, step=step)


def calibration(
    pairs: Sequence[OrderedPair],
    shown: Counts,
    *,
    seed: int,
    step: int,
    known: Mapping[str, Any] | None = None,
) -> Draw:
    """For a battle that checks the voter: one of these ordered pairs; one system may be both.

    From those that this participant saw least, of those the ones shown least over the study;
    `shown` counts battles of the same kind. `known` is kept with the state. Raises ValueError for
    no pairs.
    """
    if not pairs:
        raise ValueError("there is no pair for this battle")
    left = list(dict.fromkeys(pairs))
    state = {"pairs": [list(pair) for pair in left], "known": dict(known or {}), **_kept(shown)}
    for counts in (shown.block, shown.study):
        least = min(counts.get(pair, 0) for pair in left)
        left = [pair for pair in left if counts.get(pair, 0) == least]
    a, b = left[one_of(len(left), seed=seed, step=step, what="pair")]
    return Draw(a, b, float(Fraction(1, len(left))), seed, step, CALIBRATION, state)


def drawn_again(sampler: str, state: Mapping[str, Any], *, seed: int, step: int) -> Draw:
    """The draw that is stored with these four.

    Raises ValueError for a sampler that this version does not know.
    """
    if sampler == CALIBRATION:
        pairs = [(a, b) for a, b in state["pairs"]]
        shown = _shown_of(state, pairs)
        return calibration(pairs, shown, seed=seed, step=step, known=state["known"])
    systems = state.get("systems", ())
    shown = _shown_of(state, permutations(systems, 2))
    if sampler == BALANCED:
        return balanced(systems, shown, seed=seed, step=step)
    if sampler == UNIFORM:
        return uniform(systems, shown, seed=seed, step=step)
    if sampler == WEIGHTED:
        return weighted(systems, state["weights"], shown, seed=seed, step=step)
    if sampler == ADAPTIVE:
        return adaptive(systems, state["widths"], shown, seed=seed, step=step)
    raise ValueError(f"no sampler {sampler!r} is known")


def _draw(
    sampler: str,
    systems: Sequence[str],
    chances: Chances,
    shown: Counts,
    known: Mapping[str, Any],
    *,
    seed: int,
    step: int,
) -> Draw:
    pairs = list(chances)
    pair = pairs[among([chances[pair] for pair in pairs], seed=seed, step=step, what="pair")]
    orders = _orders(pair, shown)
    a, b = orders[one_of(len(orders), seed=seed, step=step, what="order")]
    return Draw(
        a=a,
        b=b,
        probability=float(chances[pair] / len(orders)),
        seed=seed,
        step=step,
        sampler=sampler,
        # A pair's own probability is that of its order times how many orders it could have had.
        state={"systems": sorted(systems), "orders": len(orders), **known, **_kept(shown)},
    )


def _orders(pair: OrderedPair, shown: Counts) -> list[OrderedPair]:
    """Those of the two orders that may come next."""
    there, back = pair, (pair[1], pair[0])
    for counts in (shown.block, shown.study):
        ahead = counts.get(there, 0) - counts.get(back, 0)
        if ahead:
            return [back if ahead > 0 else there]
    return [there, back]


def _pairs(systems: Sequence[str]) -> list[OrderedPair]:
    names = sorted(set(systems))
    if len(names) < 2:
        raise ValueError("a battle needs two different systems")
    return list(combinations(names, 2))


def _alike(pairs: Sequence[OrderedPair]) -> Chances:
    return {pair: Fraction(1, len(pairs)) for pair in pairs}


def _both_ways(counts: Mapping[OrderedPair, int], pair: OrderedPair) -> int:
    return counts.get(pair, 0) + counts.get((pair[1], pair[0]), 0)


def _one_more(counts: Mapping[OrderedPair, int], pair: OrderedPair) -> Mapping[OrderedPair, int]:
    return {**counts, pair: counts.get(pair, 0) + 1}


def _not_negative(value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise ValueError(f"{value!r} is neither nothing nor more than nothing")
    return float(value)


def _kept(shown: Counts) -> dict[str, Any]:
    return {
        name: {f"{a}|{b}": n for (a, b), n in sorted(counts.items()) if n}
        for name, counts in (("shown", shown.study), ("block", shown.block))
    }


def _shown_of(state: Mapping[str, Any], pairs: Iterable[OrderedPair]) -> Counts:
    names = {f"{a}|{b}": (a, b) for a, b in pairs}
    study, block = (
        {names[name]: n for name, n in state.get(part, {}).items() if name in names}
        for part in ("shown", "block")
    )
    return Counts(study, block)
