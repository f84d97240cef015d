"""The program's own ring and writer thread, fed with a sample take in place of a microphone."""

from __future__ import annotations

import os
import time
from concurrent.futures import Future
from functools import cache
from pathlib import Path

from desktop.audio.capture import Capture, CaptureFault
from desktop.audio.convert import read_samples, to_pcm16
from desktop.audio.devices import InputDevice
from desktop.audio.opening import RING_MS
from desktop.audio.ring import Ring
from desktop.audio.route import Route
from desktop.audio.take import OpenedDevice
from desktop.audio.writer import Writer

SAMPLE = sorted((Path(__file__).parents[2] / "resources" / "takes").glob("*.flac"))[0]
SPOKEN_MS, BLOCK_MS = 1_600, 400
"""A block is in the file before the next one comes: the file grows in several steps."""


class TalkingRing:
    """Speaks as fast as the writer takes it."""

    def __init__(self) -> None:
        self._pcm, rate_hz = sample()
        self._ring = Ring(rate_hz, 1, RING_MS)
        device = InputDevice("a sample take", "a sample take", "file", 0, 1, rate_hz)
        self._writer = Writer(
            self._ring,
            OpenedDevice(device, rate_hz, 1, latency_ms=0.0, route=None),
            max_duration_ms=60_000,
            ask_route=_nowhere,
            on_level=lambda _level: None,
            on_fault=_fail,
            on_crash=lambda: os._exit(1),
        )

    def __enter__(self) -> TalkingRing:
        self._writer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()

    def take(self, part_path: Path) -> Capture:
        """Record `SPOKEN_MS` into the file, which must not exist. Raises what recording does."""
        take = self._writer.begin(part_path)
        block_bytes = 2 * self._ring.rate_hz * BLOCK_MS // 1000
        for start in range(0, len(self._pcm), block_bytes):
            block = self._pcm[start : start + block_bytes]
            self._ring.callback(block, len(block) // 2, None, None)
            while self._ring.free_below < self._ring.frames:
                time.sleep(0.001)  # the writer looks every 20 ms and tells nobody
        self._writer.end(take, post_roll_ms=0, late_ms=0.0)
        return take.future.result()


@cache
def sample() -> tuple[bytes, int]:
    """PCM16 and its rate; read once, before the children that speak it are made."""
    samples, rate_hz = read_samples(SAMPLE)
    return to_pcm16(samples[: rate_hz * SPOKEN_MS // 1000]), rate_hz


def _nowhere() -> Future[Route | None]:
    nowhere: Future[Route | None] = Future()
    nowhere.set_result(None)
    return nowhere


def _fail(fault: CaptureFault) -> None:
    raise RuntimeError(fault.sentence)
