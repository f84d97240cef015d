"""What a store has counted already: a new part joins by adding counts, as long as none overlaps.

Two parts overlap when they tell of one battle: then copies have to be settled, and everything is
counted anew. Overlap is asked of the keys of the battles, not of (station, sequence) ranges: these
are what stations say, and a forged or repaired history may lie in them.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ranker.cells import Cells
from ranker.count import Exclusion
from ranker.counts import Counted
from ranker.jumps import History
from ranker.parts.counting import count_parts
from ranker.parts.entry import Entry
from ranker.parts.errors import StoreBusy
from ranker.parts.files import one_writer, sync_folder, write_whole
from ranker.parts.keys import Keys, is_in
from ranker.parts.mark import COUNTED
from ranker.parts.store import Store
from ranker.votes import System

_LAYOUT = 2
_MORE = 8
"""Kept counts are written again when the parts beside them hold a so-many-th of their battles."""
_COLUMNS = ("person", "a", "b", "outcome", "count")


@dataclass(frozen=True, slots=True)
class Kept:
    """Counts of some parts of a store."""

    contents: frozenset[str]
    counted: Counted
    keys: Keys
    """Of all their battles, sorted."""


def count_store(store: Store, include_simulated: bool = False) -> Counted:
    """The counts of all parts, by whatever is the shortest way.

    Raises UnreadablePart and NeedsLibrary.
    """
    there = store.contents()
    kept = load(store, include_simulated)
    if kept is not None and kept.contents <= there:
        joined = join(store, kept, there - kept.contents, include_simulated)
        if joined is not None:
            if len(joined.keys) * _MORE > len(kept.keys) * (_MORE + 1):
                save(store, joined, include_simulated)
            return joined.counted
    whole = _count(store, there, include_simulated)
    save(store, whole, include_simulated)
    return whole.counted


def join(store: Store, kept: Kept, new: Iterable[str], include_simulated: bool) -> Kept | None:
    """With the counts of the parts `new`; None where one of their battles is known already."""
    contents = frozenset(new)
    if not contents:
        return kept
    more = _count(store, contents, include_simulated)
    if is_in(more.keys, kept.keys).any():
        return None
    keys = np.insert(kept.keys, np.searchsorted(kept.keys, more.keys), more.keys)
    return Kept(kept.contents | contents, kept.counted + more.counted, keys)


def _count(store: Store, contents: frozenset[str], include_simulated: bool) -> Kept:
    entries = [store.entry(content) for content in sorted(contents)]
    parts: Mapping[Path, Entry] = {store.path_of(entry): entry for entry in entries}
    counted, keys = count_parts(parts, include_simulated)
    return Kept(contents, counted, keys)


def save(store: Store, kept: Kept, include_simulated: bool) -> None:
    """Keep the counts in place of those before; nothing is said where that cannot be done."""
    place = store.folder / COUNTED
    digest = sha256("".join(sorted(kept.contents)).encode()).hexdigest()[:32]
    target = place / f"{_kind(include_simulated)}-{digest}"
    with suppress(OSError, StoreBusy), one_writer(store.folder):
        place.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".new-", dir=place) as workshop:
            new = Path(workshop, "new")
            new.mkdir()
            _write(new, kept)
            earlier = list(place.glob(f"{_kind(include_simulated)}-*"))
            for old in earlier:
                shutil.rmtree(old, ignore_errors=True)
            new.rename(target)
        sync_folder(place)


def load(store: Store, include_simulated: bool) -> Kept | None:
    """What was kept, if it can be read."""
    for folder in (store.folder / COUNTED).glob(f"{_kind(include_simulated)}-*"):
        with suppress(OSError, ValueError, KeyError, TypeError):  # torn, or of another program
            return _read(folder)
    return None


def _kind(include_simulated: bool) -> str:
    return "all" if include_simulated else "people"


def _write(folder: Path, kept: Kept) -> None:
    counted = kept.counted
    sums = {"keys": _saved(folder, "keys", kept.keys)}
    for name in _COLUMNS:
        column = getattr(counted.cells, name)
        most = int(column.max(initial=0))
        sums[name] = _saved(folder, name, column.astype(np.min_scalar_type(-most - 1)))
    told = {
        "layout": _LAYOUT,
        "contents": sorted(kept.contents),
        "rows": len(counted.cells.count),
        "battles": len(kept.keys),
        "sums": sums,
        "systems": counted.cells.systems,
        "people": counted.cells.people,
        "exclusions": [asdict(one) for one in counted.exclusions],
        "n_seen": counted.n_seen,
        "states": dict(counted.states),
        "n_simulated": counted.n_simulated,
        "stations": sorted(counted.stations),
        "studies": sorted(counted.studies),
        "problems": counted.problems,
        "histories": {
            name: {"rules": list(one.rules.items()), "latest": one.latest}
            for name, one in counted.histories.items()
        },
    }
    write_whole(folder / "counted.json", json.dumps(told).encode())


def _saved(folder: Path, name: str, column: NDArray[Any]) -> int:
    """Its check sum: what is on the disk may rot, though nobody gains by forging it."""
    with (folder / f"{name}.npy").open("wb") as file:
        np.save(file, column)
        file.flush()
        os.fsync(file.fileno())
    return zlib.crc32(column.data)


def _loaded(folder: Path, name: str, told: Mapping[str, Any]) -> NDArray[Any]:
    column = np.load(folder / f"{name}.npy", mmap_mode="r")
    if zlib.crc32(column.data) != told["sums"][name]:
        raise ValueError("spoiled")
    return np.asarray(column)


def _read(folder: Path) -> Kept:
    told = json.loads((folder / "counted.json").read_bytes())
    if told["layout"] != _LAYOUT:
        raise ValueError("of another program")
    columns = {name: _loaded(folder, name, told).astype(np.int64) for name in _COLUMNS}
    keys = _loaded(folder, "keys", told)
    if {len(column) for column in columns.values()} != {told["rows"]} or len(keys) != told[
        "battles"
    ]:
        raise ValueError("torn")
    cells = Cells(
        systems=tuple(System(*one) for one in told["systems"]),
        people=tuple((station, name) for station, name in told["people"]),
        **columns,
    )
    counted = Counted(
        cells=cells,
        exclusions=tuple(Exclusion(**one) for one in told["exclusions"]),
        n_seen=told["n_seen"],
        states=told["states"],
        n_simulated=told["n_simulated"],
        stations=frozenset(told["stations"]),
        studies=frozenset(told["studies"]),
        histories={name: _history(one) for name, one in told["histories"].items()},
        problems=tuple(told["problems"]),
    )
    return Kept(frozenset(told["contents"]), counted, keys)


def _history(told: dict[str, Any]) -> History:
    rules: Counter[str | None] = Counter(dict(told["rules"]))
    return History(rules, [(name, rule) for name, rule in told["latest"]])
