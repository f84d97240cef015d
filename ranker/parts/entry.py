"""What a store's manifest says of one part."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, NamedTuple

from ranker.parts.errors import UnreadablePart
from ranker.votes import System

PART_SCHEMA = 1
"""Of the Parquet columns and of this; raised when a program of today could misread them."""


class Story(NamedTuple):
    """What battles of a part have in common besides systems and person: few, and told once."""

    station: str | None
    study: str | None
    simulated: bool
    kind: str
    state: str
    choice: str | None


class Latest(NamedTuple):
    """One of a station's latest battles in a part."""

    id: str
    key: int
    story: int
    alone: bool
    """One system met itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One part. Its rows name systems, people and stories by their place in these lists."""

    content: str
    """SHA-256 of the battles.jsonl that it was made from, in hexadecimal; also its name."""
    source: str
    """Name of the exported folder."""
    program: str
    """Version of the program that took it in."""
    rows: int
    """Battles: lines less the refused ones."""
    size: int
    """Of the battles.jsonl, in bytes."""
    schema: int = PART_SCHEMA
    facts: int = 0
    """Which columns the part has besides those that every one has: as `facts.LAYOUT` counts them, 0
    for none."""
    sequence: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Station -> first and last `seq`, where the lines have one."""
    started: tuple[str, str] | None = None
    """First and last `started_utc`: labels, as the stations' clocks were set."""
    signer: str | None = None
    """Fingerprint of the key that signed it."""
    doubts: tuple[str, ...] = ()
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    """Rule -> how many lines, and an example: kept in the store's quarantine."""
    systems: tuple[System, ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    """(station, participant)."""
    stories: tuple[Story, ...] = ()
    examples: tuple[tuple[int, bool, str, int], ...] = ()
    """Story, whether one system met itself, the battle that an exclusion would name, its key."""
    latest: dict[str, tuple[Latest, ...]] = field(default_factory=dict)
    """Station -> the battles whose ids sort last, as many as `jumps.LATEST`."""

    @property
    def number(self) -> int:
        """What its rows say in their column `part`."""
        return int(self.content[:8], 16)

    def to_bytes(self) -> bytes:
        stations = list(dict.fromkeys(station for station, _ in self.people))
        place = {station: k for k, station in enumerate(stations)}
        people = [[place[station], name] for station, name in self.people]
        told = asdict(self) | {"stations": stations, "people": people}  # each station once
        return json.dumps(told, ensure_ascii=False, allow_nan=False).encode()


def read_entry(path: Path) -> Entry:
    """Raises UnreadablePart."""
    part = path.with_suffix(".parquet")
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        schema = told["schema"]
        if schema > PART_SCHEMA:
            raise UnreadablePart(part, f"a newer program wrote it (schema {schema})")
        known = {one.name for one in fields(Entry)}
        entry = Entry(**{name: value for name, value in told.items() if name in known})
        stations = told["stations"]
        shapes = {
            "sequence": {name: tuple(ends) for name, ends in entry.sequence.items()},
            "started": tuple(entry.started) if entry.started else None,
            "doubts": tuple(entry.doubts),
            "refused": {rule: tuple(left) for rule, left in entry.refused.items()},
            "systems": tuple(System(*one) for one in entry.systems),
            "people": tuple([(stations[k], name) for k, name in told["people"]]),
            "stories": tuple(Story(*one) for one in entry.stories),
            "examples": tuple(tuple(one) for one in entry.examples),
            "latest": {
                name: tuple(Latest(*one) for one in some) for name, some in entry.latest.items()
            },
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadablePart(part, f"its entry is damaged ({error})") from error
    for name, value in shapes.items():
        object.__setattr__(entry, name, value)
    if not part.is_file():
        raise UnreadablePart(part, "the file is gone")
    return entry
