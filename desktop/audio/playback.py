"""Playing a take back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np

from desktop.audio import portaudio
from desktop.audio.convert import read_samples, resample, to_pcm16
from desktop.audio.devices import OutputDevice, current_output
from desktop.audio.facts import Samples
from desktop.audio.problems import (
    REFUSED_FORMAT,
    AudioUnavailable,
    Cause,
    explain,
    portaudio_code,
)

LATENCY_S = 0.1
PATIENCE_S = 2.0
"""How much longer than its length a take may play before the loudspeaker counts as dead."""
CLOSE_S = 10.0

Finished = Callable[[AudioUnavailable | None], None]


class _Playing:
    """One playback: samples, a stream, and whether somebody wants it to end."""

    def __init__(self) -> None:
        self.ended = threading.Event()
        """The last sample was played, or somebody wants no more of it."""
        self._pcm = memoryview(b"")
        self._position = 0

    def run(self, path: Path, device: OutputDevice | None) -> AudioUnavailable | None:
        """Play to the end or until `ended` is set; what was wrong, or None."""
        try:
            samples, rate_hz = read_samples(path)
            device = current_output(device)
            if self.ended.is_set():
                return None
            stream = self._start(samples, rate_hz, device)
            try:
                played = self.ended.wait(len(samples) / rate_hz + PATIENCE_S)
            finally:
                stream.dispose()
        except AudioUnavailable as error:
            return error
        return None if played else _does_not_play(device.name)

    def _start(self, samples: Samples, rate_hz: int, device: OutputDevice) -> portaudio.Stream:
        library_error = portaudio.library().PortAudioError
        try:
            return self._open(samples, rate_hz, device)
        except library_error as error:
            if portaudio_code(error) not in REFUSED_FORMAT:
                raise explain(error, device.name) from error
        resampled = resample(samples, rate_hz, device.rate_hz)
        try:
            return self._open(resampled, device.rate_hz, device)
        except library_error as error:
            raise explain(error, device.name) from error

    def _open(self, samples: Samples, rate_hz: int, device: OutputDevice) -> portaudio.Stream:
        channels = min(2, device.channels)
        self._pcm = memoryview(to_pcm16(np.repeat(samples, channels)))
        return portaudio.Stream(
            "output",
            device_index=device.index,
            host_api=device.host_api,
            rate_hz=rate_hz,
            channels=channels,
            latency_s=LATENCY_S,
            callback=self._callback,
            on_finished=self.ended.set,
        )

    def _callback(self, out: Any, _frames: int, _time: object, _status: object) -> None:
        wanted = len(out)
        part = self._pcm[self._position : self._position + wanted]
        out[: len(part)] = part
        self._position += len(part)
        if len(part) < wanted:
            out[len(part) :] = bytes(wanted - len(part))
            raise portaudio.library().CallbackStop


def _does_not_play(device_name: str) -> AudioUnavailable:
    return AudioUnavailable(
        f"“{device_name}” does not play.",
        "Check that it is switched on, or choose another loudspeaker.",
        cause=Cause.NO_SOUND,
    )


class Player:
    """Plays one file at a time. All methods return at once."""

    def __init__(self, device: OutputDevice | None = None) -> None:
        """`device` None is the system's default loudspeaker."""
        self._device = device
        self._playing: _Playing | None = None
        self._done: Future[None] = Future()
        self._done.set_result(None)

    def __enter__(self) -> Player:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop().result(CLOSE_S)

    def play(self, path: Path, on_finished: Finished) -> None:
        """Play a file, after stopping what plays.

        `on_finished` is called once, from another thread: with None when it was played to its end
        or stopped, otherwise with what was wrong.
        """
        before = self.stop()
        playing = self._playing = _Playing()
        done: Future[None] = Future()
        self._done = done

        def run() -> None:
            try:
                wait((before,))
                on_finished(playing.run(path, self._device))
            finally:
                done.set_result(None)

        threading.Thread(target=run, name="audio-play", daemon=True).start()

    def stop(self) -> Future[None]:
        """Stop; done once the loudspeaker is closed. Does nothing when nothing plays."""
        if self._playing is not None:
            self._playing.ended.set()
        return self._done
