"""The thread that takes samples out of the ring: into the file, and into the level meter."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import numpy as np

from desktop.audio import faults
from desktop.audio.capture import CaptureFailed, CaptureFault, FaultKind, Level, OnSamples
from desktop.audio.facts import ZERO_RUN_MS, Samples, dbfs, rms
from desktop.audio.ring import Ring
from desktop.audio.route import Route
from desktop.audio.take import OpenedDevice, Take
from desktop.audio.wav_file import DISK_FULL, WavFile

PRE_ROLL_MS = 500
TICK_S = 0.02
LEVEL_S = 1 / 30
MUTED_FROM_START_MS = 500
"""Exact zeros since `begin` for this long: told as muted."""
MUTED_LATER_MS = 700
"""After sound was heard, longer: a noise gate makes exact zeros between words."""


class Writer(threading.Thread):
    """Runs from the opening of the microphone to its closing."""

    def __init__(
        self,
        ring: Ring,
        opened: OpenedDevice,
        *,
        max_duration_ms: int,
        ask_route: Callable[[], Future[Route | None]],
        on_level: Callable[[Level], None],
        on_fault: Callable[[CaptureFault], None],
        on_crash: Callable[[], None],
    ) -> None:
        super().__init__(name="audio-writer", daemon=True)
        self._ring = ring
        self._opened = opened
        self._max_duration_ms = max_duration_ms
        self._ask_route = ask_route
        self._on_level = on_level
        self._on_fault = on_fault
        self._on_crash = on_crash
        self._lock = threading.Lock()
        self._take: Take | None = None
        self._wake = threading.Event()
        self._closing = False
        self._measured = ring.frames
        self._unreported: list[Samples] = []
        self._bars: list[float] = []
        self._zero_frames = 0
        self._last_level_s = time.monotonic()

    def begin(self, part_path: Path, on_samples: OnSamples = lambda *_: None) -> Take:
        """Start a take, pre-roll included. Raises RuntimeError while another one runs."""
        with self._lock:
            if self._take is not None:
                raise RuntimeError("a take is being recorded already")
            route = self._ask_route()
            self._take = Take(part_path, self._ring, PRE_ROLL_MS, route, on_samples)
            return self._take

    def end(self, take: Take, post_roll_ms: int, late_ms: float) -> None:
        """End a take `post_roll_ms` of sound after its speaker did, which was `late_ms` ago."""
        with self._lock:
            if take.end_frame is not None:
                return
            to_come_ms = max(0.0, post_roll_ms - late_ms)
            end_frame = self._ring.frames + int(self._ring.rate_hz * to_come_ms / 1000)
            take.end_at(end_frame, late_ms=late_ms)
            take.route_end = self._ask_route()
        self._wake.set()

    def end_now(self, ended_by: FaultKind | None) -> Take | None:
        """End the running take with what has arrived; None when none is running."""
        with self._lock:
            take = self._take
            if take is not None:
                take.end_at(self._ring.frames, ended_by)
        self._wake.set()
        return take

    def close(self) -> None:
        """Finish the running take and end the thread."""
        self.end_now(None)
        self._closing = True
        self._wake.set()
        self.join()

    def run(self) -> None:
        try:
            while not self._closing:
                self._wake.wait(self._pause_s())
                self._wake.clear()
                self._tick()
            self._tick()
        except BaseException as error:
            # A bug of ours, and nobody reads the microphone any more: it must not stay open.
            self._on_crash()
            if self._take is not None:
                if self._take.file is not None:
                    self._take.file.close()
                self._take.future.set_exception(error)
            raise

    def _pause_s(self) -> float:
        """Until the next look: shorter when a take ends before that."""
        take = self._take
        if take is None or take.end_frame is None:
            return TICK_S
        due_s = (take.end_frame - self._ring.frames) / self._ring.rate_hz
        return min(max(due_s, 0.001), TICK_S)

    def _tick(self) -> None:
        head = self._ring.frames
        take = self._take
        if take is not None:
            self._record(take, head)
        self._measure(head, take)
        if self._take is None:
            kept = self._ring.rate_hz * PRE_ROLL_MS // 1000
            self._ring.free_below = max(self._ring.free_below, head - kept)

    # The file

    def _record(self, take: Take, head: int) -> None:
        fault = self._check_limit(take, head)
        stop = head if take.end_frame is None else min(head, take.end_frame)
        blocks = self._ring.blocks
        take.stamps += self._ring.stamps(take.next_block, blocks)
        take.next_block = blocks
        try:
            self._append(take, stop)
        except OSError as error:
            fault = self._give_up(take, error)
        if take.end_frame is not None and take.position >= take.end_frame:
            self._finish(take)
        if fault is not None:
            self._on_fault(fault)

    def _check_limit(self, take: Take, head: int) -> CaptureFault | None:
        with self._lock:
            if take.end_frame is not None or take.elapsed_ms < self._max_duration_ms:
                return None
            take.end_at(head, FaultKind.TOO_LONG)
        take.route_end = self._ask_route()
        return faults.too_long(self._max_duration_ms)

    def _append(self, take: Take, stop: int) -> None:
        if take.file is None:
            take.file = WavFile(take.part_path, take.rate_hz)
        if stop > take.position:
            samples = self._ring.read(take.position, stop)
            pcm16 = samples.astype("<i2").tobytes()
            take.file.append(pcm16)
            take.on_samples(pcm16, take.rate_hz)  # never before they are in the file
            take.position = stop
            self._ring.free_below = stop
            self._bars += take.bars.add(samples.astype(np.float32) / 32768.0)

    def _give_up(self, take: Take, error: OSError) -> CaptureFault:
        """The file cannot grow any more: end the take with what it holds."""
        full = error.errno in DISK_FULL
        with self._lock:
            take.end_at(take.position, FaultKind.DISK_FULL if full else FaultKind.CANNOT_WRITE)
        if full:
            fault = faults.disk_full(
                take.part_path, take.kept_ms, self._max_duration_ms, take.rate_hz
            )
        else:
            reason = error.strerror or type(error).__name__
            fault = faults.cannot_write(take.part_path, take.kept_ms, reason)
        if take.position == take.start_frame:
            take.failure = fault
        return fault

    def _finish(self, take: Take) -> None:
        with self._lock:
            self._take = None
        if take.file is not None:
            take.file.close()
        if take.failure is None:
            take.finish(self._opened, self._ring.status_flags)
        else:
            if take.file is not None:
                take.part_path.unlink(missing_ok=True)
            take.future.set_exception(CaptureFailed(take.failure))

    # The meter

    def _measure(self, head: int, take: Take | None) -> None:
        if head > self._measured:
            samples = self._ring.read(self._measured, head)
            self._measured = head
            sounding = np.flatnonzero(samples)
            if len(sounding):
                self._zero_frames = len(samples) - 1 - int(sounding[-1])
            else:
                self._zero_frames += len(samples)
            if take is not None:
                take.heard = take.heard or len(sounding) > 0
            self._unreported.append(samples.astype(np.float32) / 32768.0)
        if take is not None:
            self._check_muted(take)
        if self._unreported and time.monotonic() - self._last_level_s >= LEVEL_S:
            self._report(take)

    def _check_muted(self, take: Take) -> None:
        limit_ms = MUTED_LATER_MS if take.heard else MUTED_FROM_START_MS
        if (
            take.end_frame is None
            and not take.muted_told
            and take.elapsed_ms >= MUTED_FROM_START_MS
            and self._zero_ms >= limit_ms
        ):
            take.muted_told = True
            self._on_fault(faults.muted())

    @property
    def _zero_ms(self) -> float:
        return self._zero_frames * 1000.0 / self._ring.rate_hz

    def _report(self, take: Take | None) -> None:
        level = Level(
            level_dbfs=min(0.0, dbfs(rms(np.concatenate(self._unreported)))),
            elapsed_ms=round(take.elapsed_ms) if take is not None else 0,
            peaks=tuple(self._bars),
            exact_zero=self._zero_ms >= ZERO_RUN_MS,
        )
        self._unreported.clear()
        self._bars.clear()
        self._last_level_s = time.monotonic()
        self._on_level(level)
