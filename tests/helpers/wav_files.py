"""Small WAV files, made with the standard library."""

from __future__ import annotations

import random
import wave
from array import array
from pathlib import Path

RATE_HZ = 16_000


def write_wav(path: Path, *, seconds: float = 1.5, amplitude: int = 300) -> Path:
    """16 kHz mono PCM16 of the same quiet noise every time."""
    noise = random.Random(7)
    samples = [noise.randint(-amplitude, amplitude) for _ in range(round(seconds * RATE_HZ))]
    with wave.open(str(path), "wb") as take:
        take.setnchannels(1)
        take.setsampwidth(2)
        take.setframerate(RATE_HZ)
        take.writeframes(array("h", samples).tobytes())
    return path


def write_pauses(path: Path, last: int = 3000) -> Path:
    """Three times six seconds of noise, with pauses of a second; the last ones as loud as told."""
    noise = random.Random(7)
    samples = array("h")
    for second in range(20):
        loud = 0 if second % 7 == 6 else 3000 if second < 14 else last
        samples.extend(noise.randint(-loud, loud) for _ in range(RATE_HZ))
    with wave.open(str(path), "wb") as take:
        take.setnchannels(1)
        take.setsampwidth(2)
        take.setframerate(RATE_HZ)
        take.writeframes(samples.tobytes())
    return path
