"""How much of a take is speech: an energy gate over an adaptive noise floor. Pure.

Speech is told from steady noise by its dynamics: syllables stand out of the pauses between them.
Music and other people's talk pass the gate; telling those apart takes a trained detector.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from desktop.audio.facts import Samples

FRAME_MS = 20
BAND_HZ = (200.0, 4_000.0)
"""Where speech is, and mains hum, rumble and hiss are not."""
FLOOR_WINDOW_MS = 3_000
FLOOR_SHARE = 0.1
"""The noise floor is this quantile of the frame levels around a frame."""
LOWEST_FLOOR_DBFS = -75.0
"""Digital silence is no floor."""
ABOVE_FLOOR_DB = 9.0
SHORTEST_RUN_FRAMES = 4
"""A key click or a knock is shorter than the shortest syllable."""
_FRAMES_AT_ONCE = 4_096

Levels = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Speech:
    share: float
    """Of all frames, in [0, 1]."""
    total_ms: float
    level_dbfs: float
    """RMS within the speech band over the speech frames; -inf where there is none."""
    floor_dbfs: float
    """Median noise floor within the speech band."""


def find_speech(samples: Samples, rate_hz: int) -> Speech:
    """`samples`: float32, shape (n_samples,), in [-1, 1]."""
    levels = _band_levels(samples, rate_hz)
    if len(levels) == 0:
        return Speech(0.0, 0.0, -np.inf, LOWEST_FLOOR_DBFS)
    floor = _floor(levels)
    active = _without_clicks(levels > floor + ABOVE_FLOOR_DB)
    power = np.mean(10.0 ** (levels[active] / 10.0)) if active.any() else 0.0
    return Speech(
        share=float(active.mean()),
        total_ms=float(active.sum() * FRAME_MS),
        level_dbfs=float(10.0 * np.log10(power)) if power > 0.0 else -np.inf,
        floor_dbfs=float(np.median(floor)),
    )


def _band_levels(samples: Samples, rate_hz: int) -> Levels:
    """Level of the speech band per frame in dBFS, at least `LOWEST_FLOOR_DBFS`."""
    size = rate_hz * FRAME_MS // 1000
    count = len(samples) // size
    frames = samples[: count * size].reshape(count, size)
    window = np.hanning(size).astype(np.float32)
    frequencies = np.fft.rfftfreq(size, 1.0 / rate_hz)
    band = (frequencies >= BAND_HZ[0]) & (frequencies <= BAND_HZ[1])
    power = np.empty(count)
    for first in range(0, count, _FRAMES_AT_ONCE):
        part = slice(first, first + _FRAMES_AT_ONCE)
        spectrum = np.fft.rfft(frames[part] * window, axis=1)[:, band]
        power[part] = np.sum(np.abs(spectrum) ** 2, axis=1)
    # Parseval, one-sided, corrected for the window's own power.
    power *= 2.0 / (size * float(np.sum(window.astype(np.float64) ** 2)))
    return np.maximum(10.0 * np.log10(np.maximum(power, 1e-12)), LOWEST_FLOOR_DBFS)


def _floor(levels: Levels) -> Levels:
    """The noise floor around each frame."""
    width = min(FLOOR_WINDOW_MS // FRAME_MS, len(levels))
    windows = np.lib.stride_tricks.sliding_window_view(levels, width)
    quantile = np.partition(windows, int(FLOOR_SHARE * (width - 1)), axis=1)
    floors = quantile[:, int(FLOOR_SHARE * (width - 1))]
    centres = np.clip(np.arange(len(levels)) - width // 2, 0, len(floors) - 1)
    return np.asarray(floors[centres])


def _without_clicks(
    active: np.ndarray[Any, np.dtype[np.bool_]],
) -> np.ndarray[Any, np.dtype[np.bool_]]:
    edges = np.flatnonzero(np.diff(active, prepend=False, append=False))
    kept = active.copy()
    for start, stop in zip(edges[0::2], edges[1::2], strict=True):
        if stop - start < SHORTEST_RUN_FRAMES:
            kept[start:stop] = False
    return kept
