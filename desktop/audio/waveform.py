"""Bars for drawing a take. Pure."""

from __future__ import annotations

import numpy as np

from desktop.audio.facts import Samples

BAR_MS = 50
"""One bar of the live waveform."""


def peaks(samples: Samples, bars: int) -> tuple[float, ...]:
    """The largest magnitude in each of `bars` equal stretches, oldest first, each in [0, 1].

    Fewer bars than asked for when there are fewer samples; none for no samples.
    """
    bars = min(bars, len(samples))
    if bars < 1:
        return ()
    starts = np.arange(bars) * len(samples) // bars
    heights = np.maximum.reduceat(np.abs(samples), starts)
    return tuple(np.minimum(heights, 1.0).tolist())


class LiveBars:
    """Bars of `BAR_MS` each, made from samples as they come."""

    def __init__(self, rate_hz: int) -> None:
        self._bar_frames = rate_hz * BAR_MS // 1000
        self._rest = np.empty(0, dtype=np.float32)

    def add(self, samples: Samples) -> tuple[float, ...]:
        """The bars completed by these samples; what is left over begins the next one."""
        pending = np.concatenate((self._rest, samples))
        bars = len(pending) // self._bar_frames
        whole = bars * self._bar_frames
        self._rest = pending[whole:]
        return peaks(pending[:whole], bars)
