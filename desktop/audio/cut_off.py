"""Whether a WAV file ends before its header says: libsndfile reads what is there without a word."""

from __future__ import annotations

import struct
from pathlib import Path

_STREAMED_BYTES = 0x7FFF_0000
"""From here on a length says that the writer could not go back and write the true one."""


def share_there(path: Path) -> float:
    """Of the sound that the header of a WAV file promises, in [0, 1]; 1 for any other file.

    Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return 1.0
        while len(chunk := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", chunk)
            if name == b"data":
                promised = length if 0 < length < _STREAMED_BYTES else 0
                there = size - file.tell()
                return min(1.0, there / promised) if promised else 1.0
            file.seek(length + length % 2, 1)
    return 1.0
