"""What a recorder tells its owner: the level, what went wrong, the finished take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.audio.continuity import Gap


@dataclass(frozen=True, slots=True)
class Level:
    """At most 30 times a second while the microphone is open."""

    level_dbfs: float
    """RMS since the last level, at most 0; -inf for digital silence."""
    elapsed_ms: int = 0
    """Since `begin`; 0 while no take is recorded."""
    peaks: tuple[float, ...] = ()
    """New waveform bars (`waveform.BAR_MS` each) of the take, pre-roll first, each in [0, 1]."""
    exact_zero: bool = False
    """The last 300 ms or more were exact zeros: muted, or no permission."""


OnSamples = Callable[[bytes, int], None]
"""Told each piece of a take that is safely in its file: PCM16, little-endian, mono; and its rate in
hertz. Called in the recorder's own thread: it must not wait and must not raise."""


class FaultKind(StrEnum):
    MUTED = "muted"  # exact zeros while recording
    TOO_LONG = "too_long"  # the limit was reached; the take ended itself
    DEVICE_LOST = "device_lost"  # no block arrives any more
    DISK_FULL = "disk_full"
    CANNOT_WRITE = "cannot_write"  # the file could not be made or written, for another reason


@dataclass(frozen=True, slots=True)
class CaptureFault:
    """Something went wrong while the microphone was open, told as it happens."""

    kind: FaultKind
    sentence: str
    """What happened and what was kept."""
    advice: str
    take_ended: bool
    """A take was running and has ended: `Recorder.end()` gives what was kept of it."""
    stream_closed: bool
    """The microphone is closed: `Recorder.open()` opens it again."""


class CaptureFailed(Exception):
    """No file could be made for this take; nothing was kept."""

    def __init__(self, fault: CaptureFault) -> None:
        super().__init__(f"{fault.sentence} {fault.advice}")
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Capture:
    """A finished recording: the file and what is known about it."""

    part_path: Path
    """Mono PCM16 WAV at `rate_hz`, closed."""
    rate_hz: int
    channels: int
    """Of the file: always 1. What the device gave is `device_channels`."""
    device_channels: int
    frames: int
    frames_expected: int
    """Frames the clock says there should be; more than `frames` where samples were lost."""
    gaps: tuple[Gap, ...]
    duration_ms: float
    """Of the file, pre-roll and post-roll included."""
    held_ms: float
    """From `begin` to `end`: what the speaker meant to record."""
    device_start: str
    """Device, host API and, where it can be known, the source behind them, at `begin`."""
    device_end: str
    device_changed: bool
    """The recording was on more than one source since the microphone was opened."""
    status_flags: int
    """Blocks that PortAudio itself marked as following a loss; often 0 in spite of a loss."""
    peak_dbfs: float
    rms_dbfs: float
    clipped_runs: int
    clipped_samples: int
    zero_runs: int
    zero_ms: float
    longest_zero_ms: float
    ending_zero_ms: float
    sha256: str
    """Of the bytes of the file, in hexadecimal."""
    ended_by: FaultKind | None
    """None when the speaker ended the take."""

    @property
    def lost_share(self) -> float:
        """Share of the expected frames that never arrived, in [0, 1]."""
        return 1.0 - self.frames / self.frames_expected if self.frames_expected else 0.0
