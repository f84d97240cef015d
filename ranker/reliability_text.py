"""Reliability for a terminal: one participant a line."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ranker.ended import ended
from ranker.left_out import in_words
from ranker.reliability import Rate, Reliability, Time, Voter
from ranker.text import in_columns
from ranker.verdict import count

_SHORTEST_ID = 6
_READING = (
    "Each cell: the rate, its exact 95 % interval, and on how many votes it rests. Same system and "
    "same text: no preference said. Repeats: the same answer preferred with the slots swapped. "
    "Same side: left, of the repeats that chose one side twice. Gold: the better one preferred. "
    "Left: of all votes for a side. Seconds: median time to the first vote."
)


def render(found: Reliability) -> str:
    """The whole of it as text that ends without a line break."""
    head = f"{count(len(found.voters), 'participant')}, each by itself."
    blocks = ["\n".join(f"Doubtful: {doubt}" for doubt in found.doubts), head]
    if found.voters:
        blocks += [_table(found.voters), _READING]
    used = sum(voter.votes for voter in found.voters)
    tail = [*found.notices, *filter(None, [ended(found.states)])]
    tail.append(f"{count(found.n_seen, 'battle')} seen, {found.n_seen - used:,} of them not used.")
    tail += [
        f"  {in_words(left.rule, left.count)}, for example {left.example}"
        for left in found.exclusions
    ]
    return "\n\n".join(block for block in (*blocks, "\n".join(tail)) if block)


def _table(voters: Sequence[Voter]) -> str:
    header = (
        "Participant",
        "Votes",
        "Same system",
        "Same text",
        "Repeats",
        "Same side",
        "Gold",
        "Left",
        "Seconds",
    )
    names = _short([voter.participant for voter in voters])
    rows = [
        (
            name,
            f"{voter.votes:,}",
            *(_rate(r) for r in (voter.same_system, voter.same_text, voter.repeats)),
            *(_rate(r) for r in (voter.same_side, voter.gold, voter.left)),
            _time(voter.time),
        )
        for name, voter in zip(names, voters, strict=True)
    ]
    return in_columns(header, rows, left=(0,))


def _short(names: Sequence[str]) -> list[str]:
    """The shortest ends of keys that differ: their beginnings are times, and alike."""
    length = _SHORTEST_ID
    while len({name[-length:] for name in names}) < len(set(names)):
        length += 1
    return [f"…{name[-length:]}" if len(name) > length else name for name in names]


def _rate(rate: Rate) -> str:
    if not rate.of:
        return "–"
    return f"{100 * rate.part:.0f} % ({100 * rate.low:.0f}–{100 * rate.high:.0f}) of {rate.of:,}"


def _time(time: Time) -> str:
    if not time.of:
        return "–"
    bounds = f" ({time.low_ms / 1000:.1f}–{time.high_ms / 1000:.1f})"
    return f"{time.median_ms / 1000:.1f}{bounds if math.isfinite(time.high_ms) else ''}"
