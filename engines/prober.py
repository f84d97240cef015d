"""Asks engines, one after the other, whether they could run here, each in a process of its own."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial

from engines import wire
from engines.api import Part, Probe
from engines.client import WorkerProcess
from engines.errors import EngineError, ErrorKind, RequestCancelled
from engines.futures import new_future, settle
from engines.keys import Keys, key_for
from engines.lane import require
from engines.limits import PROBE_LIMIT_S
from engines.messages import MessageError
from engines.registry import EngineInfo

_Question = tuple[Part, EngineInfo, "Future[Probe]"]


class Prober:
    """A queue of probes with a thread of its own. No method but `join` waits."""

    def __init__(
        self, extra_env: Mapping[str, str] | None = None, keys: Keys | None = None
    ) -> None:
        self._extra_env = extra_env
        self._keys = keys
        self._queue: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # of the two below
        self._closing = False
        self._worker: WorkerProcess | None = None
        self._thread = threading.Thread(target=self._work, name="worker-prober", daemon=True)
        self._thread.start()

    def probe(self, part: Part, info: EngineInfo) -> Future[Probe]:
        """Whether `part` could run here. Fails with EngineError when its worker misbehaves."""
        future: Future[Probe] = new_future()
        with self._lock:
            if not self._closing:
                self._queue.put((part, info, future))
                return future
        future.set_exception(RequestCancelled("The workers were closed."))
        return future

    def begin_close(self) -> None:
        """End the probe at work and fail those that wait."""
        with self._lock:
            self._closing = True
            worker = self._worker
            self._queue.put(None)
        if worker is not None:
            worker.begin_stop()

    def join(self, limit_s: float) -> None:
        """Wait for the end that `begin_close` began."""
        if self._thread is not threading.current_thread():
            self._thread.join(limit_s)

    def _work(self) -> None:
        while (question := self._queue.get()) is not None:
            part, info, future = question
            settle(future, partial(self._probe, part, info))

    def _probe(self, part: Part, info: EngineInfo) -> Probe:
        try:
            require(info)
        except EngineError as error:
            missing, kind = info.missing(), str(error.kind)
            return Probe(ok=False, missing=missing, reason=error.researcher, lacks=kind)
        try:
            key = key_for(part, info, self._keys)
        except EngineError as error:
            return Probe(ok=False, reason=error.researcher, lacks=str(error.kind))
        with self._lock:
            if self._closing:
                raise RequestCancelled("The workers were closed.")
            worker = self._worker = WorkerProcess(info, extra_env=self._extra_env, key=key)
        try:
            worker.start()
            params = wire.write_model(part.model, key)
            answer = worker.call("probe", params, timeout_s=PROBE_LIMIT_S).result()
            with contextlib.suppress(MessageError):
                return wire.read_probe(answer)
        finally:
            worker.stop()
        sentence = f"The worker of {info.name} answered 'probe' wrongly."
        raise EngineError(ErrorKind.INTERNAL, sentence)
