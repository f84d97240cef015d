"""The microphone, from opening to closing, and the takes recorded in between.

    with Recorder(device, on_level=show, on_fault=tell) as recorder:
        recorder.open().result()
        recorder.begin(folder / "take.part")
        ...
        capture = recorder.end().result()

Threads: PortAudio's own runs the callback, which only fills the ring; `audio-writer` writes the
file and measures the level; `audio-watchdog` notices a dead device; opening, closing and whatever
asks the sound server happen in short-lived threads of their own. No method here waits for any.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from desktop.audio import faults
from desktop.audio.capture import Capture, CaptureFault, FaultKind, Level, OnSamples
from desktop.audio.devices import InputDevice
from desktop.audio.opening import Microphone, open_microphone
from desktop.audio.problems import AudioUnavailable, device_gone
from desktop.audio.route import Route, find_route
from desktop.audio.take import OpenedDevice, Take
from desktop.audio.threads import in_thread
from desktop.audio.watchdog import Watchdog
from desktop.audio.writer import Writer

POST_ROLL_MS = 300
MAX_DURATION_MS = 60_000
CLOSE_S = 10.0
"""How long leaving the `with` block waits for the microphone to be closed."""


class _Session:
    """One opening of the microphone: the stream and the two threads that live as long."""

    def __init__(
        self,
        microphone: Microphone,
        *,
        max_duration_ms: int,
        on_level: Callable[[Level], None],
        on_fault: Callable[[CaptureFault], None],
    ) -> None:
        self.opened = microphone.opened
        self.lost = False
        self._stream = microphone.stream
        self._on_fault = on_fault
        self._shut = threading.Lock()
        self.writer = Writer(
            microphone.ring,
            microphone.opened,
            max_duration_ms=max_duration_ms,
            ask_route=self._ask_route,
            on_level=on_level,
            on_fault=on_fault,
            on_crash=self._stream.dispose,
        )
        self._watchdog = Watchdog(microphone.ring, microphone.ended, self._lose)
        self.writer.start()
        self._watchdog.start()

    def _ask_route(self) -> Future[Route | None]:
        """Look in a helper thread where the stream is connected now."""
        route = self.opened.route
        if route is None:
            nowhere: Future[Route | None] = Future()
            nowhere.set_result(None)
            return nowhere
        return in_thread("audio-route", lambda: find_route(route.stream))

    def _lose(self) -> None:
        """The watchdog's: end the take with what there is, abort elsewhere, tell."""
        self.lost = True
        take = self.writer.end_now(FaultKind.DEVICE_LOST)
        threading.Thread(target=self._abort, name="audio-abort", daemon=True).start()
        kept_ms = None if take is None else take.kept_ms
        self._on_fault(faults.device_lost(self.opened.device.name, kept_ms))

    def _abort(self) -> None:
        # A sound system that hangs is told to whoever opens or closes the microphone next.
        with suppress(AudioUnavailable):
            self.shut()

    def shut(self) -> None:
        """Finish the take, end the threads, close the stream; what is done already is not redone.

        Raises AudioUnavailable when the sound system hangs.
        """
        with self._shut:
            try:
                self._watchdog.stop()
                self.writer.close()
            finally:
                self._stream.dispose()


class Recorder:
    """One microphone. All methods are for one thread, usually the window's, and return at once.

    `on_level` and `on_fault` are called from the recorder's own threads; they must not wait and
    must not raise.
    """

    def __init__(
        self,
        device: InputDevice | None,
        *,
        on_level: Callable[[Level], None],
        on_fault: Callable[[CaptureFault], None],
        max_duration_ms: int = MAX_DURATION_MS,
    ) -> None:
        """`device` None is the system's default microphone. Nothing is opened yet."""
        self._device = device
        self._on_level = on_level
        self._on_fault = on_fault
        self._max_duration_ms = max_duration_ms
        self._last_change: Future[None] = Future()
        self._last_change.set_result(None)
        self._session: _Session | None = None
        self._take: Take | None = None

    def __enter__(self) -> Recorder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close().result(CLOSE_S)

    def open(self) -> Future[None]:
        """Open the microphone in a thread of its own; done once the first block has arrived.

        Opening an open one does nothing; one that was lost is opened afresh. The future fails with
        AudioUnavailable.
        """
        return self._in_turn("audio-open", self._open)

    def close(self) -> Future[None]:
        """Close the microphone in a thread of its own. A running take is finished and kept.

        The future fails with AudioUnavailable when the sound system hangs.
        """
        return self._in_turn("audio-close", self._close)

    @property
    def opened(self) -> OpenedDevice | None:
        """What is open now; None while the microphone is closed or lost."""
        session = self._session
        return None if session is None or session.lost else session.opened

    def begin(self, part_path: Path, on_samples: OnSamples = lambda *_: None) -> None:
        """Start a take in `part_path`, which must not exist; it begins 500 ms before this call.
        `on_samples` is told what the file holds, while it grows.

        Raises AudioUnavailable when the microphone is not open (any more), RuntimeError while a
        take is running. A file that cannot be made is told through `on_fault`.
        """
        session = self._session
        if session is None or session.lost:
            name = self._device.name if self._device else "The microphone"
            raise device_gone(name)
        self._take = session.writer.begin(part_path, on_samples)

    def end(self, post_roll_ms: int = POST_ROLL_MS, *, late_ms: float = 0.0) -> Future[Capture]:
        """End the take; the future holds it once it is closed.

        It goes on for `post_roll_ms` of sound after the speaker ended it, which was `late_ms` ago.

        After the take has ended by itself (a fault with `take_ended`) this gives what was kept, and
        so does a second call. The future fails with CaptureFailed when there is no file, and with
        OSError when it cannot be read back. Raises RuntimeError before any `begin`.
        """
        take, session = self._take, self._session
        if take is None:
            raise RuntimeError("no take was begun")
        if session is not None:
            session.writer.end(take, post_roll_ms, late_ms)
        return take.future

    def _in_turn(self, name: str, change: Callable[[], None]) -> Future[None]:
        """Open and close in the order in which they were asked for."""
        before = self._last_change

        def run() -> None:
            wait((before,))
            change()

        self._last_change = in_thread(name, run)
        return self._last_change

    def _open(self) -> None:
        if self.opened is not None:
            return
        self._close()
        self._session = _Session(
            open_microphone(self._device),
            max_duration_ms=self._max_duration_ms,
            on_level=self._on_level,
            on_fault=self._on_fault,
        )

    def _close(self) -> None:
        if self._session is not None:
            self._session.shut()
            self._session = None
