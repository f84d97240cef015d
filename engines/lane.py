"""One loaded part: its worker process, the requests that queue for it, and its second life.

A lane serves one errand after the other, in a thread of its own. It starts and loads the worker
when the first errand needs it. A worker that was lost is started again with the next errand; one
that is lost *with* an errand gets that errand a second time, unless a token of the answer was
already passed on: two halves of two answers are no answer. A worker that was lost while it heard
the take being spoken was lost with that errand: it is started once more, not twice.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from engines import wire
from engines.api import Loaded, Part, Probe
from engines.client import WorkerProcess
from engines.errand import Errand, Served
from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost
from engines.futures import new_future, settle
from engines.isolation import Network
from engines.keys import Keys, key_for
from engines.limits import LOAD_LIMIT_S, PROBE_LIMIT_S
from engines.messages import MessageError
from engines.registry import ENVIRONMENT, EngineInfo
from engines.residency import NoRoomYet, Residency
from engines.segment import Segment

T = TypeVar("T")
_log = logging.getLogger("earshot.engines")


@dataclass(slots=True)
class _Running:
    worker: WorkerProcess
    packages: Mapping[str, str]
    network: Network
    loaded: Loaded
    load_ms: float


@dataclass(frozen=True, slots=True)
class _Warm:
    """The errand of `prewarm`: nothing but a loaded worker."""

    done: Future[None] = field(default_factory=new_future)


@dataclass(frozen=True, slots=True)
class _Leave:
    """The errand of `leave_after_work`: no worker, if it is still this one."""

    worker: WorkerProcess


class Lane:
    """The queue in front of one worker. Every method returns at once, but `join`."""

    def __init__(
        self,
        part: Part,
        info: EngineInfo,
        *,
        log_path: Path | None,
        time_limit_s: float,
        residency: Residency,
        extra_env: Mapping[str, str] | None = None,
        keys: Keys | None = None,
    ) -> None:
        self._residency = residency
        self._part = part
        self._info = info
        self._log_path = log_path
        self._time_limit_s = time_limit_s
        self._extra_env = extra_env
        self._keys = keys
        self._queue: queue.SimpleQueue[Errand[Any] | Segment | _Warm | _Leave | None]
        self._queue = queue.SimpleQueue()
        self._running: _Running | None = None
        self._lock = threading.Lock()  # of the two below
        self._closing = False
        self._worker: WorkerProcess | None = None
        self._thread = threading.Thread(target=self._work, name="worker-lane", daemon=True)
        self._thread.start()

    def submit(self, errand: Errand[Any]) -> None:
        """Queue a request."""
        with self._lock:
            if not self._closing:
                self._queue.put(errand)
                return
        errand.set_exception(RequestCancelled("The workers were closed."))

    def warm(self) -> Future[None]:
        """Have the worker started and loaded."""
        warm = _Warm()
        with self._lock:
            if not self._closing:
                self._queue.put(warm)
                return warm.done
        warm.done.set_exception(RequestCancelled("The workers were closed."))
        return warm.done

    def listen(self, segment: Segment) -> None:
        """Have a take heard while it is being spoken, where that costs nobody anything."""
        with self._lock:
            if not self._closing:
                self._queue.put(segment)
                return
        segment.lose("the workers were closed")

    def leave_after_work(self) -> None:
        """Unload, to make room, once all that waits already was served."""
        with self._lock:
            worker = self._worker
            if worker is not None and not self._closing:
                self._queue.put(_Leave(worker))

    def begin_close(self) -> None:
        """End the worker and fail all that waits."""
        with self._lock:
            if self._closing:
                return
            self._closing = True
            worker = self._worker
            self._queue.put(None)
        if worker is not None:
            worker.begin_stop()

    def join(self, limit_s: float) -> None:
        """Wait for the end that `begin_close` began."""
        if self._thread is not threading.current_thread():
            self._thread.join(limit_s)

    # The lane's thread.

    def _work(self) -> None:
        while (errand := self._queue.get()) is not None:
            if isinstance(errand, _Warm):
                settle(errand.done, self._warm_up)
            elif isinstance(errand, _Leave):
                self._leave(errand.worker)
            elif isinstance(errand, Segment):
                self._open(errand)
            else:
                settle(errand, partial(self._serve, errand))
            del errand  # not held, with all its answer, until the next one comes
        self._drop()

    def _warm_up(self) -> None:
        try:
            self._ready(ahead=True)
        except WorkerLost as lost:
            self._tell_of(lost)
            self._ready(ahead=True)
        except NoRoomYet:
            self._drop()  # loaded when it is asked for, in the place of what was asked before it

    def _open(self, segment: Segment) -> None:
        if not segment.wanted:
            return
        try:
            running = self._ready(ahead=True)
            if running.loaded.segments:
                segment.open_in(running.worker)
            else:
                segment.lose("its recogniser hears whole takes only")
        except NoRoomYet:
            self._drop()
            segment.lose("its recogniser has no room yet")
        except (EngineError, MessageError) as error:
            segment.lose(str(error))
        except Exception as error:  # noqa: BLE001 - our bug may not end what serves all takes
            _log.exception("a head start failed")
            segment.lose(f"it failed: {error}")

    def _leave(self, worker: WorkerProcess) -> None:
        if self._running is not None and self._running.worker is worker:
            self._drop()

    def _serve(self, errand: Errand[T], *, spare: bool = True) -> Served[T]:
        """`spare`: no worker was lost with this errand yet, so that one more may be started."""
        before = self._worker
        try:
            return self._try(errand)
        except EngineError as error:
            lost = isinstance(error, WorkerLost)
            if errand.another_way(error) and errand.wanted and not self._closing:
                _log.info("Heard whole, not while it was spoken: %s", error)
                gone = before is not None and not before.alive
                return self._serve(errand, spare=not (lost or gone))
            if not lost or not spare or errand.tokens or not errand.wanted or self._closing:
                raise
            self._tell_of(error)
        return self._try(errand)

    def _tell_of(self, lost: EngineError) -> None:
        _log.info("%s It is started once more.", lost)

    def _try(self, errand: Errand[T]) -> Served[T]:
        if not errand.wanted:  # nothing to start or load for
            raise RequestCancelled
        running = self._ready()
        audio_sha256 = _sha256(errand.wav_path) if errand.wav_path is not None else ""
        sent_s = time.monotonic()
        call = errand.send(running.worker, self._time_limit_s)
        try:
            answer = call.result()
        except EngineError as error:
            if (
                error.kind is ErrorKind.NEEDS_KEY
            ):  # the next errand brings the key that is kept then
                self._drop()
            raise
        try:
            value = errand.read(answer)
        except MessageError as error:
            self._drop()
            raise WorkerLost(f"The worker of {self._part.engine} answered wrongly: {error}.") from (
                error
            )
        return Served(
            value=value,
            loaded=running.loaded,
            load_ms=running.load_ms,
            packages=running.packages,
            network=running.network,
            audio_sha256=audio_sha256,
            replaced=call.replaced,
            sent_s=sent_s,
            token_times_s=(errand.first_token_s, errand.last_token_s) if errand.tokens else None,
            tokens=errand.tokens,
        )

    def _ready(self, *, ahead: bool = False) -> _Running:
        """The loaded worker, started if need be. Raises EngineError.

        `ahead` of being asked, it raises NoRoomYet rather than push out what was asked for.
        """
        if self._running is not None and self._running.worker.alive:
            self._residency.used(self)
            return self._running
        self._drop()
        require(self._info)
        key = key_for(self._part, self._info, self._keys)
        with self._lock:
            if self._closing:
                raise RequestCancelled("The workers were closed.")
            worker = self._worker = WorkerProcess(
                self._info, log_path=self._log_path, extra_env=self._extra_env, key=key
            )
        initialized = worker.start()
        params = wire.write_model(self._part.model, key)
        if self._info.network:  # its memory is somebody else's
            loaded, load_ms = self._load(worker, params, lambda: False)
        else:
            probe = partial(self._probe, worker, params)
            with self._residency.room_for(self, probe, ahead=ahead) as make_room:
                loaded, load_ms = self._load(worker, params, make_room)
        self._running = _Running(worker, initialized.packages, worker.network, loaded, load_ms)
        return self._running

    def _probe(self, worker: WorkerProcess, params: wire.Wire) -> Probe:
        """What loading would take. An engine that cannot say is loaded without being asked."""
        try:
            return wire.read_probe(worker.call("probe", params, timeout_s=PROBE_LIMIT_S).result())
        except (WorkerLost, RequestCancelled):
            raise
        except (EngineError, MessageError) as error:
            _log.info("The worker of %s did not say what it needs: %s", self._part.engine, error)
            return Probe(ok=True)

    def _load(
        self, worker: WorkerProcess, params: wire.Wire, make_room: Callable[[], bool]
    ) -> tuple[Loaded, float]:
        try:
            answer = worker.call("load", params, timeout_s=LOAD_LIMIT_S).result()
        except EngineError as error:
            # The estimate was too small: once more, as long as another model can leave.
            if error.kind is not ErrorKind.OUT_OF_MEMORY or not make_room():
                raise
            return self._load(worker, params, make_room)
        try:
            return wire.read_loaded(answer)
        except MessageError as error:
            raise WorkerLost(f"The worker of {self._part.engine} loaded wrongly: {error}.") from (
                error
            )

    def _drop(self) -> None:
        """Have no worker."""
        self._running = None
        with self._lock:
            worker, self._worker = self._worker, None
        if worker is not None:
            worker.stop()
        self._residency.gone(self)


def require(info: EngineInfo) -> None:
    """Raise EngineError when an engine cannot be started here."""
    if info.problem:
        raise EngineError(ErrorKind.NEEDS_PACKAGE, info.problem)
    if missing := info.missing():
        what = "an environment of its own" if missing == (ENVIRONMENT,) else ", ".join(missing)
        sentence = f"{info.name} needs {what}. To install: {info.install}"
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"missing": list(missing)})


def _sha256(wav_path: Path) -> str:
    try:
        return hashlib.sha256(wav_path.read_bytes()).hexdigest()
    except OSError as error:
        sentence = f"{wav_path} cannot be read: {error.strerror}."
        raise EngineError(ErrorKind.BAD_AUDIO, sentence) from error
