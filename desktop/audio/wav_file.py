"""A PCM16 WAV file that is whole after every block, whatever happens next.

The standard library's `wave` writes it rather than libsndfile: it brings the header up to date with
each block, so a file whose writer was killed opens everywhere (libsndfile leaves the length at zero
and only its own reader forgives that), and a full disk is an OSError with its number.
"""

from __future__ import annotations

import errno
import io
import wave
from pathlib import Path

HEADER_BYTES = 44
DISK_FULL = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})


class _WholeWrites(io.FileIO):
    """An unbuffered file whose `write` writes everything or raises."""

    def write(self, data: object) -> int:
        rest = memoryview(data).cast("B")  # type: ignore[arg-type]
        total = len(rest)
        while rest:
            rest = rest[super().write(rest) or 0 :]
        return total


class WavFile:
    """Mono, 16 bit. Every `append` reaches the operating system before it returns."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        """Create `path`, which must not exist yet. Raises OSError."""
        self.path = path
        self.frames = 0
        """Frames the file holds for certain."""
        self._file = _WholeWrites(path, "x")
        self._wave = wave.open(self._file, "wb")  # noqa: SIM115 - open until `close`
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(rate_hz)
        try:
            self._wave.writeframes(b"")
        except OSError:
            self._file.close()
            path.unlink(missing_ok=True)
            raise

    def append(self, samples: bytes | memoryview) -> None:
        """Add little-endian 16-bit samples.

        Raises OSError; the file then holds the earlier `frames`, no more, and can be closed.
        """
        try:
            self._wave.writeframes(samples)
        except OSError:
            self._file.truncate(HEADER_BYTES + 2 * self.frames)
            raise
        self.frames += len(samples) // 2

    def close(self) -> None:
        """Close; more calls do nothing."""
        try:
            self._wave.close()
        finally:
            self._file.close()
