from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from local_db.errors import DiskTrouble, TakeExists
from local_db.take_files import commit_take_file, sha256_of
from tests.helpers.traced_calls import traced


def test_a_finished_take_has_its_name_and_its_bytes(tmp_path: Path) -> None:
    part, final = tmp_path / "a.wav.part", tmp_path / "a.wav"
    part.write_bytes(b"RIFF")
    commit_take_file(part, final)
    assert final.read_bytes() == b"RIFF"
    assert not part.exists()


def test_file_rename_folder_in_this_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    part, final = tmp_path / "a.wav.part", tmp_path / "a.wav"
    part.write_bytes(b"RIFF")
    calls = traced(monkeypatch)
    commit_take_file(part, final)
    assert calls == [("fsync", str(part)), ("replace", str(final)), ("fsync", str(tmp_path))]


def test_a_take_that_leaves_a_folder_is_gone_from_there_for_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, final = tmp_path / "new" / "a.wav.part", tmp_path / "a.wav"
    part.parent.mkdir()
    part.write_bytes(b"RIFF")
    calls = traced(monkeypatch)
    commit_take_file(part, final)
    assert calls[2:] == [("fsync", str(tmp_path)), ("fsync", str(part.parent))]


def test_an_earlier_take_is_never_overwritten(tmp_path: Path) -> None:
    part, final = tmp_path / "a.wav.part", tmp_path / "a.wav"
    part.write_bytes(b"second")
    final.write_bytes(b"first")
    with pytest.raises(TakeExists, match="not overwritten"):
        commit_take_file(part, final)
    assert (part.read_bytes(), final.read_bytes()) == (b"second", b"first")


def test_a_take_whose_folder_was_refused_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    part, final = tmp_path / "a.wav.part", tmp_path / "a.wav"
    part.write_bytes(b"RIFF")
    with monkeypatch.context() as failing:
        failing.setattr("local_db.durable.fsync_folder", refuse)
        for _ in range(2):
            with pytest.raises(DiskTrouble):
                commit_take_file(part, final)
    calls = traced(monkeypatch)
    commit_take_file(part, final)
    assert calls == [("fsync", str(tmp_path))]
    assert final.read_bytes() == b"RIFF"


def refuse(folder: Path) -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO), str(folder))


def test_a_missing_part_is_a_bug(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        commit_take_file(tmp_path / "a.wav.part", tmp_path / "a.wav")


def test_sha256(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    assert sha256_of(tmp_path / "a") == (
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-2, B.1
    )
