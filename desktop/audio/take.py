"""One take while it is being recorded, and what is found out about it once it has ended."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from desktop.audio import continuity, facts
from desktop.audio.capture import Capture, CaptureFault, FaultKind, OnSamples
from desktop.audio.devices import InputDevice
from desktop.audio.ring import Ring
from desktop.audio.route import Route
from desktop.audio.threads import in_thread
from desktop.audio.wav_file import HEADER_BYTES, WavFile
from desktop.audio.waveform import LiveBars

STAMPS_BEFORE = 64
"""Blocks before `begin` whose arrival steadies the comparison with the clock."""


@dataclass(frozen=True, slots=True)
class OpenedDevice:
    """What the microphone turned out to be once it was open."""

    device: InputDevice
    rate_hz: int
    """The rate it is recorded at."""
    channels: int
    latency_ms: float
    """From the air to the callback, as PortAudio estimates it."""
    route: Route | None
    """None where the sound server cannot be asked."""
    hint: str = ""
    """As `InputDevice.hint`, now that the source behind the device is known."""

    def text(self, route: Route | None) -> str:
        return self.device.key + (f" → {route.text}" if route else "")


class Take:
    """Its owner sets the end; everything else is the writer thread's."""

    def __init__(
        self,
        part_path: Path,
        ring: Ring,
        pre_roll_ms: int,
        route: Future[Route | None],
        on_samples: OnSamples,
    ) -> None:
        self.part_path = part_path
        self.on_samples = on_samples
        self.rate_hz = ring.rate_hz
        self.begun_ns = time.monotonic_ns()
        self.future: Future[Capture] = Future()
        self.route_start = route
        self.route_end: Future[Route | None] | None = None
        self.next_block = max(0, ring.blocks - STAMPS_BEFORE)
        self.start_frame = max(0, ring.frames - ring.rate_hz * pre_roll_ms // 1000)
        self.position = self.start_frame
        """The next frame to be written."""
        self.end_frame: int | None = None
        """The first frame that does not belong to the file any more; None while recording."""
        self.held_ms = 0.0
        self.ended_by: FaultKind | None = None
        self.failure: CaptureFault | None = None
        """Why there is no file."""
        self.file: WavFile | None = None
        self.bars = LiveBars(ring.rate_hz)
        self.stamps: list[tuple[int, int]] = []
        self.heard = False
        """A sample other than zero has come since `begin`."""
        self.muted_told = False

    @property
    def kept_ms(self) -> float:
        """Length of the file once everything up to the end is written."""
        end = self.position if self.end_frame is None else self.end_frame
        return (end - self.start_frame) * 1000.0 / self.rate_hz

    @property
    def elapsed_ms(self) -> float:
        return (time.monotonic_ns() - self.begun_ns) / 1e6

    def end_at(
        self, frame: int, ended_by: FaultKind | None = None, *, late_ms: float = 0.0
    ) -> None:
        """End at `frame`; a later call can only bring the end forward.

        The speaker ended it `late_ms` ago.
        """
        if self.end_frame is None:
            self.held_ms = max(0.0, self.elapsed_ms - late_ms)
            self.ended_by = ended_by
        self.end_frame = frame if self.end_frame is None else min(frame, self.end_frame)

    def finish(self, opened: OpenedDevice, status_flags: int) -> None:
        """In a thread of its own, find out about the closed file and resolve the future."""
        facts_of_file = in_thread("audio-finish", lambda: self._capture(opened, status_flags))
        facts_of_file.add_done_callback(self._resolve)

    def _resolve(self, finished: Future[Capture]) -> None:
        error = finished.exception()
        if error is None:
            self.future.set_result(finished.result())
        else:
            self.future.set_exception(error)

    def _capture(self, opened: OpenedDevice, status_flags: int) -> Capture:
        content = self.part_path.read_bytes()
        pcm = np.frombuffer(content, dtype="<i2", offset=HEADER_BYTES)
        unbroken = continuity.judge(self.stamps, self.rate_hz, self.start_frame, self.position)
        measured = facts.measure(pcm.astype(np.float32) / 32768.0, self.rate_hz)
        start = self.route_start.result()
        end = self.route_end.result() if self.route_end else None
        known = {route for route in (opened.route, start, end) if route is not None}
        return Capture(
            part_path=self.part_path,
            rate_hz=self.rate_hz,
            channels=1,
            device_channels=opened.channels,
            frames=len(pcm),
            frames_expected=unbroken.frames_expected,
            gaps=unbroken.gaps,
            duration_ms=len(pcm) * 1000.0 / self.rate_hz,
            held_ms=self.held_ms,
            device_start=opened.text(start),
            device_end=opened.text(end),
            device_changed=len(known) > 1,
            status_flags=status_flags,
            sha256=hashlib.sha256(content).hexdigest(),
            ended_by=self.ended_by,
            **asdict(measured),
        )
