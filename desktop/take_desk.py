"""From the record key to a take that systems can be given: capture, verdict, copy, safe file.

Knows no Qt. The checks run in one thread of their own; results come back through `post`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from desktop.audio.capture import Capture, CaptureFault, Level
from desktop.audio.convert import read_samples, to_engine_wav
from desktop.audio.quality import Limits, Quality, assess
from desktop.audio.waveform import peaks
from desktop.paths import Home
from local_db.ids import new_id
from local_db.take_files import commit_take_file

STRIP_BARS = 180
"""Bars of the finished waveform."""


class Source(Protocol):
    """What a take comes from: a microphone, or a file that stands in for one."""

    def open(self) -> Future[None]: ...
    def begin(self, part_path: Path) -> None: ...
    def end(self) -> Future[Capture]: ...
    def close(self) -> Future[None]: ...


@dataclass(frozen=True, slots=True)
class NamedSource:
    source: Source
    label: str
    """The device's name, for people."""


SourceFactory = Callable[[Callable[[Level], None], Callable[[CaptureFault], None]], NamedSource]
"""Makes a source that reports levels and faults to the two callables, from its own threads."""


@dataclass(frozen=True, slots=True)
class Take:
    """One recording, judged and safe on disk."""

    id: str
    file: Path
    """As the microphone delivered it, PCM16 WAV."""
    heard: Path
    """16 kHz mono copy that systems get; missing when the take is refused."""
    capture: Capture
    quality: Quality
    peaks: tuple[float, ...]
    """`STRIP_BARS` values in [0, 1]."""


class TakeDesk:
    """One source at a time, one take at a time. All methods belong to the window's thread."""

    def __init__(
        self,
        home: Home,
        make_source: SourceFactory,
        post: Callable[[Callable[[], None]], None],
        limits: Limits,
    ) -> None:
        self._home = home
        self._make_source = make_source
        self._post = post
        self._limits = limits
        self._source: Source | None = None
        self._take_id = ""
        self._checks = ThreadPoolExecutor(1, thread_name_prefix="take-check")
        self._closing: Future[None] | None = None
        self.label = ""
        """The device's name, for people; of the last one while nothing is open."""
        self.recording = False
        self.on_level: Callable[[Level], None] = lambda _: None
        self.on_fault: Callable[[CaptureFault], None] = lambda _: None

    @property
    def is_open(self) -> bool:
        return self._source is not None

    def open(self, opened: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Open the source; exactly one of the two callables is called later."""
        self.close()
        # The callbacks compare sources, so that a late level of a closed one is not shown.
        named = self._make_source(
            lambda level: self._post(lambda: self._level(source, level)),
            lambda fault: self._post(lambda: self._fault(source, fault)),
        )
        source = named.source
        self._source, self.label = source, named.label
        self._then(source, source.open(), lambda _: opened(), failed)

    def begin(self) -> None:
        """Start a take on the open source. Raises AudioUnavailable when it is gone."""
        assert self._source is not None, "no source is open"
        self._take_id = new_id()
        self._source.begin(self._part())
        self.recording = True

    def end(self, done: Callable[[Take], None], failed: Callable[[BaseException], None]) -> None:
        """Stop the take; it is judged, copied and made safe before `done` is called."""
        assert self._source is not None, "no source is open"
        take_id, part, source = self._take_id, self._part(), self._source
        self.recording = False

        def judged(capture: Capture) -> None:
            future = self._checks.submit(self._judge, take_id, part, capture)
            self._then(source, future, done, failed)

        self._then(source, source.end(), judged, failed)

    def close(self) -> None:
        """Close the source; what it was recording stays as a `.part` file."""
        source, self._source = self._source, None
        self.recording = False
        if source is not None:
            self._closing = source.close()

    def shut_down(self) -> None:
        """Close everything and wait for it; for the end of the program."""
        self.close()
        if self._closing is not None:
            self._closing.result()
        self._checks.shutdown(wait=True)

    def _part(self) -> Path:
        return self._home.takes / f"{self._take_id}.wav.part"

    def _judge(self, take_id: str, part: Path, capture: Capture) -> Take:
        samples, rate_hz = read_samples(part)
        quality = assess(samples, rate_hz, capture, self._limits)
        heard = self._home.heard / f"{take_id}.wav"
        if not quality.refused:
            to_engine_wav(part, heard)
        file = self._home.takes / f"{take_id}.wav"
        commit_take_file(part, file)
        return Take(take_id, file, heard, capture, quality, peaks(samples, STRIP_BARS))

    def _then(
        self,
        source: Source,
        future: Future[Any],
        done: Callable[[Any], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        """Continue in the window's thread, unless the source was closed or replaced meanwhile."""

        def deliver() -> None:
            if self._source is not source:
                return
            error = future.exception()
            if error is None:
                done(future.result())
            else:
                failed(error)

        future.add_done_callback(lambda _: self._post(deliver))

    def _level(self, source: Source, level: Level) -> None:
        if self._source is source:
            self.on_level(level)

    def _fault(self, source: Source, fault: CaptureFault) -> None:
        if self._source is source:
            self.on_fault(fault)
