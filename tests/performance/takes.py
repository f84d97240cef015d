"""A sample take as the engines get it."""

from __future__ import annotations

from pathlib import Path

import soundfile

SAMPLE = Path(__file__).parent.parent.parent / "resources" / "takes" / "09-knowledge.flac"


def sample_take(folder: Path) -> Path:
    """16 kHz mono PCM16 WAV, a second and a third of speech."""
    samples, rate_hz = soundfile.read(SAMPLE, dtype="int16")
    path = folder / "take.wav"
    soundfile.write(path, samples, rate_hz, subtype="PCM_16")
    return path
