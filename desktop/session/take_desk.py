"""From the record key to a take that systems can be given: capture, verdict, copy, safe file.

Knows no Qt. The checks run in one thread of their own; results come back through `post`.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from desktop.audio.capture import Capture, CaptureFault, Level, OnSamples
from desktop.audio.threads import wait_until_closed
from desktop.getting.removing import remove_quietly
from desktop.paths import Home
from desktop.session.listening_ahead import Ahead
from local_db.errors import DiskTrouble, WorldError, from_os, world_errors
from local_db.ids import new_id
from local_db.take_files import commit_take_file

if TYPE_CHECKING:
    from desktop.audio.quality import Quality

STRIP_BARS = 180
"""Bars of the finished waveform."""


class Source(Protocol):
    """What a take comes from: a microphone, or a file that stands in for one."""

    def open(self) -> Future[None]: ...
    def begin(self, part_path: Path, on_samples: OnSamples) -> None: ...
    def end(self, *, late_ms: float = 0.0) -> Future[Capture]: ...
    def close(self) -> Future[None]: ...


@dataclass(frozen=True, slots=True)
class NamedSource:
    source: Source
    label: str
    """The device's name, for people."""


SourceFactory = Callable[
    [Callable[[Level], None], Callable[[CaptureFault], None], int], NamedSource
]
"""Makes a source that reports levels and faults to the two callables, from its own threads. The
number is that of the question, from 1: the same when it is asked once more."""


NotKept = Callable[[WorldError, Callable[[], None]], None]
"""Told when the disk refuses a take: why, and what tries again."""


@dataclass(frozen=True, slots=True)
class Take:
    """One recording, judged; safe on disk once the desk hands it over."""

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
        *,
        longest_ms: float,
        replays: bool = False,
    ) -> None:
        self.replays = replays
        """Whether takes are earlier recordings: questions one after the other, and no reasons."""
        self._home = home
        self._make_source = make_source
        self._post = post
        self._longest_ms = longest_ms
        self._source: Source | None = None
        self._take_id = ""
        self._checks = ThreadPoolExecutor(1, thread_name_prefix="take-check")
        self._closing: Future[None] = Future()
        self._closing.set_result(None)
        self._captured: Future[Capture] | None = None
        """The recording that was ended and not yet handed over."""
        self._ahead: Ahead | None = None
        """Hears the take that is being recorded or judged."""
        self._lost = False
        self.question = 1
        """Number of what is asked, from 1; for sources that hold more than one."""
        self.label = ""
        """The device's name, for people; of the last one while nothing is open."""
        self.recording = False
        self.on_level: Callable[[Level], None] = lambda _: None
        self.on_fault: Callable[[CaptureFault], None] = lambda _: None

    @property
    def is_open(self) -> bool:
        """Whether a take could begin; False too when the microphone went away while it was open."""
        return self._source is not None and not self._lost

    def open(self, opened: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Open the source; exactly one of the two callables is called later."""
        self.close()
        # The callbacks compare sources, so that a late level of a closed one is not shown.
        named = self._make_source(
            lambda level: self._post(lambda: self._level(source, level)),
            lambda fault: self._post(lambda: self._fault(source, fault)),
            self.question,
        )
        source = named.source
        self._source, self.label, self._lost = source, named.label, False
        self._then(source, source.open(), lambda _: opened(), failed)

    def warm_up(self) -> None:
        """Load in the background what the first take will need."""
        self._checks.submit(_warm_up)

    def begin(self, ahead: Ahead | None = None) -> None:
        """Start a take on the open source; `ahead` hears it from now on, and is dropped with it.

        Raises AudioUnavailable when the source is gone.
        """
        assert self._source is not None, "no source is open"
        self._take_id = new_id()
        self._drop_ahead()
        self._ahead = ahead
        on_samples: OnSamples = (lambda *_: None) if ahead is None else ahead.feed
        try:
            self._source.begin(self._part(self._take_id), on_samples)
        except BaseException:
            self._drop_ahead()
            raise
        self.recording = True

    def end(
        self,
        done: Callable[[Take], None],
        failed: Callable[[BaseException], None],
        not_kept: NotKept,
        *,
        heard: Callable[[Take], None] = lambda _: None,
        late_ms: float = 0.0,
    ) -> None:
        """Stop the take; it is judged, copied and made safe before `done` is called.
        The speaker ended it `late_ms` ago.

        Exactly one of the three is called later, unless the source is closed first: `failed` where
        there is no recording, `not_kept` where the disk refuses what comes after it. Before them
        `heard` is called once with a take that systems may be given, while the disk is still at
        work: no row may name it yet.
        """
        assert self._source is not None, "no source is open"
        take_id, source = self._take_id, self._source
        captured = source.end(late_ms=late_ms)
        self.recording, self._captured = False, captured

        def judge() -> None:
            future = self._checks.submit(self._judge, take_id, captured.result())
            self._then(source, future, judged, refused(judge))

        def judged(take: Take) -> None:
            if take.quality.refused:
                self._drop_ahead()
            else:
                self._hand_ahead(take.heard)
                heard(take)
            make_safe(take)

        def make_safe(take: Take) -> None:
            future = self._checks.submit(commit_take_file, self._part(take.id), take.file)
            again = refused(lambda: make_safe(take))
            self._then(source, future, lambda _: handed_over(take), again)

        def handed_over(take: Take) -> None:
            self._captured = None
            done(take)

        def refused(again: Callable[[], None]) -> Callable[[BaseException], None]:
            def tell(error: BaseException) -> None:
                if isinstance(error, WorldError):
                    not_kept(error, again)
                else:
                    failed(error)

            return tell

        lost = _told_of_the_disk(failed, self._part(take_id))
        self._then(source, captured, lambda _: judge(), lost)

    def close(self) -> Future[None]:
        """Close the source; what it was recording stays as a `.part` file."""
        source, self._source = self._source, None
        self.recording, self._captured = False, None
        self._drop_ahead()
        if source is not None:
            self._closing = source.close()
        return self._closing

    def discard(self) -> None:
        """Close the source, and delete what it was recording or what is still being judged."""
        captured = self._captured
        if self._source is not None and self.recording:
            captured = self._source.end()
        self.close()
        if captured is not None:  # behind its judgement, if that has begun
            self._checks.submit(self._delete, self._take_id, captured)

    def shut_down(self) -> None:
        """Close everything and wait for it; for the end of the program."""
        wait_until_closed(self.close())
        self._checks.shutdown(wait=True)

    def _hand_ahead(self, heard: Path) -> None:
        """What was heard on the way belongs to whoever asks about this file."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.whole(heard)

    def _drop_ahead(self) -> None:
        ahead, self._ahead = self._ahead, None
        if ahead is not None:
            ahead.drop()

    def _part(self, take_id: str) -> Path:
        return self._home.takes / f"{take_id}.wav.part"

    def _file(self, take_id: str) -> Path:
        return self._home.takes / f"{take_id}.wav"

    def _heard(self, take_id: str) -> Path:
        return self._home.heard / f"{take_id}.wav"

    def _judge(self, take_id: str, capture: Capture) -> Take:
        file, heard = self._file(take_id), self._heard(take_id)
        from desktop.audio.check import check_take  # late: it loads numpy, and a window must open

        with world_errors(heard):
            heard.parent.mkdir(parents=True, exist_ok=True)  # a cache may be deleted at any time
            checked = check_take(capture, heard, longest_ms=self._longest_ms, bars=STRIP_BARS)
        return Take(take_id, file, heard, capture, checked.quality, checked.peaks)

    def _delete(self, take_id: str, captured: Future[Capture]) -> None:
        wait((captured,))
        for path in (self._part(take_id), self._file(take_id), self._heard(take_id)):
            remove_quietly(path)

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
            self._lost = self._lost or fault.stream_closed
            self.on_fault(fault)


def _told_of_the_disk(
    failed: Callable[[BaseException], None], part: Path
) -> Callable[[BaseException], None]:
    """`failed`, told of a recording that cannot be read back as of the world's error it is."""

    def tell(error: BaseException) -> None:
        if isinstance(error, OSError):  # the folder may even be gone: that is no bug of ours either
            failed(from_os(error, part) or DiskTrouble(part, error.strerror or str(error)))
        else:
            failed(error)

    return tell


def _warm_up() -> None:
    from desktop.audio import check  # late, as in `_judge`
    from desktop.session import languages

    check.warm_up()
    languages.warm_up()
