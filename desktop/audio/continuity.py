"""Whether samples are missing: what arrived against what the clock says should have.

Drivers and sound servers drop audio without a flag (98 % of it, in one measurement). A block may
come late and the next ones catch up: that is no loss. So a gap is only where the backlog, the
frames due minus the frames received, rises and never falls back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

GAP_MS = 10.0
"""A smaller step is clock drift or scheduling."""
SHIFT_MS = 40.0
"""A sound server that changes its buffering (because another program joined in) delays everything
after that by up to two of its blocks and loses nothing: so little in all is no loss."""
DRIFT_SHARE = 0.003
"""Two healthy clocks differ by less than this; a slow leak of small losses exceeds it."""
SETTLE_MS = 150.0
"""Blocks at the very end have had no time to catch up; they are judged together."""


@dataclass(frozen=True, slots=True)
class Gap:
    at_ms: float
    """Where in the take samples are missing, from its first sample."""
    missing_ms: float


@dataclass(frozen=True, slots=True)
class Continuity:
    frames_expected: int
    """Frames received plus frames missing."""
    gaps: tuple[Gap, ...] = ()


def judge(
    stamps: Sequence[tuple[int, int]], rate_hz: int, start_frame: int, end_frame: int
) -> Continuity:
    """Compare block arrivals (`Ring.stamps`: monotonic ns, frames by then) with the clock.

    `start_frame` and `end_frame` bound the take in the stamps' own frame count; stamps may reach
    beyond it on both sides, which makes the verdict steadier.
    """
    frames = end_frame - start_frame
    if len(stamps) < 2:
        return Continuity(frames_expected=frames)
    times = np.array([stamp[0] for stamp in stamps], dtype=np.int64)
    received = np.array([stamp[1] for stamp in stamps], dtype=np.int64)
    elapsed_ms = (times - times[0]) / 1e6
    backlog_ms = elapsed_ms - (received - received[0]) * 1000.0 / rate_hz
    settled = elapsed_ms >= elapsed_ms[-1] - SETTLE_MS
    backlog_ms[settled] = backlog_ms[settled].min()
    # The backlog that is never made up again.
    kept_ms = np.minimum.accumulate(backlog_ms[::-1])[::-1]
    steps_ms = np.diff(kept_ms)
    gaps = tuple(
        Gap(
            at_ms=float(max(0, received[position] - start_frame) * 1000.0 / rate_hz),
            missing_ms=float(steps_ms[position]),
        )
        for position in np.flatnonzero(steps_ms >= GAP_MS)
        if start_frame <= received[position] <= end_frame
    )
    first = min(int(np.searchsorted(received, start_frame)), len(kept_ms) - 1)
    risen_ms = float(kept_ms[-1] - kept_ms[first])
    if risen_ms <= max(SHIFT_MS, DRIFT_SHARE * elapsed_ms[-1]):
        return Continuity(frames_expected=frames)
    return Continuity(frames_expected=frames + round(risen_ms * rate_hz / 1000), gaps=gaps)
