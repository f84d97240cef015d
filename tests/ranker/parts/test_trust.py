"""Who signed a part: real exports of real stations, and a store that takes in only its own."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from local_db.export import ExportSummary, export
from local_db.signing import key_in
from ranker.parts.trust import BadTrust, OtherKey
from tests.helpers.voting import Sitting, open_test_store

pytest.importorskip("duckdb")
pytest.importorskip("cryptography")
from ranker.parts.store import Collected, Store, open_store

pytestmark = pytest.mark.local


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return open_store(tmp_path / "store")


def exported(home: Path, to: Path, signed: bool = True) -> ExportSummary:
    """One vote of a new station in `home`, exported."""
    with closing(open_test_store(home)) as kept:
        Sitting(kept, home / "takes").voted_battle("a")
        key = home / "station.key" if signed else None
        return export(kept.path, home / "takes", to, key_file=key)


def collect(store: Store, *exports: Path) -> list[Collected]:
    return list(store.collect(exports, "1"))


def test_the_first_key_that_is_trusted_shuts_out_all_others(store, tmp_path):
    north, south = (exported(tmp_path / f"{n}-home", tmp_path / n) for n in ("north", "south"))
    exported(tmp_path / "east-home", tmp_path / "east", signed=False)
    grouped = ":".join(north.signer[k : k + 4].upper() for k in range(0, 64, 4))
    assert store.trust(f"north={grouped}") == ("north", north.signer)
    first, second, third = collect(store, *(tmp_path / n for n in ("north", "south", "east")))
    assert (first.outcome, second.outcome, third.outcome) == (
        "taken in",
        "quarantined",
        "quarantined",
    )
    assert south.signer in second.reason
    assert third.reason == "This part is not signed, and this store takes in signed parts only."
    assert [entry.signer for entry in store.entries()] == [north.signer]
    store.trust(f"south={south.signer}")
    assert [one.outcome for one in collect(store, tmp_path / "south")] == ["taken in"]


def test_without_a_list_everything_is_taken_in_and_a_broken_signature_is_not(store, tmp_path):
    exported(tmp_path / "home", tmp_path / "north")
    manifest = tmp_path / "north" / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole.replace(b'"battles": 1', b'"battles": 2'))
    (one,) = collect(store, tmp_path / "north")
    assert "its manifest is not the one that its station signed" in one.reason
    manifest.write_bytes(whole)
    assert [one.outcome for one in collect(store, tmp_path / "north")] == ["taken in"]


def without_signature(folder: Path, to: Path) -> Path:
    """The same battles as nobody's."""
    to.mkdir()
    shutil.copy(folder / "battles.jsonl", to)
    told = json.loads((folder / "manifest.json").read_text())
    del told["station_key"], told["files"]
    (to / "manifest.json").write_text(json.dumps(told))
    return to


def test_a_station_that_signs_is_not_contradicted_by_somebody_who_does_not(store, tmp_path):
    exported(tmp_path / "home", tmp_path / "north")
    exported(tmp_path / "south-home", tmp_path / "south", signed=False)
    edited = without_signature(tmp_path / "north", tmp_path / "edited")
    battles = edited / "battles.jsonl"
    battles.write_bytes(battles.read_bytes().replace(b'"choice":"a"', b'"choice":"b"'))
    signed, word, other = collect(store, tmp_path / "north", edited, tmp_path / "south")
    assert (signed.outcome, word.outcome, other.outcome) == ("taken in", "quarantined", "taken in")
    assert word.reason.startswith("This part is not signed, and other parts of its station (")
    assert len(store.contents()) == 2
    (later,) = collect(Store(store.folder), edited)
    assert later.reason == word.reason


def test_a_forged_signature_is_not_mended_by_taking_it_off(store, tmp_path):
    exported(tmp_path / "home", tmp_path / "north")
    manifest = tmp_path / "north" / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"battles": 1', b'"battles": 2'))
    bare = without_signature(tmp_path / "north", tmp_path / "bare")
    forged, unsigned = collect(store, tmp_path / "north", bare)
    assert (forged.outcome, unsigned.outcome) == ("quarantined", "quarantined")
    assert forged.content == unsigned.content
    assert "the same battles lie in quarantine with a signature that is forged" in unsigned.reason


def test_a_second_key_does_not_take_the_place_of_the_first(store):
    store.trust(f"north={'0' * 64}")
    before = (store.folder / "stations.toml").read_bytes()
    with pytest.raises(OtherKey, match=r"north is trusted with another key already \(0{64}\)"):
        store.trust(f"north={'1' * 64}")
    assert (store.folder / "stations.toml").read_bytes() == before
    assert store.trust(f"north={'0' * 64}") == ("north", "0" * 64)


def test_battles_that_were_swapped_under_a_good_signature_are_seen(store, tmp_path):
    exported(tmp_path / "home", tmp_path / "north")
    battles = tmp_path / "north" / "battles.jsonl"
    battles.write_bytes(battles.read_bytes().replace(b'"choice":"a"', b'"choice":"b"'))
    (one,) = collect(store, tmp_path / "north")
    assert "its battles are not the ones that were exported" in one.reason


def test_a_signature_over_no_battles_is_not_enough_where_keys_are_trusted(store, tmp_path):
    north = exported(tmp_path / "home", tmp_path / "north")
    store.trust(f"north={north.signer}")
    manifest = tmp_path / "north" / "manifest.json"
    told = json.loads(manifest.read_bytes())
    del told["files"]
    manifest.write_text(json.dumps(told), "utf-8")
    key = key_in(tmp_path / "home" / "station.key")
    assert key is not None
    (tmp_path / "north" / "manifest.sig").write_text(key.signature(manifest.read_bytes()), "utf-8")
    (one,) = collect(store, tmp_path / "north")
    assert one.outcome == "quarantined"
    assert "does not say which battles were signed" in one.reason


def test_somebody_elses_key_beside_a_known_name_does_not_help(store, tmp_path):
    north = exported(tmp_path / "north-home", tmp_path / "north")
    other = exported(tmp_path / "other-home", tmp_path / "other")
    store.trust(f"north={north.signer}")
    manifest = tmp_path / "other" / "manifest.json"
    claims = json.loads(manifest.read_text())
    claims["station_key"]["fingerprint"] = north.signer  # what it says of itself counts for nothing
    manifest.write_text(json.dumps(claims))
    (one,) = collect(store, tmp_path / "other")
    assert "is not the one that its station signed" in one.reason
    assert other.signer != north.signer


@pytest.mark.parametrize(
    "said", ["north", "north=", "north=12", f"a b={'0' * 64}", f"={'0' * 64}", f'x"={"0" * 64}']
)
def test_what_is_no_key_is_not_trusted(store, said):
    with pytest.raises(BadTrust, match="NAME=FINGERPRINT"):
        store.trust(said)
    assert not (store.folder / "stations.toml").exists()


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path):
    first = exported(tmp_path / "home", tmp_path / "monday")
    assert (tmp_path / "home" / "station.key").stat().st_mode & 0o777 == 0o600
    with closing(open_test_store(tmp_path / "home2")):
        shutil.copy(tmp_path / "home" / "station.key", tmp_path / "home2" / "station.key")
    assert exported(tmp_path / "home2", tmp_path / "friday").signer == first.signer
