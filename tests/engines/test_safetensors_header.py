"""Weights are judged by the first bytes of their file."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import pytest

from engines.errors import EngineError, ErrorKind
from engines.safetensors_header import Stored, read_header

WHOLE = {
    "__metadata__": {"format": "pt"},
    "a": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
    "b": {"dtype": "BF16", "shape": [], "data_offsets": [24, 26]},
}


def written(path: Path, header: Any, tensors: bytes) -> Path:
    told = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(told)) + told + tensors)
    return path


def test_counts_bytes_and_numbers(tmp_path: Path) -> None:
    assert read_header(written(tmp_path / "w", WHOLE, bytes(26))) == Stored(26, 7)
    assert read_header(written(tmp_path / "w", {}, b"")) == Stored(0, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GGUF",
        b"\x80\x04pickled",
        bytes(8),
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 9) + b"{",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 7) + b'{"a":1}',
        struct.pack("<Q", 4) + b"\xff\xfe\xfd\xfc",
    ],
)
def test_what_is_no_such_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(EngineError) as caught:
        read_header(path)
    assert caught.value.kind is ErrorKind.NEEDS_DOWNLOAD


def test_a_file_that_was_cut_short(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="bytes and should have"):
        read_header(written(tmp_path / "w", WHOLE, bytes(25)))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be used"):
        read_header(tmp_path / "missing")
