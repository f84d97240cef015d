"""One recognition of a take for everybody who wants it, also while it is still at work."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path

from engines import wire
from engines.api import Transcription
from engines.futures import new_future
from engines.lane import Errand, Lane, Served

Heard = tuple[Transcription, float]
"""What was heard, and the recogniser's own time in milliseconds."""
Key = tuple[str, Path]
"""The recogniser part, and the take."""


class Recognition(Errand[Heard]):
    """A recognition with a count of those who wait for it."""

    def __init__(self, wav_path: Path) -> None:
        params = {"wav_path": str(wav_path), "settings": {}}
        super().__init__("transcribe", params, wire.read_transcription, wav_path=wav_path)
        self.waiting = 0


class Recognitions:
    """Recognitions by recogniser and take. They are kept until `forget`; failures are not kept."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_key: dict[Key, Recognition] = {}

    def join(self, key: Key, lane: Lane) -> Recognition:
        """The recognition of this take, begun if nobody has. Each `join` may be left once."""
        with self._lock:
            recognition = self._by_key.get(key)
            begun = recognition is None
            if recognition is None:
                recognition = self._by_key[key] = Recognition(key[1])
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
