"""What can be counted in samples, without judging it. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

FULL_SCALE = 32_766.5 / 32_768.0
"""A 16-bit sample at its largest positive or negative value lies above this."""
CLIPPED_RUN = 3
"""Consecutive full-scale samples from which a peak counts as cut off."""
ZERO_RUN_MS = 300
"""A microphone that is open and not muted never delivers this much exact silence."""

Samples = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True, slots=True)
class SampleFacts:
    peak_dbfs: float
    """Of the largest sample; -inf for digital silence."""
    rms_dbfs: float
    """Of all samples, full-scale square = 0; -inf for digital silence."""
    clipped_runs: int
    """Places with at least `CLIPPED_RUN` consecutive full-scale samples."""
    clipped_samples: int
    """Samples in those places."""
    zero_runs: int
    """Stretches of at least `ZERO_RUN_MS` of exact zeros."""
    zero_ms: float
    """Their length together."""
    longest_zero_ms: float
    """The longest stretch of exact zeros, however short."""
    ending_zero_ms: float
    """Exact zeros up to the last sample, however few."""


def measure(samples: Samples, rate_hz: int) -> SampleFacts:
    """`samples`: float32, shape (n_samples,), in [-1, 1]."""
    magnitude = np.abs(samples)
    clipped = [
        stop - start
        for start, stop in _runs(magnitude >= FULL_SCALE)
        if stop - start >= CLIPPED_RUN
    ]
    shortest = ZERO_RUN_MS * rate_hz // 1000
    zeros = list(_runs(samples == 0.0))
    lengths = [stop - start for start, stop in zeros]
    long_zeros = [length for length in lengths if length >= shortest]
    ending = zeros[-1][1] - zeros[-1][0] if zeros and zeros[-1][1] == len(samples) else 0
    return SampleFacts(
        peak_dbfs=dbfs(float(magnitude.max(initial=0.0))),
        rms_dbfs=dbfs(rms(samples)),
        clipped_runs=len(clipped),
        clipped_samples=sum(clipped),
        zero_runs=len(long_zeros),
        zero_ms=sum(long_zeros) * 1000.0 / rate_hz,
        longest_zero_ms=max(lengths, default=0) * 1000.0 / rate_hz,
        ending_zero_ms=ending * 1000.0 / rate_hz,
    )


def rms(samples: Samples) -> float:
    """Root mean square; 0 for no samples."""
    return math.sqrt(float(np.mean(np.square(samples, dtype=np.float64)))) if len(samples) else 0.0


def dbfs(amplitude: float) -> float:
    """Decibels below full scale; -inf for 0."""
    return 20.0 * math.log10(amplitude) if amplitude > 0.0 else -math.inf


def _runs(mask: np.ndarray[Any, np.dtype[np.bool_]]) -> Iterator[tuple[int, int]]:
    """Start and end (excluded) of each stretch of True."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return zip(edges[0::2].tolist(), edges[1::2].tolist(), strict=True)
