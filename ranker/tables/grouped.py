"""Counts from what an engine has grouped: the rules are asked once for each kind of row.

An engine gives equal rows once, with their number. It knows no rule: what counts, and under which
name the rest is left out, is decided here, by `ranker.votes` and `ranker.count`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranker.count import EXAMPLE_CHARS, Exclusion, example_of, tally
from ranker.counts import Counted, of_tally
from ranker.parts.counting import beside
from ranker.parts.entry import Story
from ranker.parts.rows import Numbers, Rows
from ranker.parts.rules import Ids, Rules
from ranker.parts.tallied import counted_rows
from ranker.votes import Battle, Malformed, Refused, System, from_vote, text

RAW = ("station", "study", "participant", "simulated", "model_a", "model_b", "winner")
"""What tells rows with the same id apart."""


class OddValues(Exception):
    """Some value is nothing that a vote may hold, so every row has to be looked at by itself."""


class LacksColumns(Exception):
    """There is no column without which there are no votes; says which, as the rest of a
    sentence."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """What an engine found."""

    columns: Mapping[str, Sequence[Any]]
    """By column of `RAW`: of each group of rows that differ in nothing but their ids."""
    named: Sequence[bool]
    """Whether they have ids; those without are groups of their own."""
    count: Sequence[int]
    first: Sequence[str | None]
    """The id that an exclusion would name."""
    duplicates: int
    """Copies of rows that are told the same everywhere, less one each."""
    duplicate: str | None
    """The first of their ids."""
    apart: Sequence[Mapping[str, Any]]
    """Rows whose ids are told differently: to be looked at by themselves."""
    latest: Sequence[Mapping[str, Any]]
    """Of every station the rows whose ids sort last, as many as `jumps.LATEST`."""


def count_grouped(found: Grouped, include_simulated: bool) -> Counted:
    """Raises OddValues."""
    rows = _rows(found)
    rules = Rules(include_simulated)
    rule = rules.of(rows)
    counted = counted_rows(rows, rule, rules.names, _ids(rows, rule, rules, found))
    if found.duplicates:
        example = str(found.duplicate)[:EXAMPLE_CHARS]
        counted += beside([Exclusion("duplicate", found.duplicates, example)])
    if found.apart:
        counted += of_tally(tally(map(from_vote, found.apart), include_simulated))
    return counted


def _ids(rows: Rows, rule: Numbers, rules: Rules, found: Grouped) -> Ids:
    """The few battles that are named."""
    examples: dict[int, str] = {}
    for k in np.flatnonzero(rule >= 0).tolist():
        story, alone = rows.stories[rows.story[k]], rows.a[k] == rows.b[k]
        battle = Battle(
            found.first[k],
            story.station,
            story.study,
            None,
            story.simulated,
            story.kind,
            story.state,
            rows.systems[rows.a[k]],
            rows.systems[rows.a[k] if alone else rows.b[k]],
            story.choice,
        )
        said = example_of(battle, rules.names[rule[k]])[:EXAMPLE_CHARS]
        examples[int(rule[k])] = min(examples.get(int(rule[k]), said), said)
    latest: dict[str, list[tuple[str, int]]] = {}
    for row in found.latest:
        one = from_vote(row)
        if isinstance(one, Refused):
            raise OddValues
        number = rules.number(_story(one), one.a == one.b)
        latest.setdefault(one.station or "", []).append((str(one.id), number))
    return Ids(examples, latest)


def _rows(found: Grouped) -> Rows:
    codes, values = {}, {}
    for name in RAW:
        codes[name], values[name] = _coded(found.columns[name])
    told = ("station", "study", "simulated", "winner")
    where, first = _combined([codes[name] for name in told])
    stories = [_told({name: values[name][codes[name][k]] for name in told}) for k in first.tolist()]
    systems, places = _systems(values["model_a"], values["model_b"])
    person, first = _combined([codes["station"], codes["participant"]])
    people = [
        (values["station"][codes["station"][k]], values["participant"][codes["participant"][k]])
        for k in first.tolist()
    ]
    known = [(_known(station), _known(name)) for station, name in people]
    who = np.array([k if name else -1 for k, (_, name) in enumerate(known)], np.int32)
    return Rows(
        story=where,
        who=who[person] if len(who) else person,
        a=places[0][codes["model_a"]],
        b=places[1][codes["model_b"]],
        stories=tuple(stories),
        people=tuple(known),
        systems=systems,
        count=np.asarray(found.count, np.int64),
        named=np.asarray(found.named, bool),
    )


def _coded(column: Sequence[Any]) -> tuple[Numbers, list[Any]]:
    """Numbers for values, and the values."""
    place: dict[Any, int] = {}
    numbers = [place.setdefault(value, len(place)) for value in column]
    return np.array(numbers, np.int32), list(place)


def _combined(codes: Sequence[Numbers]) -> tuple[Numbers, NDArray[np.intp]]:
    """Numbers for combinations, and a row of each."""
    key = np.zeros(len(codes[0]), np.int64)
    for column in codes:
        key = key * (int(column.max(initial=0)) + 1) + column
        _, key = np.unique(key, return_inverse=True)  # small again before the next
    _, first, where = np.unique(key, return_index=True, return_inverse=True)
    return where.astype(np.int32), first


def _told(row: Mapping[str, Any]) -> Story:
    one = from_vote({"model_a": "one", "model_b": "other", **row})
    if isinstance(one, Refused):
        raise OddValues
    return _story(one)


def _story(one: Battle) -> Story:
    return Story(one.station, one.study, one.simulated, one.kind, one.state, one.choice)


def _systems(*sides: list[Any]) -> tuple[tuple[System, ...], list[Numbers]]:
    place: dict[System, int] = {}
    try:
        places = [
            [place.setdefault(System(text({"model": name}, "model")), len(place)) for name in side]
            for side in sides
        ]
    except Malformed:
        raise OddValues from None
    return tuple(place), [np.array(side, np.int32) for side in places]


def _known(name: Any) -> str:
    """Of a station or a participant; empty where it is unknown."""
    if name is None:
        return ""
    if not isinstance(name, str) or not name.isprintable():
        raise OddValues
    return name
