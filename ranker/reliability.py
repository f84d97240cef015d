"""How far each participant's votes can be relied on: from battles whose best answer is known.

What is measured, of one person at a time:

    same system   one system in both slots, asked twice: how often no preference was said
    same text     one answer in both slots: likewise; here any preference is a mistake
    repeats       an earlier battle again, slots swapped: how often the same answer was preferred
    same side     of the repeats where it was not, and a side was chosen both times: how often left
    gold          a pair with a known better system: how often that was preferred
    left          of all votes for a side: how often it was the left one
    time          from both answers shown to the first vote, its median

A tie and “both bad” are no preference. A vote that could not judge is counted and is in no rate.
Practice is in nothing. Nothing here enters a leaderboard, which counts `normal` battles only.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ranker.board import plain
from ranker.count import Exclusion, Tally, settled
from ranker.intervals import exact_interval, median_interval
from ranker.parts.reading import battles_in
from ranker.parts.store import store_at
from ranker.read import read_export
from ranker.votes import CANNOT_JUDGE, Battle, Refused, why_not_voted

RELIABILITY_SCHEMA = 1
CONFIDENCE = 0.95
SAME_SYSTEM, SAME_TEXT, REPEAT, GOLD = "same_system", "same_text", "swapped_repeat", "gold"
PRACTICE = "practice"
_OTHER_SIDE = {"a": "b", "b": "a"}


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something was so, with its exact interval."""

    part: float
    """In [0, 1]; nan where it could not be seen."""
    low: float
    high: float
    count: int
    of: int
    """What it rests on."""


@dataclass(frozen=True, slots=True)
class Time:
    """A median with its interval, milliseconds; infinite bounds where there are too few."""

    median_ms: float
    low_ms: float
    high_ms: float
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """One participant of one station. See the top of this file for what is measured."""

    participant: str
    station: str
    votes: int
    """Of all battles but practice."""
    cannot_judge: int
    same_system: Rate
    same_text: Rate
    repeats: Rate
    same_side: Rate
    gold: Rate
    left: Rate
    time: Time


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    voters: tuple[Voter, ...]
    """By station and participant."""
    doubts: tuple[str, ...]
    """Sentences on what speaks against an export as a whole."""
    notices: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    """By rule: `n_seen` = the voters' votes + the sum of their counts."""
    n_seen: int
    states: Mapping[str, int] = field(default_factory=dict)
    """State -> battles, each once."""
    confidence: float = CONFIDENCE

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON; infinite is the text `inf` or `-inf`, nan is null."""
        values: dict[str, Any] = {"schema": RELIABILITY_SCHEMA, **plain(asdict(self))}
        return values


def reliability(
    exports: Iterable[str | os.PathLike[str]], *, include_simulated: bool = False
) -> Reliability:
    """Of everybody in exported folders and parts stores, each by itself: people are not added up.

    Raises ranker.read.NoSuchExport for a folder that is neither, and of stores UnreadablePart and
    NeedsLibrary.
    """
    problems: list[str] = []
    tally = Tally()
    found = (battle for folder in exports for battle in _battles(folder, problems))
    by_person, unknown = _votes_by_person(found, tally, include_simulated)
    voters = tuple(_voter(*person, battles) for person, battles in sorted(by_person.items()))
    return Reliability(
        voters=voters,
        doubts=tuple(sorted(set(problems))),
        notices=_notices(voters, unknown),
        exclusions=tally.exclusions,
        n_seen=tally.n_seen,
        states=dict(sorted(tally.states.items())),
    )


def _battles(folder: str | os.PathLike[str], problems: list[str]) -> Iterator[Battle | Refused]:
    store = store_at(folder)
    return read_export(Path(folder), problems) if store is None else battles_in(store, problems)


def _votes_by_person(
    found: Iterable[Battle | Refused], tally: Tally, include_simulated: bool
) -> tuple[dict[tuple[str, str], list[Battle]], int]:
    """(station, participant) -> their votes; and how many repeats came without their first vote."""
    by_person: dict[tuple[str, str], list[Battle]] = defaultdict(list)
    for battle in settled(found, tally):
        rule = why_not_voted(battle, include_simulated)
        if rule is None and battle.kind == PRACTICE:
            rule = "kind practice"
        if rule is None and battle.participant is None:
            rule = "no participant"
        if rule is None:
            by_person[battle.station or "", str(battle.participant)].append(battle)
        else:
            tally.exclude(rule, battle.id or "a vote without an id")
    unknown = sum(len(_repeats(battles)[1]) for battles in by_person.values())
    return by_person, unknown


def _voter(station: str, participant: str, votes: Sequence[Battle]) -> Voter:
    judged = [battle for battle in votes if battle.choice != CANNOT_JUDGE]
    by_kind: dict[str, list[Battle]] = defaultdict(list)
    for battle in judged:
        by_kind[battle.kind].append(battle)
    pairs, _ = _repeats(judged)
    same = [_preferred(first) == _preferred(again) for first, again in pairs]
    sides = [
        first.choice
        for first, again in pairs
        if first.choice == again.choice and first.choice in _OTHER_SIDE
    ]
    gold = [b for b in by_kind[GOLD] if b.gold_better in (b.a.id, b.b.id)]
    times = [battle.time_to_vote_ms for battle in votes if battle.time_to_vote_ms is not None]
    return Voter(
        participant=participant,
        station=station,
        votes=len(votes),
        cannot_judge=len(votes) - len(judged),
        same_system=_rate(b.choice not in _OTHER_SIDE for b in by_kind[SAME_SYSTEM]),
        same_text=_rate(b.choice not in _OTHER_SIDE for b in by_kind[SAME_TEXT]),
        repeats=_rate(same),
        same_side=_rate(side == "a" for side in sides),
        gold=_rate(_preferred(b) == b.gold_better for b in gold),
        left=_rate(b.choice == "a" for b in judged if b.choice in _OTHER_SIDE),
        time=Time(*median_interval(times, CONFIDENCE), of=len(times)),
    )


def _repeats(votes: Sequence[Battle]) -> tuple[list[tuple[Battle, Battle]], list[Battle]]:
    """First and second vote of every repeat; and the repeats whose first is not among the votes."""
    by_id = {battle.id: battle for battle in votes}
    again = [battle for battle in votes if battle.kind == REPEAT]
    pairs = [(by_id[b.repeats], b) for b in again if b.repeats in by_id]
    return pairs, [battle for battle in again if battle.repeats not in by_id]


def _preferred(battle: Battle) -> str | None:
    """The id of the system that was preferred; None for no preference."""
    sides: Mapping[str | None, str] = {"a": battle.a.id, "b": battle.b.id}
    return sides.get(battle.choice)


def _rate(seen: Iterable[bool]) -> Rate:
    told = list(seen)
    count, of = sum(told), len(told)
    part = count / of if of else float("nan")
    return Rate(part, *exact_interval(count, of, CONFIDENCE), count, of)


def _notices(voters: Sequence[Voter], unknown: int) -> tuple[str, ...]:
    checks = sum(
        rate.of
        for voter in voters
        for rate in (voter.same_system, voter.same_text, voter.repeats, voter.gold)
    )
    nothing = "No vote on a calibration battle: only sides and times are known."
    lost = f"{unknown:,} repeated without their first vote in these exports."
    nobody = bool(voters) and not checks and not unknown
    return (nothing,) * nobody + (lost,) * (unknown > 0)
