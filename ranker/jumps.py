"""An alarm: one rule leaves out far more of the latest battles than of those before.

A worker that began to fail, a microphone that was unplugged, a participant who gave up: each shows
first in how many battles count for nothing, and a board alone would not tell.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import comb

from ranker.left_out import in_words

LATEST = 20
"""Battles of a station that are held against all before."""
FEWEST_BEFORE = 20
ALARM = 0.001
"""Chance of so many or more among the latest, were they dealt among all at random (Fisher's exact
test, one-sided), below which it is told. A thousand battles hold fifty such twenties: a false alarm
in one of twenty studies of that size."""
_EXPECTED = ("kind ", "simulated", "cannot judge")
"""Rules that the study itself, or a voter's judgement, explains."""


@dataclass(slots=True)
class History:
    """What left one station's battles out: enough to tell a jump, of any number of battles."""

    rules: Counter[str | None] = field(default_factory=Counter)
    """How many battles each rule left out; None: it counts."""
    latest: list[tuple[str, str | None]] = field(default_factory=list)
    """Battle's id and rule, of the `LATEST` whose ids sort last."""

    @classmethod
    def of(cls, battles: Iterable[tuple[str, str | None]]) -> History:
        found = list(battles)
        return cls(Counter(rule for _, rule in found), _last(found))

    def __add__(self, other: History) -> History:
        """Of the battles of both, which must be other battles."""
        return History(self.rules + other.rules, _last([*self.latest, *other.latest]))


def jumps(by_station: Mapping[str, Iterable[tuple[str, str | None]]]) -> tuple[str, ...]:
    """Sentences on rules whose rate jumped.

    `by_station`: station -> (battle's id, rule that left it out or None). Ids sort by time, as the
    UUIDs of version 7 do that stations give.
    """
    return jumps_in({station: History.of(found) for station, found in by_station.items()})


def jumps_in(histories: Mapping[str, History]) -> tuple[str, ...]:
    """The same from histories by station."""
    found = []
    for station in sorted(histories):
        where = f" at station {station}" if len(histories) > 1 else ""
        found += [sentence + where + "." for sentence in _of_one(histories[station])]
    return tuple(found)


def _last(battles: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    return sorted(battles, key=lambda battle: battle[0])[-LATEST:]


def _of_one(history: History) -> Iterable[str]:
    latest = Counter(rule for _, rule in history.latest)
    n_latest, n_all = latest.total(), history.rules.total()
    n_before = n_all - n_latest
    if n_before < FEWEST_BEFORE:
        return
    for rule in sorted(rule for rule in latest if rule and not rule.startswith(_EXPECTED)):
        now, marked = latest[rule], history.rules[rule]
        if at_least(now, n_latest, marked, n_all) < ALARM:
            yield (
                f"Left out: {in_words(rule, now)} of the latest {n_latest} battles, "
                f"{marked - now:,} of the {n_before:,} before"
            )


def at_least(seen: int, drawn: int, marked: int, of: int) -> float:
    """Chance that `drawn` of `of`, at random, hold `seen` or more of the `marked`."""
    ways = sum(
        comb(marked, hit) * comb(of - marked, drawn - hit)
        for hit in range(seen, min(drawn, marked) + 1)
    )
    return ways / comb(of, drawn)
