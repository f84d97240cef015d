"""What a safetensors file holds, read from its first bytes: no tensor is touched.

The layout is that of the format's description (github.com/huggingface/safetensors): eight bytes
with the length of a JSON object, the object (tensor → dtype, shape, place), the tensors.
"""

from __future__ import annotations

import json
import math
import struct
from dataclasses import dataclass
from pathlib import Path

from engines.errors import EngineError, ErrorKind

_LONGEST_HEADER_BYTES = 100_000_000  # the format's own limit


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in one file."""

    tensors_bytes: int
    numbers: int
    """How many numbers all tensors have together."""


def read_header(path: Path) -> Stored:
    """Raises EngineError (`needs_download`) when the file is missing, cut short or no such file."""
    try:
        with path.open("rb") as file:
            start = file.read(8)
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 0 < length <= _LONGEST_HEADER_BYTES:
                raise _broken(path, "it does not begin like a safetensors file")
            header = json.loads(file.read(length))
        size = path.stat().st_size
        tensors = {name: told for name, told in header.items() if name != "__metadata__"}
        end = max((told["data_offsets"][1] for told in tensors.values()), default=0)
        numbers = sum(math.prod(told["shape"]) for told in tensors.values())
    except OSError as error:
        raise _broken(path, error.strerror or "it cannot be read") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise _broken(path, "its header cannot be read") from error
    if size < 8 + length + end:
        raise _broken(path, f"it has {size} bytes and should have {8 + length + end}")
    return Stored(end, numbers)


def _broken(path: Path, why: str) -> EngineError:
    sentence = f"The weights in {path} cannot be used: {why}. Fetch or write the file again."
    return EngineError(ErrorKind.NEEDS_DOWNLOAD, sentence, {"path": str(path)})
