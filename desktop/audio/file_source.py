"""A recording that stands in for the microphone: for the demo, and where there is no microphone.

It goes the same road as speech: the same file, the same checks, the same verdicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path

from desktop.audio.capture import Capture, Level, OnSamples
from desktop.audio.convert import read_samples, to_pcm16
from desktop.audio.facts import measure
from desktop.audio.threads import in_thread
from desktop.audio.wav_file import WavFile
from desktop.audio.waveform import LiveBars


class FileSource:
    """Has the methods of a `Recorder` that a take desk uses; a take is always the whole file."""

    def __init__(self, path: Path, name: str, on_level: Callable[[Level], None]) -> None:
        """`path` is any sound file; `name` is stored with the take as its device."""
        self._path = path
        self._name = name
        self._on_level = on_level
        self._part: Path | None = None

    def open(self) -> Future[None]:
        """The future fails with AudioUnavailable when the file cannot be read as audio."""
        return in_thread("audio-file", lambda: _readable(self._path))

    def begin(self, part_path: Path, on_samples: OnSamples = lambda *_: None) -> None:
        """The whole file is told as one level and as one piece: it is there at once."""
        self._part = part_path
        samples, rate_hz = read_samples(self._path)
        self._on_level(
            Level(
                level_dbfs=measure(samples, rate_hz).rms_dbfs,
                elapsed_ms=round(len(samples) * 1000 / rate_hz),
                peaks=LiveBars(rate_hz).add(samples),
            )
        )
        on_samples(to_pcm16(samples), rate_hz)

    def end(self, *, late_ms: float = 0.0) -> Future[Capture]:  # noqa: ARG002
        """Raises RuntimeError before any `begin`."""
        part = self._part
        if part is None:
            raise RuntimeError("no take was begun")
        return in_thread("audio-file", lambda: self._copy(part))

    def close(self) -> Future[None]:
        done: Future[None] = Future()
        done.set_result(None)
        return done

    def _copy(self, part: Path) -> Capture:
        samples, rate_hz = read_samples(self._path)
        file = WavFile(part, rate_hz)
        try:
            file.append(to_pcm16(samples))
        finally:
            file.close()
        duration_ms = len(samples) * 1000.0 / rate_hz
        return Capture(
            part_path=part,
            rate_hz=rate_hz,
            channels=1,
            device_channels=1,
            frames=len(samples),
            frames_expected=len(samples),
            gaps=(),
            duration_ms=duration_ms,
            held_ms=duration_ms,
            device_start=self._name,
            device_end=self._name,
            device_changed=False,
            status_flags=0,
            sha256=hashlib.sha256(part.read_bytes()).hexdigest(),
            ended_by=None,
            **asdict(measure(samples, rate_hz)),
        )


def _readable(path: Path) -> None:
    read_samples(path)
