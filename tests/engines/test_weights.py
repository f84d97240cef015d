"""Sums of weights are true, and computed again only when a file changed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from engines.checkpoint_code import content_digests
from engines.weights import digests, weight_files


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    file = tmp_path / "model" / "model.safetensors"
    file.parent.mkdir()
    file.write_bytes(b"a" * 1000)
    return file


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_a_sum_is_that_of_the_bytes(weights: Path, tmp_path: Path) -> None:
    assert digests([weights], cache=tmp_path) == {weights: sha256(b"a" * 1000)}


def test_files_of_one_name_are_two(weights: Path, tmp_path: Path) -> None:
    below = weights.parent / "original" / weights.name
    below.parent.mkdir()
    below.write_bytes(b"b")
    found = digests(weight_files(weights.parent), cache=tmp_path)
    assert found == {weights: sha256(b"a" * 1000), below: sha256(b"b")}
    named = content_digests(weights.parent, lambda _what, _share: None)
    assert set(named) == {"model.safetensors", "original/model.safetensors"}


def test_the_parts_of_a_model_go_by_the_first(tmp_path: Path) -> None:
    parts = [tmp_path / f"m-0000{number}-of-00003.gguf" for number in (1, 2, 3)]
    for part in parts:
        part.write_bytes(b"GGUF")
    assert weight_files(parts[0]) == parts


def test_a_known_file_is_not_read_again(weights: Path, tmp_path: Path) -> None:
    digests([weights], cache=tmp_path)
    kept = tmp_path / "weights.json"
    kept.write_text(kept.read_text().replace(sha256(b"a" * 1000), "of the cache"))
    assert digests([weights], cache=tmp_path) == {weights: "of the cache"}


def test_a_file_that_changed_is_read_again_though_its_size_did_not(
    weights: Path, tmp_path: Path
) -> None:
    digests([weights], cache=tmp_path)
    weights.write_bytes(b"b" * 1000)
    os.utime(weights, ns=(1, 1))
    assert digests([weights], cache=tmp_path) == {weights: sha256(b"b" * 1000)}


def test_an_old_time_of_change_hides_no_change(weights: Path, tmp_path: Path) -> None:
    """`cp -p` and `tar` set mtime back; ctime cannot be set."""
    digests([weights], cache=tmp_path)
    before = weights.stat()
    weights.write_bytes(b"b" * 1000)
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digests([weights], cache=tmp_path) == {weights: sha256(b"b" * 1000)}


@pytest.mark.parametrize("scribble", ["", "[]", "{", '{"/x": 3}', '{"/x": [1, 2]}', "\0"])
def test_a_cache_that_cannot_be_read_costs_time_only(
    weights: Path, tmp_path: Path, scribble: str
) -> None:
    (tmp_path / "weights.json").write_text(scribble)
    assert digests([weights], cache=tmp_path) == {weights: sha256(b"a" * 1000)}
    assert list(json.loads((tmp_path / "weights.json").read_text())) == [str(weights)]


def test_a_cache_that_cannot_be_written_costs_time_only(weights: Path) -> None:
    cache = weights / "is a file and no folder"
    assert digests([weights], cache=cache) == {weights: sha256(b"a" * 1000)}


def test_progress_goes_by_bytes(weights: Path, tmp_path: Path) -> None:
    (weights.parent / "small.bin").write_bytes(b"c" * 250)
    shares: list[float] = []
    digests(weight_files(weights.parent), cache=tmp_path, progress=shares.append)
    assert shares == [0.8, 1.0]
