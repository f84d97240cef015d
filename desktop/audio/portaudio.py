"""The one road to PortAudio: loads it late, opens streams and closes them one at a time.

PortAudio is not safe against two threads opening, closing, listing or re-initialising at once, so
all of that happens under one lock. A stream is never stopped, only aborted: after a device has
gone, `stop` waits for blocks that never come (18 s were measured), `abort` returns at once.
"""

from __future__ import annotations

import atexit
import importlib
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from desktop.audio.problems import AudioUnavailable, Cause, library_missing

LOCK_TIMEOUT_S = 5.0
"""How long an earlier call into the sound system may take before it counts as hung."""
LEAVE_TIMEOUT_S = 1.0
WASAPI = "Windows WASAPI"

_lock = threading.Lock()
_loaded: list[ModuleType] = []
_live: set[Stream] = set()


def library() -> ModuleType:
    """The `sounddevice` module, imported on first use.

    Raises AudioUnavailable when PortAudio or its wrapper is not there. A later call tries again,
    so installing the library does not need a restart.
    """
    if not _loaded:
        with sound_system():
            if not _loaded:
                _loaded.append(_import())
    return _loaded[0]


def _import() -> ModuleType:
    try:
        sounddevice = importlib.import_module("sounddevice")
    except (OSError, ImportError) as error:
        raise library_missing(str(error)) from error
    except Exception as error:
        # Pa_Initialize failed while the module was being imported; its error class is not
        # reachable then, so it is told by name.
        if type(error).__name__ != "PortAudioError":
            raise
        raise AudioUnavailable(
            "The sound system could not be started.",
            "Restart the computer's sound service (or the computer) and try again.",
            detail=str(error),
        ) from error
    atexit.unregister(sounddevice._exit_handler)
    atexit.register(_leave, sounddevice)
    return sounddevice


def _leave(sounddevice: ModuleType) -> None:
    """Let PortAudio go, at the very end; without it where a call into the sound system hangs."""
    if _lock.acquire(timeout=LEAVE_TIMEOUT_S):
        sounddevice._exit_handler()


@contextmanager
def sound_system() -> Iterator[None]:
    """Keep every other thread out of PortAudio.

    Raises AudioUnavailable when an earlier call hangs.
    """
    if not _lock.acquire(timeout=LOCK_TIMEOUT_S):
        raise AudioUnavailable(
            "The computer's sound system does not answer.",
            "Unplug the microphone and plug it in again, or restart the program.",
            cause=Cause.NOT_ANSWERING,
        )
    try:
        yield
    finally:
        _lock.release()


class StillOpen(RuntimeError):
    """PortAudio cannot look again now: a stream is open, and would die silently."""


def reinitialise() -> None:
    """Make PortAudio look for devices again; it never does so by itself.

    Raises StillOpen while a stream lives.
    """
    sounddevice = library()
    with sound_system():
        if _live:
            raise StillOpen("PortAudio cannot be re-initialised while a stream is open")
        # sounddevice offers no public way (its issues 47 and 125).
        sounddevice._terminate()
        sounddevice._initialize()


def live_streams() -> int:
    """How many streams are open in this process."""
    return len(_live)


class Stream:
    """An open PortAudio stream of 16-bit samples. `dispose` from any thread but the callback's."""

    def __init__(
        self,
        kind: str,
        *,
        device_index: int,
        host_api: str,
        rate_hz: int,
        channels: int,
        latency_s: float,
        callback: Callable[..., None],
        on_finished: Callable[[], None],
    ) -> None:
        """Open and start. `kind` is `input` or `output`.

        Raises sounddevice's own PortAudioError: only the caller knows what else to try.
        """
        sounddevice = library()
        settings: dict[str, Any] = {}
        if host_api == WASAPI:
            settings["extra_settings"] = sounddevice.WasapiSettings(auto_convert=True)
        create = sounddevice.RawInputStream if kind == "input" else sounddevice.RawOutputStream
        self._disposal = threading.Lock()
        self._disposed = False
        with sound_system():
            self._stream = create(
                device=device_index,
                samplerate=rate_hz,
                channels=channels,
                dtype="int16",
                latency=latency_s,
                callback=callback,
                finished_callback=on_finished,
                dither_off=True,  # dither would hide exact zeros, which mean "muted"
                **settings,
            )
            try:
                self._stream.start()
            except sounddevice.PortAudioError:
                self._stream.close()
                raise
            _live.add(self)

    @property
    def latency_ms(self) -> float:
        """Between the air and the callback, as PortAudio estimates it."""
        return float(self._stream.latency) * 1000.0

    def dispose(self) -> None:
        """Abort and close; the second call does nothing. May block while the system hangs.

        Raises AudioUnavailable when an earlier call hangs: the stream is then still open.
        """
        with self._disposal:
            if self._disposed:
                return
            with sound_system():
                self._stream.abort()
                self._stream.close()
            self._disposed = True
            _live.discard(self)
