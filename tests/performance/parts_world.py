"""Votes of many stations, drawn from a fixed seed, as the folders that the stations would send.

100 systems of unequal popularity (the k-th is drawn in proportion to k^-1.2), 80,000 people, 200
stations; every hundredth battle is sent again, by another station's folder.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranker.votes import OUTCOMES, System

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
    text = (
        f"{1_700_000_000_000 + number:012x}7{number % 4096:03x}8{number * 2654435761 % 16**15:015x}"
    )
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def station_of(person: int) -> str:
    return uuid(person % STATIONS)


def people() -> list[tuple[str, str]]:
    return [(station_of(k), uuid(10**6 + k)) for k in range(PEOPLE)]


def lines(world: World, numbers: Ints, first: int = 0) -> Iterator[str]:
    """Lines of a battles.jsonl with all that a count reads; battle k has the id `first` + k."""
    sides = [_json(*system) for system in systems()]
    known = people()
    columns = [c[numbers].tolist() for c in (world.person, world.a, world.b, world.outcome)]
    for k, who, a, b, what in zip(numbers.tolist(), *columns, strict=True):
        station, person = known[who]
        number = first + k
        vote = f'{{"id":"{uuid(5 * 10**8 + number)}","choice":"{OUTCOMES[what]}"}}'
        yield (
            f'{{"schema":1,"battle_id":"{uuid(10**9 + number)}","seq":{number},'
            f'"station":"{station}","study":"arena","participant":"{person}","simulated":false,'
            f'"kind":"normal","state":"voted","started_utc":"2026-01-01T00:00:00.000Z",'
            f'"a":{sides[a]},"b":{sides[b]},"vote":{vote},"votes":[{vote}]}}\n'
        )


def _json(name: str, version: str | None, fingerprint: str | None) -> str:
    return json.dumps({"system": name, "version": version, "fingerprint": fingerprint})


def write_folders(world: World, place: Path) -> list[Path]:
    """One export for each station; 1 % of all battles are in a second folder too."""
    rng = np.random.default_rng(7)
    n = len(world.person)
    again = rng.choice(n, n // 100, replace=False)
    home = world.person % STATIONS
    folders = []
    for station in range(STATIONS):
        sent = np.concatenate([np.flatnonzero(home == station), again[station::STATIONS]])
        folders.append(write_folder(place / f"station-{station:03}", lines(world, sent)))
    return folders


def write_folder(folder: Path, text: Iterator[str]) -> Path:
    folder.mkdir(parents=True)
    data = "".join(text).encode()
    (folder / "battles.jsonl").write_bytes(data)
    stated: dict[str, Any] = {
        "schema": 1,
        "battles": data.count(b"\n"),
        "files": {
            "battles.jsonl": {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        },
    }
    (folder / "manifest.json").write_text(json.dumps(stated))
    return folder
