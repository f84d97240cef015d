"""What a store has counted is kept: new parts join, overlapping ones are counted with all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ranker
from ranker.counts import Counted
from ranker.parts import board
from tests.helpers.ranker_exports import battle, write_export

pytest.importorskip("duckdb")
from ranker.parts.store import Store, open_store

pytestmark = pytest.mark.local


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


def part(tmp_path: Path, name: str, numbers: range, **more: Any) -> Path:
    return write_export(tmp_path / name, [battle(k, station=name, **more) for k in numbers])


def collect(store: Store, *folders: Path) -> None:
    assert {one.outcome for one in store.collect(folders, "1")} == {"taken in"}


@pytest.fixture
def read(monkeypatch) -> list[int]:
    """How many parts were read, at each time."""
    seen: list[int] = []
    real = board.count_parts

    def counting(parts, *more):
        seen.append(len(parts))
        return real(parts, *more)

    monkeypatch.setattr(board, "count_parts", counting)
    return seen


def test_a_new_part_is_read_alone_and_joins_what_is_counted(store, tmp_path, read):
    folders = [part(tmp_path, f"s{k}", range(100 * k, 100 * k + 50)) for k in range(5)]
    collect(store, *folders[:3])
    assert ranker.counted(store) == ranker.counted(folders[:3])
    collect(store, folders[3])
    assert ranker.counted(store) == ranker.counted(folders[:4])
    collect(store, folders[4])
    assert ranker.counted(store) == ranker.counted(folders)
    assert ranker.counted(store) == ranker.counted(folders)
    assert read == [3, 1, 1]  # and the last time none


def test_a_small_part_is_read_again_rather_than_everything_written_again(store, tmp_path, read):
    folders = [part(tmp_path, "large", range(100)), part(tmp_path, "small", range(100, 103))]
    collect(store, folders[0])
    ranker.counted(store)
    collect(store, folders[1])
    assert ranker.counted(store) == ranker.counted(store) == ranker.counted(folders)
    assert read == [1, 1, 1]


@pytest.mark.parametrize("other", [{}, {"choice": "b"}, {"state": "withdrawn", "choice": None}])
def test_a_part_that_tells_of_known_battles_is_counted_with_the_others(
    store, tmp_path, read, other
):
    folders = [part(tmp_path, "s", range(20)), part(tmp_path, "t", range(30, 40))]
    collect(store, *folders)
    before = ranker.counted(store)
    later = write_export(
        tmp_path / "later", [battle(k, station="s") for k in range(19)] + [battle(19, **other)]
    )
    collect(store, later)
    assert ranker.counted(store) == ranker.counted([*folders, later]) != before
    assert read == [2, 1, 3]


def test_simulated_votes_are_kept_apart(store, tmp_path):
    collect(store, part(tmp_path, "s", range(20), simulated=True))
    assert ranker.counted(store).n_votes == 0
    assert ranker.counted(store, include_simulated=True).n_votes == 20
    assert ranker.counted(store).n_votes == 0
    assert ranker.counted(store, include_simulated=True).n_simulated == 20


def test_kept_counts_that_are_spoiled_are_counted_anew(store, tmp_path, read):
    collect(store, part(tmp_path, "s", range(20)))
    whole: Counted = ranker.counted(store)
    for name in ("counted.json", "person.npy", "keys.npy"):
        (kept,) = (store.folder / "counted").glob(f"*/{name}")
        kept.write_bytes(kept.read_bytes()[:-9])
        assert ranker.counted(store) == whole
    assert read == [1, 1, 1, 1]


@pytest.mark.parametrize("name", ["count", "outcome", "keys"])
def test_a_kept_number_that_rotted_is_not_believed(store, tmp_path, read, name):
    collect(store, part(tmp_path, "s", range(20)))
    whole: Counted = ranker.counted(store)
    (kept,) = (store.folder / "counted").glob(f"*/{name}.npy")
    raw = bytearray(kept.read_bytes())
    raw[-1] ^= 1
    kept.write_bytes(raw)
    assert ranker.counted(store) == whole
    assert read == [1, 1]


@pytest.mark.parametrize("name", ["refused", "part.parquet", "copy"])
def test_an_export_may_be_called_anything(store, tmp_path, name):
    collect(store, part(tmp_path, name, range(20)))
    assert ranker.counted(store).n_votes == 20


def test_a_part_that_was_taken_out_is_no_longer_counted(store, tmp_path):
    folders = [part(tmp_path, "s", range(20)), part(tmp_path, "t", range(30, 40))]
    collect(store, *folders)
    ranker.counted(store)
    entry = next(one for one in store.entries() if one.source == "t")
    store.path_of(entry).with_suffix(".json").unlink()
    assert ranker.counted(store) == ranker.counted(folders[0])
