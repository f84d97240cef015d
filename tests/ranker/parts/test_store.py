"""A store of parts: each is taken in once; what cannot be trusted is put aside with a reason."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranker.count import tally
from ranker.counts import Counted, of_tally
from ranker.parts.errors import NotAStore, StoreBusy, UnreadablePart
from ranker.read import BATTLES, NoSuchExport, read_export
from tests.helpers.ranker_exports import GOOD, battle, write_export

pytest.importorskip("duckdb")
from ranker.parts.compact import compact
from ranker.parts.counting import count_parts
from ranker.parts.duck import connect
from ranker.parts.store import KNOWN, QUARANTINED, TAKEN, Collected, Store, open_store

pytestmark = pytest.mark.local
ROOT = Path(__file__).parents[3]


def stated(lines: list[Any], **more: Any) -> dict[str, Any]:
    """A manifest as `export` writes it."""
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    facts = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    return {"schema": 1, "battles": len(lines), "files": {BATTLES: facts}} | more


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


@pytest.fixture
def north(tmp_path: Path) -> Path:
    return write_export(tmp_path / "north", GOOD, stated(GOOD))


def collect(store: Store, *exports: Path) -> list[Collected]:
    return list(store.collect(exports, "1.2"))


def counted(store: Store) -> Counted:
    return count_parts({store.path_of(entry): entry for entry in store.entries()})[0]


def counted_folders(*folders: Path) -> Counted:
    problems: list[str] = []
    found = [one for folder in folders for one in read_export(folder, problems)]
    return of_tally(tally(found), problems)


def test_a_part_that_is_sent_again_is_recognised_by_its_content(store, north, tmp_path):
    assert [one.outcome for one in collect(store, north)] == [TAKEN]
    copy = write_export(tmp_path / "a copy", GOOD, stated(GOOD))
    assert [one.outcome for one in collect(store, copy, north)] == [KNOWN, KNOWN]
    assert counted(store) == counted_folders(north)
    (entry,) = store.entries()
    assert (entry.rows, entry.program, entry.source) == (8, "1.2", "north")


def test_the_entry_says_which_stretch_of_a_stations_history_is_in_the_part(store, tmp_path):
    lines = [
        battle(k, seq=100 - k, started_utc=f"2026-01-0{k}T00:00:00Z", station=station)
        for k, station in enumerate(["north", "north", "south"], 1)
    ]
    collect(store, write_export(tmp_path / "all", lines))
    (entry,) = store.entries()
    assert entry.sequence == {"north": (98, 99), "south": (97, 97)}
    assert entry.started == ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda m: m | {"schema": 2}, "schema 2, and this program understands up to 1"),
        (
            lambda m: m | {"files": {BATTLES: m["files"][BATTLES] | {"sha256": "0" * 64}}},
            "its battles are not the ones that were exported",
        ),
        (
            lambda m: m | {"files": {BATTLES: m["files"][BATTLES] | {"bytes": 99_999}}},
            "of 99,999 bytes of its battles are there",
        ),
        (lambda m: m | {"chain": {"ok": False}}, "hash chain of its station is broken"),
        (lambda m: m | {"station_key": {"public_key": "x"}}, "its signature is gone"),
    ],
    ids=["newer schema", "forged", "cut off", "broken chain", "signature gone"],
)
def test_what_cannot_be_trusted_is_put_aside_and_the_rest_ranks(
    store: Store,
    north: Path,
    tmp_path: Path,
    spoil: Callable[[dict[str, Any]], dict[str, Any]],
    reason: str,
) -> None:
    others = [battle(k, battle_id=f"other-{k}") for k in range(9)]
    bad = write_export(tmp_path / "bad", others, spoil(stated(others)))
    first, second = collect(store, bad, north)
    assert (first.outcome, second.outcome) == (QUARANTINED, TAKEN)
    assert reason in first.reason
    (aside,) = (store.folder / "quarantine").glob(f"{first.content}-*")
    assert (aside / "reason.txt").read_text("utf-8") == first.reason + "\n"
    assert (aside / BATTLES).read_bytes() == (bad / BATTLES).read_bytes()
    assert counted(store) == counted_folders(north)
    (again,) = collect(store, bad)
    assert list((store.folder / "quarantine").iterdir()) == [aside], again
    good = write_export(tmp_path / "sent again", others, stated(others))
    forged = "signature is gone" in reason
    assert [one.outcome for one in collect(store, good)] == [QUARANTINED if forged else TAKEN]
    assert aside.exists(), "another envelope of the same battles is no reason to lose this one"


def test_each_envelope_of_the_same_battles_waits_by_itself(store, tmp_path):
    outcomes = []
    for name in ("one", "other"):
        odd = stated(GOOD, schema=2, who=name)
        outcomes += collect(store, write_export(tmp_path / name, GOOD, odd))
    assert [one.outcome for one in outcomes] == [QUARANTINED, QUARANTINED]
    kept = [
        json.loads(path.read_text()) for path in store.folder.glob("quarantine/*/manifest.json")
    ]
    assert sorted(told["who"] for told in kept) == ["one", "other"]


def test_a_line_that_cannot_be_read_is_kept_and_the_others_count(store, tmp_path):
    bad = [b'{"half', b"\n{}\n", b'{"schema": 7}\n']
    folder = write_export(tmp_path / "north", [*GOOD, *bad, b'{"cut off'])
    (one,) = collect(store, folder)
    assert (one.outcome, one.battles, one.refused) == (TAKEN, 8, 4)
    aside = store.folder / "quarantine" / one.content
    assert (aside / "lines.jsonl").read_bytes() == b'{"half\n{}\n{"schema": 7}\n{"cut off\n'
    assert "1 × newer schema: north line 11" in (aside / "reason.txt").read_text("utf-8")
    assert counted(store) == counted_folders(folder)


def test_a_folder_that_is_no_export_stops_before_anything_is_taken_in(store, north, tmp_path):
    with pytest.raises(NoSuchExport):
        collect(store, north, tmp_path / "nowhere")
    assert store.entries() == ()


def test_a_folder_with_something_else_in_it_is_not_made_a_store(north):
    before = sorted(north.iterdir())
    with pytest.raises(NotAStore, match="something else is there"):
        open_store(north)
    assert sorted(north.iterdir()) == before


KILLED = """
import os, sys
from pathlib import Path
import ranker.parts.store as module
name, when = sys.argv[1:3]
real = getattr(module, name)
def dying(*arguments):
    if when == "after":
        real(*arguments)
    os._exit(9)
setattr(module, name, dying)
store = module.Store(Path(sys.argv[3]))
list(store.collect([Path(x) for x in sys.argv[4:]], "1"))
"""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", ["examine", "compact", "put_in_place", "write_whole", "_replace"])
def test_a_collector_that_is_killed_leaves_nothing_that_the_next_must_mend(
    store: Store, tmp_path: Path, step: str, when: str
) -> None:
    folder = write_export(tmp_path / "north", [*GOOD, b"{}\n"])
    killed = [sys.executable, "-c", KILLED, step, when, str(store.folder), str(folder)]
    assert subprocess.run(killed, cwd=ROOT, check=False).returncode == 9
    finished = (step, when) == ("write_whole", "after")
    assert counted(store) == (counted_folders(folder) if finished else counted_folders())
    assert [one.outcome for one in collect(store, folder)] == [KNOWN if finished else TAKEN]
    assert counted(store) == counted_folders(folder)
    assert not list(store.folder.glob(".incoming-*"))
    assert list((store.folder / "quarantine").iterdir())


def test_of_two_collectors_the_second_is_sent_away(store, north):
    first = store.collect([north, north], "1")
    next(first)
    with pytest.raises(StoreBusy):
        collect(store, north)
    first.close()
    assert [one.outcome for one in collect(store, north)] == [KNOWN]


@pytest.mark.parametrize("spoil", ["gone", "damaged", "newer", "short"])
def test_a_part_that_was_spoiled_in_the_store_is_named(store, north, spoil):
    collect(store, north)
    (entry,) = store.entries()
    path = store.path_of(entry)
    told = path.with_suffix(".json")
    if spoil == "gone":
        path.unlink()
    elif spoil == "damaged":
        path.write_bytes(path.read_bytes()[:-20])
    else:
        change = {"newer": {"schema": 99}, "short": {"rows": 9}}[spoil]
        told.write_text(json.dumps(json.loads(told.read_text()) | change))
    with pytest.raises(UnreadablePart, match=path.name):
        counted(store)


def test_duckdb_may_fetch_nothing():
    asked = "current_setting('auto{}_known_extensions')"
    settings = connect("A test").execute(
        f"SELECT {asked.format('install')}, {asked.format('load')}"
    )
    assert settings.fetchall() == [(False, False)]


def test_what_the_disk_refuses_of_a_part_is_the_worlds_error(tmp_path):
    gone = tmp_path / "nowhere" / "part.parquet"
    with (tmp_path / "lines").open("wb") as aside, pytest.raises(OSError, match="nowhere"):
        compact([], gone, 1, aside)
