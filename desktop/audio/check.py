"""A finished take on its way to the systems: judged, copied for them, drawn as a waveform.

Everything that works on samples is behind this file, and loading that takes a tenth of a second:
the window imports it only when it is on the screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from desktop.audio.capture import Capture
from desktop.audio.convert import ENGINE_RATE_HZ, read_samples, resample, to_engine_wav
from desktop.audio.problems import AudioUnavailable
from desktop.audio.quality import Limits, Quality, assess
from desktop.audio.waveform import peaks


@dataclass(frozen=True, slots=True)
class Checked:
    quality: Quality
    peaks: tuple[float, ...]
    """The waveform, each bar in [0, 1]."""


def check_take(capture: Capture, heard: Path, *, longest_ms: float, bars: int) -> Checked:
    """Judge a recording; unless it is refused, `heard` becomes its 16 kHz copy.

    Raises AudioUnavailable when the file cannot be read, OSError when the copy cannot be written.
    """
    samples, rate_hz = read_samples(capture.part_path)
    quality = assess(samples, rate_hz, capture, Limits(longest_ms=longest_ms))
    if not quality.refused:
        to_engine_wav(capture.part_path, heard)
    return Checked(quality, peaks(samples, bars))


def drawn(file: Path, bars: int) -> tuple[float, ...]:
    """The waveform of a recording that was checked before; none where it cannot be read now."""
    try:
        samples, _ = read_samples(file)
    except AudioUnavailable:
        return ()
    return peaks(samples, bars)


def warm_up() -> None:
    """Load the libraries that a take needs, so that the first one is as quick as the others."""
    import soundfile  # noqa: F401 - loaded by `read_samples`

    second = np.zeros(3 * ENGINE_RATE_HZ, np.float32)
    assess(resample(second, 3 * ENGINE_RATE_HZ, ENGINE_RATE_HZ), ENGINE_RATE_HZ)
