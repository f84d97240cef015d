"""Sentences spoken by espeak-ng, 16 kHz mono PCM16, kept between test runs."""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import soundfile
import soxr

RATE_HZ = 16_000


def spoken(text: str, voice: str, words_per_minute: int) -> Path:
    """A WAV file of the sentence; the same file for the same sentence, voice and rate."""
    name = f"{voice}|{words_per_minute}|{text}"
    path = _folder() / f"{hashlib.sha256(name.encode()).hexdigest()[:24]}.wav"
    if not path.exists():
        command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "--stdout", text]
        said = subprocess.run(command, check=True, capture_output=True, timeout=30).stdout
        samples, rate_hz = soundfile.read(io.BytesIO(said), dtype="float32")
        part = path.with_suffix(f".{os.getpid()}")  # several test processes may say it at once
        resampled = soxr.resample(samples, rate_hz, RATE_HZ)
        soundfile.write(part, resampled, RATE_HZ, subtype="PCM_16", format="WAV")
        part.replace(path)
    return path


@cache
def _folder() -> Path:
    """One for each version of espeak-ng: another version speaks otherwise."""
    version = subprocess.run(["espeak-ng", "--version"], check=True, capture_output=True).stdout
    digest = hashlib.sha256(version).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"earshot-spoken-{os.getuid()}-{digest}"
    folder.mkdir(exist_ok=True)
    return folder
