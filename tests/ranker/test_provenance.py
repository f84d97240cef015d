"""What a board was made from, by its content."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from ranker import NoSuchExport, Vote
from ranker.provenance import sources_of
from tests.helpers.ranker_exports import GOOD, battle, write_export


def test_a_source_is_what_is_in_it_and_not_where_it_lies(tmp_path: Path) -> None:
    manifest = {"schema": 1, "battles": 8, "station": "north"}
    north = write_export(tmp_path / "north", GOOD, manifest)
    shutil.copytree(north, tmp_path / "copy")
    (source,) = sources_of([north, tmp_path / "copy", str(north)])
    digests = [
        hashlib.sha256((north / name).read_bytes()).hexdigest()
        for name in ("battles.jsonl", "manifest.json")
    ]
    assert [source.sha256, source.manifest] == digests
    assert (source.what, source.stations, source.schema) == ("battles", ("north",), 1)
    assert source.short == f"battles {source.sha256[:12]}"


def test_other_votes_are_another_source_whatever_the_manifest_says(tmp_path: Path) -> None:
    """A manifest need not name the digest of its battles, and may be lying where it does."""
    north = write_export(tmp_path / "north", GOOD)
    turned = [battle(k, choice="b" if k % 2 else "a") for k in range(8)]
    other = write_export(tmp_path / "other", turned)
    assert (north / "manifest.json").read_bytes() == (other / "manifest.json").read_bytes()
    assert sources_of([north]) != sources_of([other])
    assert len(sources_of([north, other])) == 2


def test_they_stand_in_one_order_whatever_order_they_come_in(tmp_path: Path) -> None:
    """Enough of them for chance not to sort them."""
    folders = [write_export(tmp_path / str(k), GOOD[k:] + GOOD[:k]) for k in range(8)]
    digests = [source.sha256 for source in sources_of(folders)]
    assert digests == sorted(digests)


def test_stations_of_a_merged_export_are_those_of_its_parts(tmp_path: Path) -> None:
    parts = [{"station": "south"}, {"station": "north"}, {"station": 7}, "nonsense"]
    folder = write_export(tmp_path / "all", GOOD, {"schema": 1, "parts": parts})
    assert sources_of([folder])[0].stations == ("north", "south")


def test_without_a_manifest_the_battles_speak_for_themselves(tmp_path: Path) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").unlink()
    (source,) = sources_of([folder])
    assert source.what == "battles"
    assert source.sha256 == hashlib.sha256((folder / "battles.jsonl").read_bytes()).hexdigest()
    assert source.manifest == ""


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"parts": 3, "schema": "x"}', b"\xff"])
def test_an_odd_manifest_is_a_source_all_the_same(tmp_path: Path, content: bytes) -> None:
    folder = write_export(tmp_path / "north", GOOD)
    (folder / "manifest.json").write_bytes(content)
    (source,) = sources_of([folder])
    assert (source.what, source.stations, source.schema) == ("battles", (), 0)
    assert source.manifest == hashlib.sha256(content).hexdigest()


def test_plain_votes_are_one_source_in_any_order() -> None:
    votes = [Vote("ada", "bo", "tie"), {"model_a": "bo", "model_b": "ada", "winner": "model_a"}]
    assert sources_of(votes) == sources_of(votes[::-1])
    assert sources_of(votes)[0].what == "votes"
    assert sources_of(votes[:1]) != sources_of(votes)


def test_what_is_no_export_is_none(tmp_path: Path) -> None:
    with pytest.raises(NoSuchExport):
        sources_of([tmp_path])
