"""A take on its way to recognisers while it is still being spoken, seen from the caller's side.

    feed, feed, feed  →  end  →  the file is there: closed in its name, or recognised whole
         └────────────────→ drop

A segment is a head start and no more. Whatever happens to it (its worker is slow, busy with
something else, lost, or knows no segments), the file is recognised whole, as it always was; and it
is recognised whole where the file does not hold, sample for sample, what was fed.
"""

from __future__ import annotations

import hashlib
import threading
import wave
from collections.abc import Callable, Mapping
from pathlib import Path

from engines import wire
from engines.audio import LONGEST_S, RATE_HZ
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind
from engines.limits import OPEN_LIMIT_S

_LONGEST_BYTES = 2 * RATE_HZ * LONGEST_S
_PIECE_BYTES = 1024 * 1024
"""At most in one message: half a minute, of what had to wait for the worker."""
_END_S = 1.0
"""How long the last samples may be on their way once the file is there."""


class SegmentLost(EngineError):
    """The head start is lost, nothing else."""

    def __init__(self, why: str) -> None:
        super().__init__(ErrorKind.INTERNAL, why)


class Segment:
    """One take for one recogniser. Nothing waits here but what the lane calls."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._lock = threading.Lock()  # of the following
        self._held = bytearray()  # what was fed before its worker was ready
        self._fed_bytes = 0
        self._fed = hashlib.sha256()
        self._worker: WorkerProcess | None = None
        self._number = 0
        self._opened_by = 0  # the request
        self._over = ""

    def feed(self, pcm16: bytes) -> None:
        """The next samples, 16 kHz mono, little-endian. Never blocks and never raises."""
        with self._lock:
            if self._over:
                return
            self._fed.update(pcm16)
            self._fed_bytes += len(pcm16)
            if self._fed_bytes > _LONGEST_BYTES:
                self._end_it("it is too long")
            elif self._worker is None:
                self._held += pcm16
            else:
                self._send(self._worker, pcm16)

    def end(self) -> None:
        """All was fed."""
        self._ended.set()

    def drop(self) -> None:
        """Nobody wants it: the worker forgets what it was fed."""
        self.lose("it was dropped")
        self._ended.set()

    # For the lane, in its thread.

    @property
    def wanted(self) -> bool:
        with self._lock:
            return not self._over

    def open_in(self, worker: WorkerProcess) -> None:
        """Begin it in a worker that has loaded. Raises EngineError and MessageError."""
        call = worker.call("open", {"rate_hz": RATE_HZ, "settings": {}}, timeout_s=OPEN_LIMIT_S)
        number = wire.read_segment(call.result())
        with self._lock:
            self._worker, self._number, self._opened_by = worker, number, call.request.id
            if self._over:  # dropped meanwhile
                self._end_it(self._over)
            held, self._held = bytes(self._held), bytearray()
            if held:
                self._send(worker, held)

    def lose(self, why: str) -> None:
        with self._lock:
            self._end_it(why)

    def closing(self, worker: WorkerProcess, wav_path: Path) -> wire.Wire:
        """Params of the `close` that recognises the file at `wav_path`. Raises SegmentLost."""
        if not self._ended.wait(_END_S):
            self.lose("its end did not come")
        with self._lock:
            if not self._over and self._worker is not worker:
                self._end_it("its worker is another one now")
            if not self._over and _sound_of(wav_path) != self._fed.digest():
                self._end_it("the file does not hold what was fed")
            if self._over:
                raise SegmentLost(self._over)
            self._worker, self._over = None, "it was closed"
            return {"segment": self._number}

    # With the lock.

    def _send(self, worker: WorkerProcess, pcm16: bytes) -> None:
        for at in range(0, len(pcm16), _PIECE_BYTES):
            piece = pcm16[at : at + _PIECE_BYTES]
            if not worker.notify("feed", wire.write_feed(self._number, piece)):
                self._end_it("its worker does not read")
                return

    def _end_it(self, why: str) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.notify("cancel", {"id": self._opened_by})
        self._held.clear()
        self._over = self._over or why


class Listening:
    """One take on its way to every recogniser that will be asked about it."""

    def __init__(
        self, segments: Mapping[str, Segment], offer: Callable[[str, Path, Segment], None]
    ) -> None:
        """`segments` by recogniser; `offer` gives each away once its file is there."""
        self._segments = segments
        self._offer = offer

    @property
    def anybody(self) -> bool:
        """Whether there is a recogniser to feed."""
        return bool(self._segments)

    def feed(self, pcm16: bytes) -> None:
        """The next samples, 16 kHz mono PCM16, little-endian. Never blocks and never raises."""
        for segment in self._segments.values():
            segment.feed(pcm16)

    def end(self) -> None:
        """All was fed."""
        for segment in self._segments.values():
            segment.end()

    def whole(self, wav_path: Path) -> None:
        """The take is in this file: whoever asks about it gets what was heard on the way.

        Call it before asking. `end` may follow within a second.
        """
        for recogniser, segment in self._segments.items():
            self._offer(recogniser, wav_path.resolve(), segment)

    def drop(self) -> None:
        """There will be no file, or nobody will ask about it."""
        for segment in self._segments.values():
            segment.drop()


def _sound_of(wav_path: Path) -> bytes:
    """SHA-256 of the samples in a file; empty where it cannot be read, which `transcribe` tells."""
    try:
        with wave.open(str(wav_path), "rb") as take:
            return hashlib.sha256(take.readframes(take.getnframes())).digest()
    except (OSError, EOFError, wave.Error):
        return b""
