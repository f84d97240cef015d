"""A board for each language, topic, noise, station …: the same votes, sorted by what they share."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ranker.board import Board
from ranker.contexts import InContext, in_context, lacking_in
from ranker.count import Tally
from ranker.counts import of_tally
from ranker.ranking import Resample, board_of
from ranker.scale import NATURAL, Scale
from ranker.sources import Source, listed
from ranker.verdict import count

FEWEST = 50
"""Votes of a slice below which it is only counted, unless said otherwise."""
_NAMED = 12
"""Slices with too few votes that a sentence names, the largest of them."""


Labels = Mapping[tuple[str, str], Mapping[str, str]]
"""(`battle_id` or `participant`, its value) -> columns."""

_NO_SLICES = frozenset(
    ("battle_id", "vote_id", "model_a", "model_b", "winner", "language_a", "language_b")
)


class NoSuchColumn(Exception):
    """No vote has this column; says which ones there are."""


@dataclass(frozen=True, slots=True)
class Sliced:
    by: str
    boards: Mapping[str, Board]
    """By value, in the order of the values."""
    small: Mapping[str, int]
    """Votes of the slices that have too few to be ranked."""
    unknown: int
    """Votes of which the column is not known."""

    def to_json(self) -> dict[str, Any]:
        """Plain values for strict JSON."""
        boards = {value: board.to_json() for value, board in self.boards.items()}
        return {"by": self.by, "boards": boards, "small": self.small, "unknown": self.unknown}


def rank_by(
    sources: Source | Iterable[Source],
    by: str,
    *,
    labels: Path | None = None,
    fewest: int = FEWEST,
    bootstraps: int = 10_000,
    confidence: float = 0.95,
    seed: int = 0,
    include_simulated: bool = False,
    resample: Resample = "auto",
    prior: float = 0.0,
    scale: Scale = NATURAL,
) -> Sliced:
    """Rank each slice of the votes by itself; the other arguments as for `rank`.

    `by`: `language`, `noise`, `station`, `study`, `device`, `day`, a column of `labels`, or of the
    plain votes. `labels`: a CSV file with a column `battle_id` or `participant` that says whose the
    other columns are (topics, groups of participants). Raises NoSuchColumn, OSError for a file that
    cannot be read, ValueError for one without either column, and what `rank` raises.
    """
    every = listed(sources)
    battles, _ = in_context(every, include_simulated=include_simulated, problems=[])
    return sliced(
        battles,
        by,
        lacking=lacking_in(every),
        labels=labels,
        fewest=fewest,
        bootstraps=bootstraps,
        confidence=confidence,
        seed=seed,
        resample=resample,
        prior=prior,
        scale=scale,
    )


def sliced(
    battles: Sequence[InContext],
    by: str,
    *,
    lacking: str = "",
    labels: Path | None = None,
    fewest: int = FEWEST,
    **options: Any,
) -> Sliced:
    """The same of battles that were read already; `options` as for `board_of`. `lacking` is what
    `lacking_in` says of where they are from."""
    told = _labels(labels)
    slices: defaultdict[str | None, list[InContext]] = defaultdict(list)
    for one in battles:
        slices[_value(one, by, told)].append(one)
    unknown = len(slices.pop(None, []))
    if not slices and unknown:
        said = f"No vote has {by!r}. {_offered(battles, told)} {lacking}"
        raise NoSuchColumn(said.rstrip())
    boards, small = {}, {}
    for value in sorted(filter(None, slices)):
        votes = slices[value]
        if len(votes) < fewest:
            small[value] = len(votes)
        else:
            boards[value] = board_of(of_tally(_tally(votes)), **options)
    return Sliced(by, boards, small, unknown)


def _offered(battles: Iterable[InContext], told: Labels) -> str:
    """What votes can be sorted by: words, and no vote's own."""
    columns = {name for row in told.values() for name, value in row.items() if value}
    for one in battles:
        columns |= {name for name, known in one.context.items() if known and isinstance(known, str)}
    offered = sorted(columns - _NO_SLICES)
    return f"There are: {', '.join(offered)}." if offered else "There is nothing to sort them by."


def _tally(battles: Iterable[InContext]) -> Tally:
    counted = Tally()
    for one in battles:
        counted.n_seen += 1
        counted.count(one.battle)
    return counted


def _labels(path: Path | None) -> Labels:
    """Raises ValueError where the file says two things of one battle or participant."""
    if path is None:
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
        keys = [key for key in ("battle_id", "participant") if rows and key in rows[0]]
    if not keys:
        raise ValueError(f"{path} has no row, or no column battle_id or participant.")
    told: dict[tuple[str, str], Mapping[str, str]] = {}
    for row in rows:
        # Of one battle, nothing is said of its participant's other battles.
        key = next((key for key in keys if row.get(key)), None)
        if key is not None and told.setdefault((key, row[key]), row) != row:
            raise ValueError(f"{path} says two things of {key} {row[key]!r}: leave one.")
    return told


def _value(
    one: InContext, by: str, told: Mapping[tuple[str, str], Mapping[str, str]]
) -> str | None:
    labels = (
        told.get(("battle_id", one.battle.id or ""), {}),
        told.get(("participant", one.battle.participant or ""), {}),
        one.context,
    )
    value = next((known[by] for known in labels if known.get(by) not in (None, "")), None)
    return None if value is None else str(value)


def caution(sliced: Sliced) -> str:
    """What no board says of the others; empty of a single one."""
    n = len(sliced.boards)
    if n < 2:
        return ""
    return (
        f"{sliced.by}: {n} boards, each by itself. P among all pairs allows for the pairs of one "
        f"board, not for {n} boards, and whether two boards differ is not tested."
    )


def summary(sliced: Sliced) -> str:
    """What is not ranked, in a sentence; empty where all is."""
    largest = sorted(sliced.small, key=lambda value: -sliced.small[value])[:_NAMED]
    named = {value: n for value, n in sliced.small.items() if value in largest}
    parts = [f"{value} ({count(n, 'vote')})" for value, n in named.items()]
    if others := len(sliced.small) - len(named):
        n = sum(sliced.small.values()) - sum(named.values())
        parts.append(f"{others:,} others ({count(n, 'vote')})")
    if sliced.unknown:
        parts.append(f"not known ({count(sliced.unknown, 'vote')})")
    return f"Too few to rank: {', '.join(parts)}." if parts else ""
