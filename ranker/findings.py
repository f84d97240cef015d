"""Arrays back into rows, pairs and sentences that name systems."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ranker import verdict as words
from ranker.board import BoardRow, Group, PairCount, SlotBalance
from ranker.bootstrap import Draws
from ranker.fit import Floats
from ranker.point import Point
from ranker.quantiles import expanded, interval, shares, unanimous
from ranker.standing import SAME_SCORE
from ranker.table import OUTCOMES_OF_A_PAIR, Ints, Table, Units


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
        """A system's id; with its version where two of them are on the board; with its fingerprint
        where one version has two."""
        systems = self.table.systems
        ids = Counter(system.id for system in systems)
        versions = Counter((system.id, system.version) for system in systems)
        return [
            system.id
            + f"@{system.version or 'unknown'}" * (ids[system.id] > 1)
            + f"#{(system.fingerprint or 'unknown')[:6]}"
            * (versions[system.id, system.version] > 1)
            for system in systems
        ]

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
        return self._tails(table.votes.how_many(len(table.systems), self.by_person, *groups))

    def _tails(self, n_units: Ints) -> Floats:
        return np.array([expanded(self.tail, int(n)) for n in n_units])

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
        share_low, share_high = _clipped(*interval(self.draws.share, tails), share)
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
                note=words.row_note(float(beta[k]), float(unbounded[k])),
            )
            for k in self.order
        )

    def pairs(self) -> tuple[PairCount, ...]:
        cells = self.table.votes.totals
        share, low, high = self._shares(self.table.votes, self.draws.pair_share)
        place = {system: at for at, system in enumerate(self.order)}
        found = []
        for pair, (i, j) in enumerate(zip(self.table.first, self.table.second, strict=True)):
            upright = place[i] < place[j]
            won, lost, level = cells[pair * OUTCOMES_OF_A_PAIR : (pair + 1) * OUTCOMES_OF_A_PAIR]
            bad = self.table.both_bad[pair]
            bounds = (share[pair], low[pair], high[pair])
            count = PairCount(
                first=self.names[i if upright else j],
                second=self.names[j if upright else i],
                wins=int(won if upright else lost),
                losses=int(lost if upright else won),
                ties=int(level - bad),
                both_bad=int(bad),
                points=float(bounds[0] if upright else 1 - bounds[0]),
                low=float(bounds[1] if upright else 1 - bounds[2]),
                high=float(bounds[2] if upright else 1 - bounds[1]),
            )
            found.append((sorted((place[i], place[j])), count))
        return tuple(count for _, count in sorted(found, key=lambda item: item[0]))

    def slot(self) -> SlotBalance:
        share, low, high = self._shares(self.table.slots, self.draws.slot_share)
        return SlotBalance(float(share[0]), float(low[0]), float(high[0]))

    def _shares(self, units: Units, draws: Floats) -> tuple[Floats, Floats, Floats]:
        """Share of points and its bounds for each three cells of `units`."""
        totals = units.totals.reshape(-1, OUTCOMES_OF_A_PAIR)
        share = shares(units.totals[None].astype(np.float64))[0]
        group: Ints = np.arange(units.n_cells) // OUTCOMES_OF_A_PAIR
        n_units = units.how_many(len(totals), self.by_person, group)
        low, high = _clipped(*interval(draws, self._tails(n_units)), share)
        agreed = (totals > 0).sum(axis=1) == 1
        agreed_low, agreed_high = unanimous(share, n_units, self.tail)
        return (
            share,
            np.where(agreed, np.minimum(low, agreed_low), low),
            np.where(agreed, np.maximum(high, agreed_high), high),
        )

    def groups(self) -> tuple[Group, ...]:
        within = self.point.standing.within[0]
        best_first = [
            sorted(part, key=lambda k: (_downwards(within[k]), k)) for part in self.point.components
        ]
        return tuple(
            Group(tuple(self.names[k] for k in part), tuple(float(within[k]) for k in part))
            for part in best_first
        )

    def verdict(self, n_participants: int) -> str:
        placed = [k for k in self.order if self.point.placed[k]]
        others = [k for k in self.order if not self.point.placed[k]]
        level = [
            k
            for k in placed[1:]
            if 1 - self.draws.above[placed[0], k] > min(self.tails[placed[0]], self.tails[k])
        ]
        called = self.called
        return words.verdict(called(placed), called(others), called(level), n_participants)

    def notices(self) -> tuple[str, ...]:
        sentences = [
            words.groups_notice([[*map(self.call, group.systems)] for group in self.groups()]),
            words.origin_notice(self.called(self.point.origin), self.called(self.order)),
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


def _clipped(low: Floats, high: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Bounds of a share: an open one ends at 0 or 1, and the estimate is never outside."""
    return np.fmin(np.maximum(low, 0), share), np.fmax(np.minimum(high, 1), share)
