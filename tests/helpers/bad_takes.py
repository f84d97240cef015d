"""Recordings that nobody should hand in, and what must be said of each.

Made by the standard library and soundfile, never by what is under test.
"""

from __future__ import annotations

import random
import wave
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from engines.errors import ErrorKind
from tests.helpers.wav_files import RATE_HZ, write_wav

ANSWERED = ""
"""What `ask` says of a recording that is odd and can be heard all the same."""


@dataclass(frozen=True)
class BadTake:
    name: str
    write: Callable[[Path], object]
    """Puts it at a path."""
    worker: ErrorKind
    """What an engine says that is handed this very file."""
    ask: tuple[int, str]
    """What `main.py ask` ends with and says: it copies the recording for the engine first."""

    def at(self, folder: Path) -> Path:
        path = folder / f"{self.name}.wav"
        self.write(path)
        return path


def _nothing(_: Path) -> None:
    pass


def _holds(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _begins(bytes_kept: int) -> Callable[[Path], object]:
    """A recording of 1.5 s whose copying was broken off."""

    def write(path: Path) -> None:
        whole = write_wav(path).read_bytes()
        path.write_bytes(whole[:bytes_kept])

    return write


def _recorded(
    *, seconds: float = 1.0, rate_hz: int = RATE_HZ, channels: int = 1, sample_bytes: int = 2
) -> Callable[[Path], object]:
    """The same noise on every channel, a second of it over and over."""

    def write(path: Path) -> None:
        noise = random.Random(7)
        second = b"".join(
            _sample(noise.uniform(-0.1, 0.1), sample_bytes) * channels for _ in range(rate_hz)
        )
        with wave.open(str(path), "wb") as take:
            take.setnchannels(channels)
            take.setsampwidth(sample_bytes)
            take.setframerate(rate_hz)
            take.writeframes(second * round(seconds))

    return write


def _sample(value: float, sample_bytes: int) -> bytes:
    """8 bits are unsigned in a WAV file, all others signed."""
    if sample_bytes == 1:
        return bytes([round(128 + 127 * value)])
    whole = round(value * (2 ** (8 * sample_bytes - 1) - 1))
    return whole.to_bytes(sample_bytes, "little", signed=True)


def _by_soundfile(**form: str) -> Callable[[Path], object]:
    def write(path: Path) -> None:
        import soundfile

        noise = random.Random(7)
        samples = array("f", [noise.uniform(-0.1, 0.1) for _ in range(RATE_HZ)])
        with soundfile.SoundFile(path, "w", RATE_HZ, 1, **form) as file:
            file.buffer_write(samples, dtype="float32")

    return write


UNREADABLE = (1, "cannot be read as audio")
NO_FILE = (2, "There is no recording at")
NO_SOUND = (1, "holds no sound")
HEARD = (0, ANSWERED)

BAD_TAKES = (
    BadTake("missing", _nothing, ErrorKind.BAD_AUDIO, NO_FILE),
    BadTake("a folder", Path.mkdir, ErrorKind.BAD_AUDIO, NO_FILE),
    BadTake("empty", _holds(b""), ErrorKind.BAD_AUDIO, UNREADABLE),
    BadTake("text", _holds(b"this is text and no sound"), ErrorKind.BAD_AUDIO, UNREADABLE),
    BadTake("cut off in its header", _begins(30), ErrorKind.BAD_AUDIO, UNREADABLE),
    BadTake("cut off", _begins(20_000), ErrorKind.BAD_AUDIO, (1, "is cut off: 41 % of it")),
    BadTake("cut off in a sample", _begins(20_001), ErrorKind.BAD_AUDIO, (1, "is cut off: 41 %")),
    BadTake("no samples", _recorded(seconds=0), ErrorKind.AUDIO_EMPTY, NO_SOUND),
    BadTake("one sample", lambda p: _samples(p, [9000]), ErrorKind.AUDIO_EMPTY, NO_SOUND),
    BadTake("all zero", lambda p: write_wav(p, amplitude=0), ErrorKind.AUDIO_EMPTY, NO_SOUND),
    BadTake("8 bits", _recorded(sample_bytes=1), ErrorKind.BAD_AUDIO, HEARD),
    BadTake("24 bits", _recorded(sample_bytes=3), ErrorKind.BAD_AUDIO, HEARD),
    BadTake("float", _by_soundfile(format="WAV", subtype="FLOAT"), ErrorKind.BAD_AUDIO, HEARD),
    BadTake("FLAC", _by_soundfile(format="FLAC", subtype="PCM_16"), ErrorKind.BAD_AUDIO, HEARD),
    BadTake("8 channels", _recorded(channels=8), ErrorKind.BAD_AUDIO, HEARD),
    BadTake("192 kHz", _recorded(rate_hz=192_000), ErrorKind.BAD_AUDIO, HEARD),
    BadTake(
        "ten minutes",
        _recorded(seconds=600),
        ErrorKind.AUDIO_TOO_LONG,
        (1, "600 s long; the limit is 120 s"),
    ),
)

ODD_TAKES: Mapping[str, Callable[[Path], Path]] = {
    "a tenth of a second": lambda path: write_wav(path, seconds=0.1),
    "as loud as can be": lambda path: _samples(path, [32_767, -32_768] * (RATE_HZ // 4)),
}
"""16 kHz mono PCM16, so an engine may hear them; it may also say that there is nothing to hear."""


def _samples(path: Path, values: list[int]) -> Path:
    with wave.open(str(path), "wb") as take:
        take.setnchannels(1)
        take.setsampwidth(2)
        take.setframerate(RATE_HZ)
        take.writeframes(array("h", values).tobytes())
    return path
