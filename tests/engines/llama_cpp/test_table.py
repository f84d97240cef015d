"""What the engine makes of a model table and of a file's header, before it imports anything."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest

from engines.errors import EngineError, ErrorKind
from engines.llama_cpp.header import read_header
from engines.llama_cpp.table import read_table
from engines.split_files import parts
from tests.helpers.loaded_modules import loaded_by

LLAMA_3_8B = {
    "general.architecture": "llama",
    "general.name": "Some Llama",
    "llama.context_length": 8192,
    "llama.embedding_length": 4096,
    "llama.block_count": 32,
    "llama.attention.head_count": 32,
    "llama.attention.head_count_kv": 8,
    "tokenizer.ggml.tokens": ["a", "bc", ""],
    "tokenizer.chat_template": "{{ messages }}",
}


def text(value: str) -> bytes:
    return struct.pack("<Q", len(value.encode())) + value.encode()


def value(of: Any) -> bytes:
    if isinstance(of, str):
        return struct.pack("<I", 8) + text(of)
    if isinstance(of, list) and isinstance(of[0], str):
        return struct.pack("<IIQ", 9, 8, len(of)) + b"".join(map(text, of))
    if isinstance(of, list):
        return struct.pack("<IIQ", 9, 4, len(of)) + struct.pack(f"<{len(of)}I", *of)
    return struct.pack("<II", 4, of)


def header(values: dict[str, Any]) -> bytes:
    pairs = b"".join(text(key) + value(of) for key, of in values.items())
    return b"GGUF" + struct.pack("<IQQ", 3, 0, len(values)) + pairs


def gguf(path: Path, values: dict[str, Any] = LLAMA_3_8B) -> Path:
    path.write_bytes(header(values))
    return path


def refused(path: Path, **table: Any) -> EngineError:
    with pytest.raises(EngineError) as caught:
        read_table({"path": str(path), **table})
    return caught.value


def test_a_header_says_what_a_probe_wants_to_know(tmp_path: Path) -> None:
    found = read_header(gguf(tmp_path / "a.gguf"))
    assert (found.name, found.architecture, found.chats) == ("Some Llama", "llama", True)
    assert found.context_tokens == 8192
    # 32 layers, 8 heads of 128, keys and values, two bytes each: 128 KiB, as is well known.
    assert found.kv_bytes_per_token == 128 * 1024


def test_heads_may_differ_from_layer_to_layer(tmp_path: Path) -> None:
    values = LLAMA_3_8B | {"llama.block_count": 3, "llama.attention.head_count_kv": [8, 0, 4]}
    found = read_header(gguf(tmp_path / "a.gguf", values))
    assert found.kv_bytes_per_token == 12 * (128 + 128) * 2


def test_a_header_without_sizes_is_read_all_the_same(tmp_path: Path) -> None:
    found = read_header(gguf(tmp_path / "small.gguf", {"general.architecture": "new"}))
    assert (found.name, found.context_tokens, found.kv_bytes_per_token) == ("small", 0, 0)
    assert not found.chats


def test_a_header_that_breaks_off_anywhere_is_a_damaged_file(tmp_path: Path) -> None:
    whole = header(LLAMA_3_8B)
    path = tmp_path / "a.gguf"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert refused(path).kind is ErrorKind.NEEDS_DOWNLOAD, length


@pytest.mark.parametrize("content", [b"this is text", b"PK\x03\x04", b"ggml" + bytes(100)])
def test_a_file_of_another_kind_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(content)
    error = refused(path)
    assert error.kind is ErrorKind.INTERNAL
    assert "is no GGUF file" in error.researcher


def test_a_header_that_lies_about_its_counts_ends_in_time(tmp_path: Path) -> None:
    path = tmp_path / "a.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 2**60, 2**60))
    assert refused(path).kind is ErrorKind.NEEDS_DOWNLOAD
    many = text("a") + struct.pack("<IIQ", 9, 4, 2**62)
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + many)
    assert refused(path).kind is ErrorKind.NEEDS_DOWNLOAD


def test_what_is_not_said_comes_from_the_file(tmp_path: Path) -> None:
    long = gguf(tmp_path / "long.gguf", LLAMA_3_8B | {"llama.context_length": 131_072})
    table = read_table({"path": str(long)})
    assert (table.device, table.mmproj, table.longest_s) == ("auto", None, 120)
    assert table.context_tokens == 8192
    assert read_table({"path": str(long), "n_ctx": 100_000}).context_tokens == 100_000
    short = gguf(tmp_path / "short.gguf", LLAMA_3_8B | {"llama.context_length": 2048})
    assert read_table({"path": str(short)}).context_tokens == 2048


def test_a_folder_of_a_model_and_its_projector_needs_no_names(tmp_path: Path) -> None:
    model = gguf(tmp_path / "some-Q4_K_M.gguf")
    projector = gguf(tmp_path / "mmproj-some-f16.gguf")
    table = read_table({"path": str(tmp_path), "mmproj": projector.name})
    assert table.files() == [model, projector]
    gguf(tmp_path / "some-Q8_0.gguf")
    error = refused(tmp_path)
    assert error.data == {"files": ["some-Q4_K_M.gguf", "some-Q8_0.gguf"]}


def test_a_split_model_is_all_of_its_parts(tmp_path: Path) -> None:
    names = [f"big-{number:05}-of-00003.gguf" for number in (1, 2, 3)]
    assert [part.name for part in parts(tmp_path / names[0])] == names
    for name in names[:2]:
        gguf(tmp_path / name)
    error = refused(tmp_path)
    assert error.kind is ErrorKind.NEEDS_DOWNLOAD
    assert names[2] in error.researcher
    gguf(tmp_path / names[2])
    assert [file.name for file in read_table({"path": str(tmp_path)}).files()] == names


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_gpu_layers": 99},
        {"device": "cuda"},
        {"n_ctx": 0},
        {"n_ctx": 8193},
        {"n_ctx": "many"},
        {"longest_s": 0},
        {"longest_s": True},
        {"mmproj": ""},
    ],
)
def test_what_the_engine_does_not_know_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    error = refused(gguf(tmp_path / "a.gguf"), **wrong)
    assert error.kind is ErrorKind.INTERNAL
    assert next(iter(wrong)) in error.researcher


def test_a_projector_that_is_not_there_needs_a_download(tmp_path: Path) -> None:
    error = refused(gguf(tmp_path / "a.gguf"), mmproj="mmproj.gguf")
    assert error.kind is ErrorKind.NEEDS_DOWNLOAD


def test_a_probe_imports_no_library(tmp_path: Path) -> None:
    model = {"path": str(gguf(tmp_path / "a.gguf"))}
    program = (
        "from engines.llama_cpp.engine import Engine\n"
        f"probe = Engine().probe({model!r})\n"
        "assert probe.ok and probe.memory_bytes > 2**30 or probe.lacks == 'needs_package', probe\n"
    )
    assert loaded_by(program, {"llama_cpp", "jinja2", "numpy"}) == set()
