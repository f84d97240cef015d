"""An alarm: one rule leaves out far more of the latest battles than of those before.

A worker that began to fail, a microphone that was unplugged, a participant who gave up: each shows
first in how many battles count for nothing, and a board alone would not tell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import comb

LATEST = 20
"""Battles of a station that are held against all before."""
FEWEST_BEFORE = 20
ALARM = 0.001
"""Chance of so many or more among the latest, were they dealt among all at random (Fisher's exact
test, one-sided), below which it is told. A thousand battles hold fifty such twenties: a false alarm
in one of twenty studies of that size."""
_EXPECTED = ("kind ", "simulated", "cannot judge")
"""Rules that the study itself, or a voter's judgement, explains."""


def jumps(by_station: Mapping[str, Iterable[tuple[str, str | None]]]) -> tuple[str, ...]:
    """Sentences on rules whose rate jumped.

    `by_station`: station -> (battle's id, rule that left it out or None). Ids sort by time, as the
    UUIDs of version 7 do that stations give.
    """
    found = []
    for station in sorted(by_station):
        rules = [rule for _, rule in sorted(by_station[station], key=lambda pair: pair[0])]
        where = f" at station {station}" if len(by_station) > 1 else ""
        found += [sentence + where + "." for sentence in _of_one(rules)]
    return tuple(found)


def _of_one(rules: Sequence[str | None]) -> Iterable[str]:
    before, latest = rules[:-LATEST], rules[-LATEST:]
    if len(before) < FEWEST_BEFORE:
        return
    for rule in sorted({rule for rule in latest if rule and not rule.startswith(_EXPECTED)}):
        now, then = latest.count(rule), before.count(rule)
        if at_least(now, len(latest), now + then, len(rules)) < ALARM:
            yield (
                f"“{rule}” left out {now} of the latest {len(latest)} battles, {then:,} of the "
                f"{len(before):,} before"
            )


def at_least(seen: int, drawn: int, marked: int, of: int) -> float:
    """Chance that `drawn` of `of`, at random, hold `seen` or more of the `marked`."""
    ways = sum(
        comb(marked, hit) * comb(of - marked, drawn - hit)
        for hit in range(seen, min(drawn, marked) + 1)
    )
    return ways / comb(of, drawn)
