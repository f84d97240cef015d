"""An export that says who wrote it: signed with a key that stays at its station."""

from __future__ import annotations

import base64
import json
from contextlib import closing
from pathlib import Path

import pytest

from local_db import signing
from local_db.errors import DamagedKey
from local_db.export import ExportSummary, export
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
