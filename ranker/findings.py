"""Arrays back into rows, pairs and sentences that name systems."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranker import verdict as words
from ranker.board import BoardRow, Distribution, Fragile, Group, PairCount, SlotBalance
from ranker.bootstrap import Draws
from ranker.distribution import distribution
from ranker.fit import Floats
from ranker.fragility import fragility
from ranker.naming import names_of
from ranker.pair_counts import clipped, pair_counts, shares_of
from ranker.point import Point
from ranker.quantiles import expanded_tails, interval
from ranker.sandwich import spreads
from ranker.standing import SAME_SCORE
from ranker.table import OUTCOMES_OF_A_PAIR, Table


@dataclass(frozen=True)
class Findings:
    """What fit and resamples found; indices are those of `table.systems`."""

    table: Table
    point: Point
    draws: Draws
    tail: float
    """Part of the truth that an interval leaves outside on either side."""
    by_person: bool
    call: Callable[[str], str]
    """What sentences call the system with this name."""

    @cached_property
    def names(self) -> list[str]:
        return names_of(self.table.systems)

    @cached_property
    def order(self) -> list[int]:
        """Best first; what cannot be compared last. Equal scores are in the order of their ids."""
        now = self.point.standing
        n_above = now.above[0].sum(axis=0)

        def place(k: int) -> tuple[bool, float, int, int]:
            unknown = bool(np.isnan(now.beta[0, k]))
            return unknown, 0 if unknown else _downwards(now.beta[0, k]), int(n_above[k]), k

        return sorted(range(len(n_above)), key=place)

    @cached_property
    def tails(self) -> Floats:
        """Part of the draws to cut on either side, per system."""
        table = self.table
        groups = [np.repeat(side, OUTCOMES_OF_A_PAIR) for side in (table.first, table.second)]
        n_units = table.votes.how_many(len(table.systems), self.by_person, *groups)
        return expanded_tails(self.tail, n_units)

    @cached_property
    def se(self) -> Floats:
        return spreads(self.table, self.point, self.by_person)

    @cached_property
    def se_votes(self) -> Floats:
        return spreads(self.table, self.point, by_person=False) if self.by_person else self.se

    @cached_property
    def first_in(self) -> Floats:
        """Shape = (n_systems,): see `BoardRow.first_in`. In no resample is a system above one that
        cannot be placed, so that its worst rank allows for all of these."""
        placed = self.point.placed
        worst_of_the_first = 1 + int((~placed).sum())
        part = (self.draws.worst == worst_of_the_first).mean(axis=0)
        return np.where(placed & (placed.sum() > 1), part, np.nan)

    def about(self, fragile: Fragile | None) -> str:
        """`fragile` in words."""
        if fragile is None:
            return ""
        first, rival = self.call(fragile.first), self.call(fragile.rival)
        n_votes = int(self.table.votes.count.sum())
        other = self.call(fragile.participants_rival or fragile.rival)
        without = fragile.votes, fragile.participants
        return words.fragile_notice(first, rival, other, n_votes, *without)

    def widths(self, n_known: int) -> tuple[float, float]:
        """Mean standard error of the scores with people as units, and with votes; nan where too few
        people are known to speak of them. Of the systems that have one (`ranker.sandwich`)."""
        if n_known < words.FEW_PEOPLE:  # and somebody unknown would be a person at every vote
            return math.nan, math.nan
        people = self.se if self.by_person else spreads(self.table, self.point, by_person=True)
        known = np.isfinite(people) & np.isfinite(self.se_votes)
        if not known.any():
            return math.nan, math.nan
        return float(people[known].mean()), float(self.se_votes[known].mean())

    def named(self, systems: Iterable[int]) -> tuple[str, ...]:
        """Names in the order of the board."""
        wanted = set(systems)
        return tuple(self.names[k] for k in self.order if k in wanted)

    def called(self, systems: Iterable[int]) -> tuple[str, ...]:
        """As sentences call them, in the order of the board."""
        return tuple(self.call(name) for name in self.named(systems))

    def rows(self) -> tuple[BoardRow, ...]:
        beta, share = self.point.standing.beta[0], self.point.standing.share[0]
        placed, tails = self.point.placed, self.tails
        low, high = interval(self.draws.beta, tails)
        low = np.where(placed, np.minimum(low, beta), -np.inf)
        high = np.where(placed, np.maximum(high, beta), np.inf)
        share_low, share_high = clipped(*interval(self.draws.share, tails), share)
        best, _ = interval(self.draws.best.astype(np.float64), tails)
        _, worst = interval(self.draws.worst.astype(np.float64), tails)
        votes = self.table.wins(self.table.votes.totals[None].astype(np.float64))[0]
        n_votes = (votes + votes.T).sum(axis=1)
        unbounded = (~np.isfinite(self.draws.beta)).mean(axis=0)
        return tuple(
            BoardRow(
                system=self.names[k],
                beta=float(beta[k]),
                low=float(low[k]),
                high=float(high[k]),
                share=float(share[k]),
                share_low=float(share_low[k]),
                share_high=float(share_high[k]),
                rank_low=int(best[k]),
                rank_high=int(worst[k]),
                votes=round(n_votes[k]),
                first_in=float(self.first_in[k]),
                se=float(self.se[k]),
                se_votes=float(self.se_votes[k]),
                note=words.row_note(float(beta[k]), float(unbounded[k])),
            )
            for k in self.order
        )

    def distributions(self) -> tuple[Distribution, ...]:
        return tuple(
            found
            for k in self.order
            if (found := distribution(self.names[k], self.draws.beta[:, k])) is not None
        )

    def slot(self) -> SlotBalance:
        found = shares_of(self.table.slots, self.draws.slot_share, self.tail, self.by_person)
        return SlotBalance(float(found.share[0]), float(found.low[0]), float(found.high[0]))

    def pairs(self) -> tuple[PairCount, ...]:
        found = shares_of(self.table.votes, self.draws.pair_share, self.tail, self.by_person)
        place = {system: at for at, system in enumerate(self.order)}
        return pair_counts(self.table, found, self.draws.pair_share, place, self.names, self.call)

    def fragile(self, n_known: int) -> Fragile | None:
        """How little holds up the first place, where there is one."""
        placed = [k for k in self.order if self.point.placed[k]]
        if len(placed) < 2 or not self.point.standing.bounded[0]:
            return None
        found = fragility(self.table, placed[0], placed[1:], self.point.standing.within[0])
        if found is None:
            return None
        names = self.names
        first, rival = names[found.first], names[found.rival]
        nobody_left = found.people == self.table.votes.n_people
        if not n_known or nobody_left or found.people_rival is None:
            return Fragile(first, rival, found.votes, None, None)
        return Fragile(first, rival, found.votes, found.people, names[found.people_rival])

    def groups(self) -> tuple[Group, ...]:
        within = self.point.standing.within[0]
        best_first = [
            sorted(part, key=lambda k: (_downwards(within[k]), k)) for part in self.point.components
        ]
        return tuple(
            Group(tuple(self.names[k] for k in part), tuple(float(within[k]) for k in part))
            for part in best_first
        )

    @cached_property
    def level(self) -> list[int]:
        """Systems that cannot be told from the first."""
        placed = [k for k in self.order if self.point.placed[k]]
        return [
            k
            for k in placed[1:]
            if 1 - self.draws.above[placed[0], k] > min(self.tails[placed[0]], self.tails[k])
        ]

    @property
    def leader(self) -> str | None:
        """The one that is ahead of every other; None where the votes cannot say."""
        decided = bool(self.point.placed.all()) and len(self.order) > 1 and not self.level
        return self.names[self.order[0]] if decided else None

    def verdict(self, n_participants: int) -> str:
        placed, others = self._placed_and_others()
        return words.verdict(placed, others, self.called(self.level), n_participants)

    def _placed_and_others(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        placed = self.point.placed
        return self.called(np.flatnonzero(placed)), self.called(np.flatnonzero(~placed))

    def notices(self) -> tuple[str, ...]:
        sentences = [
            words.groups_notice([[*map(self.call, group.systems)] for group in self.groups()]),
            words.origin_notice(self.called(self.point.origin), self.called(self.order)),
            words.best_notice(*self._placed_and_others()),
        ]
        unbounded = float((~self.draws.bounded).mean())
        if unbounded and len(self.point.components) == 1:
            sentences.append(
                f"In {words.percent(unbounded)} of the resamples some system has no finite score; "
                "intervals are open where that reaches them."
            )
        return tuple(sentence for sentence in sentences if sentence)


def _downwards(score: float) -> float:
    """To sort by, best first; scores that only rounding tells apart are equal."""
    return -round(float(score) / SAME_SCORE) if math.isfinite(score) else -score
