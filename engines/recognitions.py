"""One recognition of a take for everybody who wants it, also while it is still at work."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from engines import wire
from engines.api import Transcription
from engines.client import WorkerProcess
from engines.errand import Errand, Served
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.futures import new_future
from engines.lane import Lane
from engines.segment import Segment

Heard = tuple[Transcription, float]
"""What was heard, and the recogniser's own time in milliseconds, from the end of the take."""
Key = tuple[str, Path]
"""The recogniser part, and the take."""

_ABOUT_THE_TAKE = {ErrorKind.AUDIO_EMPTY, ErrorKind.AUDIO_TOO_LONG}
"""What a recogniser says of the sound itself: it would say so of the whole file, too."""


class Recognition(Errand[Heard]):
    """A recognition with a count of those who wait for it."""

    def __init__(self, wav_path: Path, segment: Segment | None = None) -> None:
        """`segment` is what was fed of this take while it was spoken."""
        params = {"wav_path": str(wav_path), "settings": {}}
        super().__init__("transcribe", params, wire.read_transcription, wav_path=wav_path)
        self.waiting = 0
        self._segment = segment

    def request(self, worker: WorkerProcess) -> tuple[str, wire.Wire]:
        if self._segment is None:
            return super().request(worker)
        assert self.wav_path is not None
        return "close", self._segment.closing(worker, self.wav_path)

    def another_way(self, error: EngineError) -> bool:
        """A lost segment loses no take: the whole file is recognised."""
        segment, self._segment = self._segment, None
        if segment is None:
            return False
        segment.drop()
        return not isinstance(error, RequestCancelled) and error.kind not in _ABOUT_THE_TAKE


class Recognitions:
    """Recognitions by recogniser and take. They are kept until `forget`; failures are not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[Key, Recognition] = {}
        self._offered: dict[Key, Segment] = {}

    def offer(self, key: Key, segment: Segment) -> None:
        """Whoever joins the recognition of this take first begins with what this segment heard."""
        with self._lock:
            self._offered[key] = segment

    def join(self, key: Key, lane: Lane) -> Recognition:
        """The recognition of this take, begun if nobody has. Each `join` may be left once."""
        with self._lock:
            recognition = self._by_key.get(key)
            begun = recognition is None
            if recognition is None:
                segment = self._offered.pop(key, None)
                recognition = self._by_key[key] = Recognition(key[1], segment)
            recognition.waiting += 1
        if begun:
            recognition.add_done_callback(lambda done: self._keep_no_failure(key, done))
            lane.submit(recognition)
        return recognition

    def leave(self, key: Key, recognition: Recognition) -> None:
        """One waits no longer. When nobody does, what is still at work is cancelled."""
        with self._lock:
            recognition.waiting -= 1
            if recognition.waiting or recognition.done():
                return
            if self._by_key.get(key) is recognition:
                del self._by_key[key]
        recognition.cancel_request()

    def forget(self, wav_path: Path) -> None:
        """Recognise this take anew when it is asked for again."""
        with self._lock:
            for key in [key for key in self._by_key if key[1] == wav_path]:
                del self._by_key[key]
            unused = [self._offered.pop(key) for key in [*self._offered] if key[1] == wav_path]
        for segment in unused:
            segment.drop()

    def _keep_no_failure(self, key: Key, done: Future[Served[Heard]]) -> None:
        if done.exception() is not None:
            with self._lock:
                if self._by_key.get(key) is done:
                    del self._by_key[key]


def only_transcription(recognition: Recognition) -> Future[Transcription]:
    """A future of what was heard alone."""
    heard: Future[Transcription] = new_future()

    def settle(done: Future[Served[Heard]]) -> None:
        error = done.exception()
        if error is not None:
            heard.set_exception(error)
        else:
            heard.set_result(done.result().value[0])

    recognition.add_done_callback(settle)
    return heard
