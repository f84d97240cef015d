"""An export that says who wrote it: signed with a key that stays at its station."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

import ranker
from local_db import signing
from local_db.errors import DamagedKey, NotMerged
from local_db.export import ExportSummary, export
from local_db.merging import merge
from tests.helpers.voting import Sitting, open_test_store

pytest.importorskip("cryptography")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    with closing(open_test_store(tmp_path / "home")) as store:
        Sitting(store, tmp_path / "home" / "takes").voted_battle("a")
    return tmp_path / "home"


def exported(home: Path, to: Path) -> ExportSummary:
    (database,) = home.glob("*.db")
    return export(database, home / "takes", to, key_file=home / "station.key")


def test_anybody_can_check_who_signed_an_export(home, tmp_path):
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    summary = exported(home, tmp_path / "out")
    signed = (tmp_path / "out" / "manifest.json").read_bytes()
    stated = json.loads(signed)["station_key"]
    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(stated["public_key"]))
    public.verify(base64.b64decode((tmp_path / "out" / "manifest.sig").read_text()), signed)
    assert (stated["algorithm"], stated["fingerprint"]) == ("ed25519", summary.signer)


def test_the_next_export_replaces_the_signed_one_with_the_same_bytes(home, tmp_path):
    exported(home, tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    exported(home, tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


@pytest.mark.parametrize("spoiled", [b"", b"not a key", b"AAAA"])
def test_a_damaged_key_stops_the_export_rather_than_its_signature(home, tmp_path, spoiled):
    exported(home, tmp_path / "out")
    before = (tmp_path / "out" / "manifest.json").read_bytes()
    (home / "station.key").write_bytes(spoiled)
    with pytest.raises(DamagedKey, match="tell whoever collects"):
        exported(home, tmp_path / "out")
    assert (tmp_path / "out" / "manifest.json").read_bytes() == before
    assert (home / "station.key").read_bytes() == spoiled


def test_without_the_package_exports_are_not_signed(home, tmp_path, monkeypatch):
    monkeypatch.setattr(signing, "can_sign", lambda: False)
    monkeypatch.setattr("local_db.export.can_sign", lambda: False)
    assert exported(home, tmp_path / "out").signer == ""
    assert not (tmp_path / "out" / "manifest.sig").exists()
    assert not (home / "station.key").exists()


def test_two_first_exports_at_once_agree_on_one_key(home, monkeypatch):
    other = signing.key_for(home / "station.key")
    (home / "station.key").rename(home / "made meanwhile")
    real = signing.os.link

    def late(source, target):
        (home / "made meanwhile").rename(target)
        real(source, target)

    monkeypatch.setattr(signing.os, "link", late)
    assert signing.key_for(home / "station.key").fingerprint == other.fingerprint


def edited(folder: Path) -> None:
    """Another winner, and a manifest that names the edited file."""
    lines = folder / "battles.jsonl"
    before = lines.read_bytes()
    after = before.replace(b'"choice":"a"', b'"choice":"b"')
    assert after != before
    lines.write_bytes(after)
    manifest = folder / "manifest.json"
    digests = [hashlib.sha256(content).hexdigest() for content in (before, after)]
    manifest.write_text(manifest.read_text().replace(*digests))


def test_an_edited_export_is_not_merged_and_is_doubted(home, tmp_path):
    exported(home, tmp_path / "out")
    assert ranker.rank(tmp_path / "out", bootstraps=100).doubts == ()
    edited(tmp_path / "out")
    with pytest.raises(NotMerged, match="not the one that its station signed"):
        merge([tmp_path / "out"], tmp_path / "all")
    assert not (tmp_path / "all").exists()
    (doubt,) = ranker.rank(tmp_path / "out", bootstraps=100).doubts
    assert "not the one that its station signed" in doubt


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda sig: sig.unlink(), "names a key, and its signature"),
        (lambda sig: sig.write_text("no base64!"), "is no such thing"),
        (lambda sig: sig.write_text("AAAA"), "not the one that its station signed"),
    ],
)
def test_a_signature_that_is_gone_or_none_is_told(home, tmp_path, spoil, why):
    exported(home, tmp_path / "out")
    spoil(tmp_path / "out" / "manifest.sig")
    with pytest.raises(NotMerged, match=why):
        merge([tmp_path / "out"], tmp_path / "all")
    (doubt,) = ranker.rank(tmp_path / "out", bootstraps=100).doubts
    assert why in doubt


def test_a_merge_says_who_signed_each_part(home, tmp_path):
    signer = exported(home, tmp_path / "out").signer
    merge([tmp_path / "out"], tmp_path / "one")
    merge([tmp_path / "one"], tmp_path / "two")
    for name in ("one", "two"):
        (part,) = json.loads((tmp_path / name / "manifest.json").read_text())["parts"]
        assert part["signed_by"] == signer


def test_what_cannot_be_checked_is_not_merged_and_is_said(home, tmp_path, monkeypatch):
    exported(home, tmp_path / "out")
    monkeypatch.setitem(sys.modules, "cryptography.exceptions", None)
    with pytest.raises(NotMerged, match="needs the package cryptography"):
        merge([tmp_path / "out"], tmp_path / "all")
    (doubt,) = ranker.rank(tmp_path / "out", bootstraps=100).doubts
    assert "signature was not checked" in doubt
