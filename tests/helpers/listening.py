"""What a recorder tells, collected so that a test can wait for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from desktop.audio.capture import CaptureFault, FaultKind, Level
from desktop.audio.convert import read_samples, resample
from desktop.audio.facts import Samples
from desktop.audio.recorder import Recorder

PATIENCE_S = 10.0
"""Only a failing test waits this long."""


class Listener:
    """`Recorder(device, on_level=listener.on_level, on_fault=listener.on_fault)`."""

    def __init__(self) -> None:
        self.levels: list[Level] = []
        self.level_times_s: list[float] = []
        self.faults: list[CaptureFault] = []
        self.fault_times_s: list[float] = []
        self._changed = threading.Condition()

    def on_level(self, level: Level) -> None:
        with self._changed:
            self.levels.append(level)
            self.level_times_s.append(time.monotonic())
            self._changed.notify_all()

    def on_fault(self, fault: CaptureFault) -> None:
        with self._changed:
            self.faults.append(fault)
            self.fault_times_s.append(time.monotonic())
            self._changed.notify_all()

    def wait_for(self, condition: Callable[[Listener], object]) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self), PATIENCE_S), (
                f"it did not happen; faults: {self.faults}, levels: {len(self.levels)}"
            )

    def wait_for_fault(self, kind: FaultKind) -> CaptureFault:
        self.wait_for(lambda heard: any(fault.kind is kind for fault in heard.faults))
        return next(fault for fault in self.faults if fault.kind is kind)

    def wait_until_elapsed(self, elapsed_ms: float) -> None:
        """Until the running take is this long."""
        self.wait_for(lambda heard: heard.levels and heard.levels[-1].elapsed_ms >= elapsed_ms)

    def wait_for_levels(self, count: int) -> None:
        """Until `count` more levels have come: the ring then has its pre-roll."""
        target = len(self.levels) + count
        self.wait_for(lambda heard: len(heard.levels) >= target)


def recorder(device: object, heard: Listener, **settings: int) -> Recorder:
    return Recorder(device, on_level=heard.on_level, on_fault=heard.on_fault, **settings)  # type: ignore[arg-type]


def likeness(recording: Path, original: Path) -> float:
    """Peak of the normalised cross-correlation of two sound files, in [0, 1].

    1 when the recording holds the original, at any place and level, and nothing else.
    """
    first, rate_hz = read_samples(recording)
    second, original_hz = read_samples(original)
    second = resample(second, original_hz, rate_hz)
    return correlation(first, second)


def correlation(first: Samples, second: Samples) -> float:
    size = 1 << (len(first) + len(second)).bit_length()
    product = np.fft.rfft(first, size) * np.conj(np.fft.rfft(second, size))
    scale = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.abs(np.fft.irfft(product, size)).max() / scale)
