"""Why rows are not counted, as numbers, and the battles that are named for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ranker.count import EXAMPLE_CHARS, voted
from ranker.jumps import LATEST
from ranker.parts.entry import Entry, Story
from ranker.parts.keys import Keys
from ranker.parts.rows import Numbers, Rows
from ranker.votes import STATES, Battle, System, why_not_counted

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

COUNTS, NOT_KEPT = -1, -2
"""In the place of a rule's number."""


class Rules:
    """Numbers for rules: of a story, and whether one system met itself."""

    def __init__(self, include_simulated: bool) -> None:
        self.names: list[str] = []
        self._simulated = include_simulated
        self._known: dict[tuple[Story, bool], int] = {}

    def number(self, story: Story, alone: bool) -> int:
        """Place in `names`, or `COUNTS`."""
        known = self._known.get((story, alone))
        if known is None:
            rule = why_not_counted(_battle(story, alone), self._simulated)
            if rule is not None and rule not in self.names:
                self.names.append(rule)
            known = COUNTS if rule is None else self.names.index(rule)
            self._known[story, alone] = known
        return known

    def of(self, rows: Rows) -> Numbers:
        """Of every row."""
        table = [[self.number(story, alone) for alone in (False, True)] for story in rows.stories]
        alone = (rows.a == rows.b).astype(np.int8)
        numbers: Numbers = np.array(table, np.int32).reshape(-1, 2)[rows.story, alone]
        return numbers


def _battle(story: Story, alone: bool) -> Battle:
    """Somebody's battle with this story, for a rule that asks no more."""
    one = System("one")
    other = one if alone else System("other")
    return Battle(None, story.station, story.study, None, *story[2:5], one, other, story.choice)


@dataclass(frozen=True, slots=True)
class Ids:
    """The few battles that are named."""

    examples: dict[int, str]
    """By the number of the rule that left them out."""
    latest: dict[str, list[tuple[str, int]]]
    """By station: id and number of the rule, at least the `jumps.LATEST` last."""


def noted(entries: Iterable[Entry], different: Keys, rules: Rules) -> Ids | None:
    """From what the entries noted; None where they noted a battle that is not kept."""
    not_kept = set(different.tolist())
    examples: dict[int, str] = {}
    latest: dict[str, dict[str, int]] = {}
    for entry in entries:
        for story, alone, text, key in entry.examples:
            number = rules.number(entry.stories[story], alone)
            if number != COUNTS and key in not_kept:
                return None
            examples[number] = min(examples.get(number, text), text)
        for station, battles in entry.latest.items():
            for battle in battles:
                if battle.key in not_kept:
                    return None
                number = rules.number(entry.stories[battle.story], battle.alone)
                latest.setdefault(station, {})[battle.id] = number
    return Ids(examples, {name: list(some.items()) for name, some in latest.items()})


def searched(connection: Connection, rows: Rows, rule: Numbers) -> Ids:
    """The same from all ids."""
    odd = [story.state not in STATES for story in rows.stories]
    ends = [
        repr(story.state) if strange else voted(story.choice)
        for story, strange in zip(rows.stories, odd, strict=True)
    ]
    connection.register("flags", {"number": rule, "place": rows.story})
    connection.register(
        "ends",
        {
            "place": np.arange(len(ends), dtype=np.int32),
            "said": np.array([f": {end}" if end else "" for end in ends], object),
        },
    )
    examples = connection.execute(
        f"SELECT number, min(left(battle_id || said, {EXAMPLE_CHARS}))"
        " FROM (FROM votes POSITIONAL JOIN flags) JOIN ends USING (place)"
        " WHERE number >= 0 GROUP BY number"
    ).fetchall()
    latest = connection.execute(
        "SELECT coalesce(station, ''),"
        f" max_by({{'id': battle_id, 'number': number}}, battle_id, {LATEST})"
        f" FROM votes POSITIONAL JOIN flags WHERE number <> {NOT_KEPT} GROUP BY 1"
    ).fetchall()
    return Ids(
        dict(examples),
        {station: [(one["id"], one["number"]) for one in some] for station, some in latest},
    )
