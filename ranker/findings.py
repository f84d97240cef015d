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
from ranker.connectivity import Bools
from ranker.distribution import distribution
from ranker.fit import Floats
from ranker.fragility import fragility
from ranker.limits import Limits
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
    limits: Limits
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
        within, above = self.point.standing.within[0], self.point.standing.above[0]
        apart = self.limits.apart
        unknown = (apart & ~above & ~above.T)[:, self.point.origin].any(axis=1)
        component = {k: n for n, part in enumerate(self.point.components) for k in part}

        def place(k: int) -> tuple[bool, int, float, int]:
            return bool(unknown[k]), component[k], _downwards(within[k]), k

        return sorted(component, key=place)

    @cached_property
    def tails(self) -> Floats:
        """Part of the draws to cut on either side, per system."""
        table = self.table
        groups = [np.repeat(side, OUTCOMES_OF_A_PAIR) for side in (table.first, table.second)]
        n_units = table.votes.how_many(len(table.systems), self.by_person, *groups)
        return expanded_tails(self.tail, n_units)

    @cached_property
    def bounds(self) -> tuple[Floats, Floats]:
        """Of the scores, shape = (n_systems,)."""
        beta, alike = self.point.standing.beta[0], self.limits.alike
        low, high = _span(self.draws.least, self.draws.most, self.tails)
        low, high = np.fmin(low, alike.low), np.fmax(high, alike.high)
        nothing = np.isnan(beta) | self.limits.open
        low = np.where(nothing | (beta == -np.inf), -np.inf, np.minimum(low, beta))
        high = np.where(nothing | (beta == np.inf), np.inf, np.maximum(high, beta))
        return low, high

    @cached_property
    def share_bounds(self) -> tuple[Floats, Floats]:
        alike = self.limits.alike
        low, high = _span(self.draws.least_share, self.draws.most_share, self.tails)
        low, high = np.fmin(low, alike.share_low), np.fmax(high, alike.share_high)
        return clipped(low, high, self.share)

    @cached_property
    def share(self) -> Floats:
        now = self.point.standing
        return now.share[0] if now.bounded[0] else np.full(len(self.table.systems), np.nan)

    @cached_property
    def first_in(self) -> Floats:
        """Shape = (n_systems,): see `BoardRow.first_in`."""
        told, alike = self.limits.told, self.limits.alike.which
        part = self.draws.first.mean(axis=0)
        # Resamples that cannot differ tell nothing of who may be first, but of who cannot.
        unclear = alike & (part < 1) & (self.draws.best == 1).any(axis=0)
        return np.where(told & (told.sum() > 1) & ~unclear, part, np.nan)

    @cached_property
    def se(self) -> Floats:
        return self._spreads(self.by_person)

    def _spreads(self, by_person: bool) -> Floats:
        found = spreads(self.table, self.point, by_person)
        return np.where(self.limits.alike.which, np.nan, found)

    @cached_property
    def se_votes(self) -> Floats:
        return self._spreads(by_person=False) if self.by_person else self.se

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
        """Mean standard error of the scores with people as units, and with votes, over the systems
        of which an interval has two ends and that have one (`ranker.sandwich`); nan where too few
        people are known to speak of them."""
        if n_known < words.FEW_PEOPLE:  # and somebody unknown would be a person at every vote
            return math.nan, math.nan
        people = self.se if self.by_person else self._spreads(by_person=True)
        known = self.closed & np.isfinite(people) & np.isfinite(self.se_votes)
        if not known.any():
            return math.nan, math.nan
        return float(people[known].mean()), float(self.se_votes[known].mean())

    @property
    def closed(self) -> Bools:
        """Whose interval has two ends, both from resamples."""
        low, high = self.bounds
        return np.isfinite(low) & np.isfinite(high) & ~self.limits.alike.which

    def named(self, systems: Iterable[int]) -> tuple[str, ...]:
        """Names in the order of the board."""
        wanted = set(systems)
        return tuple(self.names[k] for k in self.order if k in wanted)

    def called(self, systems: Iterable[int]) -> tuple[str, ...]:
        """As sentences call them, in the order of the board."""
        return tuple(self.call(name) for name in self.named(systems))

    def rows(self) -> tuple[BoardRow, ...]:
        beta, share, tails = self.point.standing.beta[0], self.share, self.tails
        (low, high), (share_low, share_high) = self.bounds, self.share_bounds
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
                note=words.row_note(float(beta[k]), float(unbounded[k]), k in self.between),
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
        if len(self.order) < 2 or not self.point.standing.bounded[0]:
            return None
        top, *rivals = self.order
        found = fragility(self.table, top, rivals, self.point.standing.within[0])
        if found is None or not found.votes:  # level with the first already
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
    def told(self) -> list[int]:
        """Systems that have a place on the board, best first."""
        return [k for k in self.order if self.limits.told[k]]

    @cached_property
    def level(self) -> list[int]:
        """Systems that cannot be told from the first."""
        return [
            k
            for k in self.told[1:]
            if 1 - self.draws.above[self.told[0], k] > min(self.tails[self.told[0]], self.tails[k])
        ]

    @property
    def leader(self) -> str | None:
        """The one that is ahead of every other; None where the votes cannot say."""
        decided = bool(self.limits.told.all()) and len(self.order) > 1 and not self.level
        return self.names[self.order[0]] if decided else None

    @cached_property
    def between(self) -> set[int]:
        """Systems without a score that are above some and below others without limit."""
        across = self.point.standing.above[0] & self.limits.apart
        return set(np.flatnonzero(across.any(axis=0) & across.any(axis=1)).tolist())

    def verdict(self, n_participants: int) -> str:
        told, others = self._told_and_others()
        return words.verdict(
            told,
            others,
            self.called(self.level),
            n_participants,
            on_top=self.told == self.order[: len(told)],
            won_all=bool(self.told) and self._won_all(self.told[0]),
        )

    def _won_all(self, k: int) -> bool:
        """Whether it won every battle, and so has no score."""
        alone = [k] in self.point.components and not self.point.placed[k]
        return alone and not self.point.standing.above[0][:, k].any()

    def _told_and_others(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        told = self.limits.told
        return self.called(np.flatnonzero(told)), self.called(np.flatnonzero(~told))

    def notices(self) -> tuple[str, ...]:
        endless = np.flatnonzero(self.limits.told & ~self.point.placed).tolist()
        sentences = [
            words.groups_notice([[*map(self.call, group.systems)] for group in self.groups()]),
            words.origin_notice(
                self.called(self.point.origin),
                self.called(k for k in self.order if k not in endless),
                self.called(endless),
            ),
            words.best_notice(*self._told_and_others()),
            words.alike_notice(self.limits.alike.n_units, self.by_person),
        ]
        unbounded = float((~self.draws.bounded).mean())
        if unbounded and len(self.point.components) == 1:
            sentences.append(
                f"In {words.percent(unbounded)} of the resamples some system has no finite score; "
                "intervals are open where that reaches them."
            )
        return tuple(sentence for sentence in sentences if sentence)


def _span(least: Floats, most: Floats, tails: Floats) -> tuple[Floats, Floats]:
    return interval(least, tails)[0], interval(most, tails)[1]


def _downwards(score: float) -> float:
    """To sort by, best first; scores that only rounding tells apart are equal."""
    return -round(float(score) / SAME_SCORE)
