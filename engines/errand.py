"""One request waiting for its worker, then at work in it; and what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from engines.api import Loaded
from engines.call import Call
from engines.client import WorkerProcess
from engines.errors import EngineError, RequestCancelled
from engines.isolation import Network

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Served(Generic[T]):
    """What a worker answered, and what served it."""

    value: T
    loaded: Loaded
    load_ms: float
    """How long loading took, whenever that was."""
    packages: Mapping[str, str]
    network: Network
    """What its worker could reach."""
    audio_sha256: str
    """Of the file named in the request; empty without one."""
    replaced: int
    sent_s: float
    """When the request was sent, of `time.monotonic`, like the following."""
    token_times_s: tuple[float, float] | None
    """When the first and the last token came."""
    tokens: int


class Errand(Future[Served[T]]):
    """One request waiting for its worker, then at work in it."""

    def __init__(
        self,
        method: str,
        params: Mapping[str, Any],
        read: Callable[[Mapping[str, Any]], T],
        *,
        wav_path: Path | None = None,
        on_token: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self.set_running_or_notify_cancel()
        self.method = method
        self.params = params
        self.read = read
        self.wav_path = wav_path
        self.tokens = 0
        self.first_token_s = self.last_token_s = 0.0
        self._on_token = on_token
        self._lock = threading.Lock()
        self._cancelled = False
        self._call: Call | None = None

    def cancel_request(self) -> bool:
        """True when the worker was asked to end it and an outcome follows within seconds.

        False when it is not at work: it will not be, and fails when its turn comes.
        """
        with self._lock:
            self._cancelled = True
            call = self._call
        if call is None:
            return False
        call.cancel_request()
        return True

    @property
    def wanted(self) -> bool:
        """False once it was cancelled."""
        with self._lock:
            return not self._cancelled

    def send(self, worker: WorkerProcess, limit_s: float) -> Call:
        """Put it to work. Raises RequestCancelled when it was cancelled before."""
        method, params = self.request(worker)
        with self._lock:
            if self._cancelled:
                raise RequestCancelled
            self._call = worker.call(method, params, timeout_s=limit_s, on_token=self._token)
            return self._call

    def request(self, worker: WorkerProcess) -> tuple[str, Mapping[str, Any]]:  # noqa: ARG002
        """What to ask this worker. Raises EngineError where it cannot be asked."""
        return self.method, self.params

    def another_way(self, error: EngineError) -> bool:  # noqa: ARG002
        """Whether to try once more, because there is another way than the one that failed."""
        return False

    def _token(self, text: str) -> None:
        self.last_token_s = time.monotonic()
        self.tokens += 1
        if self.tokens == 1:
            self.first_token_s = self.last_token_s
        if self._on_token is not None:
            self._on_token(text)
