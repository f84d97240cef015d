"""The sentences for what goes wrong while the microphone is open."""

from __future__ import annotations

import platform
from pathlib import Path

from desktop.audio.capture import CaptureFault, FaultKind

MARGIN_BYTES = 1_000_000
"""Room beside the take itself, for the database and the copy the engines read."""

_UNMUTE = {
    "Darwin": "Allow this program under System Settings › Privacy & Security › Microphone, "
    "and check that the microphone is not muted.",
    "Windows": "Allow desktop apps under Settings › Privacy › Microphone, "
    "and check that the microphone is not muted.",
}
_UNMUTE_ELSEWHERE = (
    "Unmute the microphone in the sound settings or with its own switch or key, "
    "or choose another one."
)


def unmute_advice() -> str:
    """What to do about a microphone that delivers exact zeros, on this operating system."""
    return _UNMUTE.get(platform.system(), _UNMUTE_ELSEWHERE)


def muted() -> CaptureFault:
    return CaptureFault(
        FaultKind.MUTED,
        "The microphone delivers nothing at all: it is muted or not allowed.",
        unmute_advice(),
        take_ended=False,
        stream_closed=False,
    )


def too_long(limit_ms: int) -> CaptureFault:
    return CaptureFault(
        FaultKind.TOO_LONG,
        f"Recording stopped at the limit of {limit_ms / 1000:g} seconds.",
        "Say it again, more briefly.",
        take_ended=True,
        stream_closed=False,
    )


def device_lost(device_name: str, kept_ms: float | None) -> CaptureFault:
    """`kept_ms` is None when no take was running."""
    kept = "" if kept_ms is None else f" {_kept(kept_ms)}"
    return CaptureFault(
        FaultKind.DEVICE_LOST,
        f"“{device_name}” delivers no sound any more.{kept}",
        "Plug it in again or choose another microphone.",
        take_ended=kept_ms is not None,
        stream_closed=True,
    )


def disk_full(part_path: Path, kept_ms: float, limit_ms: int, rate_hz: int) -> CaptureFault:
    needed = limit_ms * rate_hz * 2 // 1000 + MARGIN_BYTES
    return CaptureFault(
        FaultKind.DISK_FULL,
        f"The disk is full, so recording stopped. {_kept(kept_ms)}",
        f"Free at least {needed / 1e6:.0f} MB on the disk that holds “{part_path.parent}”, "
        "then record again.",
        take_ended=True,
        stream_closed=False,
    )


def cannot_write(part_path: Path, kept_ms: float, reason: str) -> CaptureFault:
    return CaptureFault(
        FaultKind.CANNOT_WRITE,
        f"The recording cannot be written to “{part_path.parent}” ({reason}). {_kept(kept_ms)}",
        "Check that the folder exists and may be written to, then record again.",
        take_ended=True,
        stream_closed=False,
    )


def _kept(kept_ms: float) -> str:
    if kept_ms <= 0.0:
        return "Nothing was kept."
    return f"The first {kept_ms / 1000:.1f} seconds were kept."
