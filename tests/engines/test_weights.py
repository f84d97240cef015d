"""Sums of weights are true, and computed again only when a file changed."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

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
    assert digests([weights], cache=tmp_path) == {"model.safetensors": sha256(b"a" * 1000)}


def test_a_known_file_is_not_read_again(weights: Path, tmp_path: Path) -> None:
    digests([weights], cache=tmp_path)
    kept = tmp_path / "weights.json"
    kept.write_text(kept.read_text().replace(sha256(b"a" * 1000), "of the cache"))
    assert digests([weights], cache=tmp_path) == {"model.safetensors": "of the cache"}


def test_a_file_that_changed_is_read_again_though_its_size_did_not(
    weights: Path, tmp_path: Path
) -> None:
    digests([weights], cache=tmp_path)
    weights.write_bytes(b"b" * 1000)
    os.utime(weights, ns=(1, 1))
    assert digests([weights], cache=tmp_path) == {"model.safetensors": sha256(b"b" * 1000)}


def test_an_old_time_of_change_hides_no_change(weights: Path, tmp_path: Path) -> None:
    """`cp -p` and `tar` set mtime back; ctime cannot be set."""
    digests([weights], cache=tmp_path)
    before = weights.stat()
    weights.write_bytes(b"b" * 1000)
    os.utime(weights, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert digests([weights], cache=tmp_path) == {"model.safetensors": sha256(b"b" * 1000)}


@pytest.mark.parametrize("scribble", ["", "[]", "{", '{"/x": 3}', '{"/x": [1, 2]}', "\0"])
def test_a_cache_that_cannot_be_read_costs_time_only(
    weights: Path, tmp_path: Path, scribble: str
) -> None:
    (tmp_path / "weights.json").write_text(scribble)
    assert digests([weights], cache=tmp_path) == {"model.safetensors": sha256(b"a" * 1000)}
    assert list(json.loads((tmp_path / "weights.json").read_text())) == [str(weights)]


def test_a_cache_that_cannot_be_written_costs_time_only(weights: Path) -> None:
    cache = weights / "is a file and no folder"
    assert digests([weights], cache=cache) == {"model.safetensors": sha256(b"a" * 1000)}


def test_progress_goes_by_bytes(weights: Path, tmp_path: Path) -> None:
    (weights.parent / "small.bin").write_bytes(b"c" * 250)
    shares: list[float] = []
    digests(weight_files(weights.parent), cache=tmp_path, progress=shares.append)
    assert shares == [0.8, 1.0]
