"""Votes of many stations, drawn from a fixed seed, as the parts that a store holds of them.

100 systems of unequal popularity (the k-th is drawn in proportion to k^-1.2), 80,000 people, 200
stations; every hundredth battle is sent again, in the part of another station. The parts are
written from arrays, with the columns and the entries of real ones: reading a million lines of JSON
would be most of the bench, and is measured by itself, on one export.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ranker.parts.compact import COLUMNS
from ranker.parts.duck import connect, quoted
from ranker.parts.entry import Entry, Latest, Story
from ranker.parts.store import Store, open_store
from ranker.votes import OUTCOMES, System
from tests.helpers.ranker_exports import battle, write_export

SYSTEMS, PEOPLE, STATIONS = 100, 80_000, 200
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class World:
    """Votes by number; shape = (n,)."""

    person: Ints
    a: Ints
    b: Ints
    outcome: Ints


def drawn(n: int, seed: int = 2) -> World:
    rng = np.random.default_rng(seed)
    strength = rng.normal(0, 0.8, SYSTEMS)
    popularity = np.arange(1, SYSTEMS + 1) ** -1.2
    first, second = np.triu_indices(SYSTEMS, 1)
    weight = popularity[first] * popularity[second]
    pair = rng.choice(len(first), size=n, p=weight / weight.sum())
    person = rng.integers(0, PEOPLE, n)
    swapped = rng.random(n) < 0.5
    a = np.where(swapped, second[pair], first[pair])
    b = np.where(swapped, first[pair], second[pair])
    gap = strength[a] - strength[b]
    tie = 0.25 * np.exp(-0.5 * np.abs(gap))
    chance = rng.random(n)
    outcome = np.select(
        [chance < 0.6 * tie, chance < tie, chance < tie + (1 - tie) / (1 + np.exp(-gap))],
        [2, 3, 0],
        1,
    )
    return World(person, a, b, outcome)


def systems() -> list[System]:
    names = [f"system-{k:03}" for k in range(SYSTEMS)]
    return [System(name, "1", hashlib.sha256(name.encode()).hexdigest()) for name in names]


def uuid(number: int) -> str:
    """As long as the ids that stations give, and in their order."""
    text = f"{1_700_000_000_000 + number:012x}7{number % 4096:03x}8{number * 7919 % 16**15:015x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def people() -> list[tuple[str, str]]:
    return [(uuid(k % STATIONS), uuid(10**6 + k)) for k in range(PEOPLE)]


def write_store(world: World, folder: Path) -> Store:
    """One part for each station; 1 % of its battles are in that of its neighbour too."""
    store, n = open_store(folder), len(world.person)
    rng = np.random.default_rng(7)
    again = rng.choice(n, n // 100, replace=False)
    home = world.person % STATIONS
    for station in range(STATIONS):
        theirs = again[home[again] == (station + 1) % STATIONS]
        sent = np.concatenate([np.flatnonzero(home == station), theirs])
        write_part(store, world, sent, f"station-{station:03}")
    return store


def write_part(store: Store, world: World, sent: Ints, name: str, first: int = 0) -> Entry:
    """A part with the battles `sent`; battle k of the world has the number `first` + k."""
    number = sent + first
    ids = np.array([uuid(10**9 + k) for k in number.tolist()], object)
    known, who = np.unique(world.person[sent], return_inverse=True)
    everybody = [(uuid(k % STATIONS), uuid(10**6 + k)) for k in known.tolist()]
    stations = sorted({station for station, _ in everybody})
    place = np.array([stations.index(station) for station, _ in everybody])
    story = place[who] * len(OUTCOMES) + world.outcome[sent]
    stories = [
        Story(s, "arena", False, "normal", "voted", what) for s in stations for what in OUTCOMES
    ]
    entry = Entry(
        content=hashlib.sha256(f"{name} {first}".encode()).hexdigest(),
        source=name,
        program="bench",
        rows=len(sent),
        size=0,
        systems=tuple(systems()),
        people=tuple(everybody),
        stories=tuple(stories),
        examples=tuple(
            (int(k), False, f"{ids[story == k].min()}: {stories[k].choice}", 0)
            for k in np.unique(story).tolist()
        ),
        latest={
            station: tuple(
                Latest(ids[k], 0, int(story[k]), False)
                for k in np.flatnonzero(story // len(OUTCOMES) == s)[-20:].tolist()
            )
            for s, station in enumerate(stations)
        },
    )
    _write_rows(
        store,
        entry,
        ids,
        number,
        {"story": story, "who": who, "a": world.a[sent], "b": world.b[sent]},
    )
    store.path_of(entry).with_suffix(".json").write_bytes(entry.to_bytes())
    return entry


def _write_rows(
    store: Store, entry: Entry, ids: NDArray, number: Ints, numbers: dict[str, Ints]
) -> None:
    connection = connect("The bench")
    names = {
        "stories": (("station", "choice"), [(s.station, s.choice) for s in entry.stories]),
        "people": (("participant",), [(name,) for _, name in entry.people]),
        "systems": (("system", "version", "fingerprint"), entry.systems),
    }
    for table, (columns, values) in names.items():
        told = {
            c: np.array(v, object) for c, v in zip(columns, zip(*values, strict=True), strict=True)
        }
        connection.register(table, told | {"place": np.arange(len(values), dtype=np.int32)})
    rows = {name: column.astype(np.int32) for name, column in numbers.items()}
    connection.register("rows", rows | {"battle_id": ids, "seq": number.astype(np.int64)})
    told = (
        {
            "study": "'arena'",
            "simulated": "false",
            "kind": "'normal'",
            "state": "'voted'",
            "vote_ids": "'[\"' || battle_id || '\"]'",
            "repeats": "NULL",
            "gold_better": "'null'",
            "time_to_vote_ms": "4321.5",
            "started_utc": "'2026-01-01T00:00:00.000Z'",
            "part": str(entry.number),
            "key": "hash(battle_id)",
            "digest": "hash(battle_id || seq)",
        }
        | {
            f"{side}_{column}": f"s{side}.{column}"
            for side in "ab"
            for column in ("system", "version", "fingerprint")
        }
        | {name: f"rows.{name}" for name in ("story", "who", "a", "b", "battle_id", "seq")}
    )
    wanted = ", ".join(
        f"CAST({told.get(name, name)} AS {kind}) AS {name}" for name, kind in COLUMNS.items()
    )
    connection.execute(
        f"COPY (SELECT {wanted} FROM rows"
        " JOIN stories ON stories.place = story JOIN people ON people.place = who"
        " JOIN systems AS sa ON sa.place = a JOIN systems AS sb ON sb.place = b)"
        f" TO {quoted(store.path_of(entry))[1:-1]} (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.close()


def write_one_export(folder: Path, n: int) -> Path:
    """What a station sends, to be collected for real."""
    return write_export(folder, [battle(k, seq=k, battle_id=uuid(k)) for k in range(n)])
