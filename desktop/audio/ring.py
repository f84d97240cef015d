"""A preallocated ring between PortAudio's callback and the writer thread.

One producer (the callback), one consumer (the writer). There is no lock: each counter has one
writer, and is advanced only after the data it covers is in place.
"""

from __future__ import annotations

import threading
import time
from array import array
from typing import Any

import numpy as np

STAMPS = 8_192
"""Blocks whose arrival is remembered until the writer takes note: 10 s of 64-frame blocks."""
SAMPLE_BYTES = 2


class Ring:
    """Holds the last `capacity_ms` of 16-bit frames and when their blocks arrived.

    When the consumer falls a whole ring behind, blocks are dropped, not overwritten. A dropped
    block shows up as frames that the clock expected and the ring never got.
    """

    def __init__(self, rate_hz: int, channels: int, capacity_ms: int) -> None:
        self.rate_hz = rate_hz
        self.channels = channels
        self._width = channels * SAMPLE_BYTES
        self._capacity = rate_hz * capacity_ms // 1000
        self._bytes = memoryview(bytearray(self._capacity * self._width))
        self._samples = np.frombuffer(self._bytes, dtype=np.int16).reshape(-1, channels)
        self._stamp_ns = array("q", bytes(8 * STAMPS))
        self._stamp_frames = array("q", bytes(8 * STAMPS))
        self.frames = 0
        """Frames ever accepted (callback's)."""
        self.blocks = 0
        """Blocks ever accepted (callback's)."""
        self.calls = 0
        """Times the callback ran, dropped blocks included (callback's)."""
        self.status_flags = 0
        """How many blocks PortAudio itself marked as following a loss (callback's)."""
        self.free_below = 0
        """Frames before this one may be overwritten (consumer's)."""
        self.first_block = threading.Event()

    def callback(self, data: Any, frames: int, _time: object, status: object) -> None:
        """PortAudio's callback: copy, stamp, count; nothing else."""
        now_ns = time.monotonic_ns()
        self.calls += 1
        if status:
            self.status_flags += 1
        if frames > self._capacity - (self.frames - self.free_below):
            return
        start = self.frames % self._capacity
        before_end = min(frames, self._capacity - start)
        width, cut = self._width, before_end * self._width
        self._bytes[start * width : start * width + cut] = data[:cut]
        if before_end < frames:
            self._bytes[: (frames - before_end) * width] = data[cut:]
        slot = self.blocks % STAMPS
        self._stamp_ns[slot] = now_ns
        self._stamp_frames[slot] = self.frames + frames
        self.frames += frames
        self.blocks += 1
        if self.blocks == 1:
            self.first_block.set()

    def read(self, start: int, stop: int) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
        """A copy of the first channel of frames `start` to `stop`, int16, shape (stop - start,).

        The caller asks only for frames it has not yet freed and the callback has delivered.
        """
        samples = np.empty(stop - start, dtype=np.int16)
        offset = start % self._capacity
        before_end = min(stop - start, self._capacity - offset)
        samples[:before_end] = self._samples[offset : offset + before_end, 0]
        samples[before_end:] = self._samples[: stop - start - before_end, 0]
        return samples

    def stamps(self, first_block: int, last_block: int) -> list[tuple[int, int]]:
        """Arrival in monotonic ns and frames accepted by then, per block; `last_block` excluded."""
        return [
            (self._stamp_ns[block % STAMPS], self._stamp_frames[block % STAMPS])
            for block in range(max(first_block, last_block - STAMPS), last_block)
        ]
