"""An exported folder in, Parquet out: every line is read by the strict rules, once for all time.

Columns: the battle as `votes.Battle` has it, in the words of docs/parts.md, and beside it numbers
to count by: `part`, `key` (64 bits of the hash of the id), `digest` (64 bits of the hash of the
whole battle), and `story`, `who`, `a`, `b`, places in the lists of the part's entry. Then what
surrounds the vote (`parts.facts`).
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ranker.count import EXAMPLE_CHARS, example_of
from ranker.facts import facts_of
from ranker.jumps import LATEST
from ranker.parts import facts
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Latest, Story
from ranker.read import Line
from ranker.votes import STATES, UNKNOWN_STATE, Battle, Refused, System

if TYPE_CHECKING:
    import duckdb

_AT_ONCE = 50_000

_RAW = {
    "battle_id": "VARCHAR",
    "station": "VARCHAR",
    "study": "VARCHAR",
    "participant": "VARCHAR",
    "simulated": "BOOLEAN",
    "kind": "VARCHAR",
    "state": "VARCHAR",
    "a_system": "VARCHAR",
    "a_version": "VARCHAR",
    "a_fingerprint": "VARCHAR",
    "b_system": "VARCHAR",
    "b_version": "VARCHAR",
    "b_fingerprint": "VARCHAR",
    "choice": "VARCHAR",
    "vote_ids": "VARCHAR",
    "repeats": "VARCHAR",
    "gold_better": "VARCHAR",
    "time_to_vote_ms": "DOUBLE",
    "seq": "BIGINT",
    "started_utc": "VARCHAR",
}
_NUMBERS = {
    "part": "UINTEGER",
    "key": "UBIGINT",
    "digest": "UBIGINT",
    "story": "INTEGER",
    "who": "INTEGER",
    "a": "INTEGER",
    "b": "INTEGER",
}
COLUMNS = _RAW | _NUMBERS
"""Of every part."""
_NUMPY = {
    "BOOLEAN": np.bool_,
    "DOUBLE": np.float64,
    "BIGINT": np.int64,
    "UBIGINT": np.uint64,
    "INTEGER": np.int32,
}
_EVERY = COLUMNS | facts.COLUMNS


@dataclass(slots=True)
class Compacted:
    """What became of the lines; the lists are those of the part's entry."""

    rows: int = 0
    refused: dict[str, tuple[int, str]] = field(default_factory=dict)
    sequence: dict[str, tuple[int, int]] = field(default_factory=dict)
    started: tuple[str, str] | None = None
    systems: dict[System, int] = field(default_factory=dict)
    people: dict[tuple[str, str], int] = field(default_factory=dict)
    stories: dict[Story, int] = field(default_factory=dict)
    examples: dict[tuple[int, bool], tuple[str, int]] = field(default_factory=dict)
    latest: dict[str, dict[str, Latest]] = field(default_factory=dict)

    def row(self, line: Line, battle: Battle) -> tuple[Any, ...]:
        """In the order of `_EVERY`, without the first number."""
        self.rows += 1
        seq, around = line.record.get("seq"), facts_of(line.record)
        station = battle.station or ""
        if isinstance(seq, int) and not isinstance(seq, bool) and 0 <= seq < 2**63:
            first, last = self.sequence.get(station, (seq, seq))
            self.sequence[station] = (min(first, seq), max(last, seq))
        else:
            seq = None
        if (started := around.started_utc) is not None:
            first_time, last_time = self.started or (started, started)
            self.started = (min(first_time, started), max(last_time, started))
        told = Story(
            battle.station,
            battle.study,
            battle.simulated,
            battle.kind,
            battle.state,
            battle.choice,
        )
        person = (station, battle.participant) if battle.participant else None
        key = hash_of(str(battle.id))
        story = self.stories.setdefault(told, len(self.stories))
        self._note(battle, station, key, story)
        return (
            *battle[:7],
            *battle.a,
            *battle.b,
            battle.choice,
            json.dumps(battle.vote_ids, ensure_ascii=False),
            battle.repeats,
            json.dumps(battle.gold_better),  # any text, even one that is no Unicode
            battle.time_to_vote_ms,
            seq,
            started,
            key,
            hash_of(repr(tuple(battle))),
            story,
            -1 if person is None else self.people.setdefault(person, len(self.people)),
            self.systems.setdefault(battle.a, len(self.systems)),
            self.systems.setdefault(battle.b, len(self.systems)),
            *facts.written(around),
        )

    def _note(self, battle: Battle, station: str, key: int, story: int) -> None:
        """What a count would otherwise search all ids for."""
        alone = battle.a == battle.b
        odd = UNKNOWN_STATE if battle.state not in STATES else ""
        here = (example_of(battle, odd)[:EXAMPLE_CHARS], key)
        self.examples[story, alone] = min(self.examples.get((story, alone), here), here)
        latest = self.latest.setdefault(station, {})
        latest[str(battle.id)] = Latest(str(battle.id), key, story, alone)
        if len(latest) > 10 * LATEST:
            self.latest[station] = last_of(latest)

    def refuse(self, refused: Refused) -> None:
        count, example = self.refused.get(refused.rule, (0, refused.example[:EXAMPLE_CHARS]))
        short = min(example, refused.example[:EXAMPLE_CHARS])
        self.refused[refused.rule] = (count + 1, short)


def last_of(latest: dict[str, Latest]) -> dict[str, Latest]:
    """Those whose ids sort last."""
    return {name: latest[name] for name in sorted(latest)[-LATEST:]}


def hash_of(text: str) -> int:
    """64 bits of BLAKE2b."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def compact(lines: Iterable[Line], target: Path, number: int, aside: IO[bytes]) -> Compacted:
    """Write the battles of `lines` to `target`; the refused lines go to `aside` as they are.

    `number` is the part's. Raises NeedsLibrary and OSError.
    """
    done = Compacted()
    connection = connect("Collecting parts")
    import duckdb

    columns = ", ".join(f"{name} {kind}" for name, kind in _EVERY.items())
    connection.execute(f"CREATE TABLE part ({columns})")
    rows = _rows(lines, done, aside)
    while chunk := list(islice(rows, _AT_ONCE)):
        _insert(connection, chunk, number)
    written = f"COPY part TO {quoted(target)[1:-1]} (FORMAT parquet, COMPRESSION zstd)"
    try:
        connection.execute(written)
    except duckdb.IOException as error:  # DuckDB's word for what the disk refused
        raise OSError(errno.EIO, str(error).splitlines()[0]) from error
    finally:
        connection.close()
    return done


def _rows(lines: Iterable[Line], done: Compacted, aside: IO[bytes]) -> Iterator[tuple[Any, ...]]:
    for line in lines:
        if isinstance(line.found, Refused):
            done.refuse(line.found)
            aside.write(line.raw.rstrip(b"\n") + b"\n")
        else:
            yield done.row(line, line.found)


def _insert(
    connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]], number: int
) -> None:
    names = [name for name in _EVERY if name != "part"]
    table = {
        name: _column(values, _EVERY[name])
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    }
    connection.register("chunk", table)
    cast = {name: f"CAST({name} AS {kind})" for name, kind in _EVERY.items()}
    cast["part"] = f"CAST({number} AS UINTEGER)"
    connection.execute(f"INSERT INTO part SELECT {', '.join(cast.values())} FROM chunk")
    connection.unregister("chunk")


def _column(values: tuple[Any, ...], kind: str) -> NDArray[Any]:
    """Numbers as what they are: of objects, DuckDB guesses from some rows what all of them are."""
    if kind == "VARCHAR":
        return np.array(values, object)
    missing = np.array([value is None for value in values], bool)
    filled: NDArray[Any] = np.array(
        [0 if value is None else value for value in values], _NUMPY[kind]
    )
    return np.ma.masked_array(filled, missing) if missing.any() else filled


def fields_of_battle() -> str:
    """The columns that `battle_of` reads, as SQL."""
    return ", ".join(list(_RAW)[:18])


def battle_of(row: tuple[Any, ...]) -> Battle:
    """The battle that a row tells of, as it was read."""
    a, b, choice, (votes, repeats, gold, time) = row[7:10], row[10:13], row[13], row[14:18]
    sides = System(*a), System(*b)
    return Battle._make(
        (*row[:7], *sides, choice, tuple(json.loads(votes)), repeats, json.loads(gold), time)
    )
