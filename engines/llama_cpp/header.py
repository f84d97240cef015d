"""What a GGUF file says about itself, read without llama.cpp: for the probe, and to tell a file
that is broken off from one that never was a GGUF.

The format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.errors import EngineError, ErrorKind

MAGIC = b"GGUF"
_BYTES_PER_NUMBER = 2  # of the cache, unless llama.cpp is told otherwise
_STRING, _ARRAY = 8, 9
_NUMBERS = {
    0: "<B",
    1: "<b",
    2: "<H",
    3: "<h",
    4: "<I",
    5: "<i",
    6: "<f",
    7: "<?",
    10: "<Q",
    11: "<q",
    12: "<d",
}
# Kind of a tensor's numbers -> how many in a block, bytes of a block (`enum ggml_type`). Of a kind
# that is not here every tensor counts as one byte: the check of the file's end is then less sharp.
_BLOCKS = {
    0: (1, 4),  # F32
    1: (1, 2),  # F16
    2: (32, 18),  # Q4_0
    3: (32, 20),  # Q4_1
    6: (32, 22),  # Q5_0
    7: (32, 24),  # Q5_1
    8: (32, 34),  # Q8_0
    10: (256, 84),  # Q2_K
    11: (256, 110),  # Q3_K
    12: (256, 144),  # Q4_K
    13: (256, 176),  # Q5_K
    14: (256, 210),  # Q6_K
    30: (1, 2),  # BF16
}
_ALIGNMENT = "general.alignment"
_LONGEST_KEPT = 10_000
"""Numbers of an array; those of a vocabulary are passed over."""


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    architecture: str
    context_tokens: int
    """What the model was trained for; 0 where the file does not say."""
    kv_bytes_per_token: int
    """Keys and values of one token, in 16-bit floats; 0 where the file does not say."""
    chats: bool
    """Whether it carries a chat template."""


def read_header(path: Path) -> Header:
    """Raises EngineError: `internal` for what is no GGUF file, `needs_download` for one that is
    damaged or not complete.
    """
    values = _read_values(path)
    architecture = str(values.get("general.architecture", ""))
    return Header(
        name=str(values.get("general.name", "")) or path.stem,
        architecture=architecture,
        context_tokens=_whole(values.get(f"{architecture}.context_length")),
        kv_bytes_per_token=_kv_bytes_per_token(values, architecture),
        chats=bool(values.get("tokenizer.chat_template")),
    )


def damaged(path: Path, why: object) -> EngineError:
    sentence = f"{path.name} is damaged or not complete; fetch it again. ({why})"
    return EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, {"path": str(path)})


def _read_values(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
            if start != MAGIC[: len(start)]:
                sentence = f"{path.name} is no GGUF file: it begins with {start!r}."
                raise EngineError(ErrorKind.INTERNAL, sentence)
            if len(start) < len(MAGIC):
                raise damaged(path, f"it has {len(start)} bytes")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                return _Reader(content).values()
    except (struct.error, KeyError, UnicodeDecodeError) as error:
        raise damaged(path, error) from error
    except OSError as error:
        sentence = f"{path} cannot be read: {error}"
        raise EngineError(ErrorKind.INTERNAL, sentence) from error


class _Reader:
    """Raises struct.error or KeyError where the content is not what it should be."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._at = len(MAGIC)

    def values(self) -> dict[str, Any]:
        """All values, once the file was seen to hold all tensors it lists."""
        self._number("<I")  # the format's version: llama.cpp knows which it can read
        tensors, count = self._number("<Q"), self._number("<Q")
        found: dict[str, Any] = {}
        for _ in range(count):  # ends with struct.error where the count is wrong
            key = self._text()
            found[key] = self._value(self._number("<I"))
        end = max((self._tensor_end() for _ in range(tensors)), default=0)
        alignment = max(1, _whole(found.get(_ALIGNMENT, 32)))
        begin = -(-self._at // alignment) * alignment
        if end and begin + end > len(self._content):
            raise struct.error(f"it has {len(self._content)} of {begin + end} bytes")
        return found

    def _tensor_end(self) -> int:
        """Where the next tensor ends, in bytes from the first one's beginning."""
        self._pass_text()
        numbers = 1
        for _ in range(self._number("<I")):
            numbers *= self._number("<Q")
        in_block, block_bytes = _BLOCKS.get(self._number("<I"), (0, 0))
        begin = int(self._number("<Q"))
        return begin + (numbers // in_block * block_bytes if in_block else 1)

    def _value(self, kind: int) -> Any:
        if kind == _STRING:
            return self._text()
        if kind == _ARRAY:
            return self._array()
        return self._number(_NUMBERS[kind])

    def _array(self) -> Any:
        kind, count = self._number("<I"), self._number("<Q")
        if kind in (_STRING, _ARRAY):
            for _ in range(count):
                self._pass_text() if kind == _STRING else self._array()
            return None
        form = _NUMBERS[kind]
        if count <= _LONGEST_KEPT:
            return [self._number(form) for _ in range(count)]
        self._pass(count * struct.calcsize(form))
        return None

    def _number(self, form: str) -> Any:
        (value,) = struct.unpack_from(form, self._content, self._at)
        self._at += struct.calcsize(form)
        return value

    def _text(self) -> str:
        begin = self._pass_text()
        return self._content[begin : self._at].decode()

    def _pass_text(self) -> int:
        """Where it began."""
        length = self._number("<Q")
        begin = self._at
        self._pass(length)
        return begin

    def _pass(self, length: int) -> None:
        self._at += length
        if self._at > len(self._content):
            raise struct.error("the file ends before its header does")


def _kv_bytes_per_token(values: Mapping[str, Any], architecture: str) -> int:
    layers = _whole(values.get(f"{architecture}.block_count"))
    heads = _whole(values.get(f"{architecture}.attention.head_count"))
    width = _whole(values.get(f"{architecture}.embedding_length"))
    if not (layers and heads and width):
        return 0
    kv_heads = values.get(f"{architecture}.attention.head_count_kv", heads)
    all_heads = (
        sum(map(_whole, kv_heads)) if isinstance(kv_heads, list) else layers * _whole(kv_heads)
    )
    head_width = width // heads
    key = _whole(values.get(f"{architecture}.attention.key_length", head_width))
    value = _whole(values.get(f"{architecture}.attention.value_length", head_width))
    return all_heads * (key + value) * _BYTES_PER_NUMBER


def _whole(value: object) -> int:
    """Of an array (one number a layer) the largest."""
    if isinstance(value, list):
        return max(map(_whole, value), default=0)
    return value if isinstance(value, int) else 0
