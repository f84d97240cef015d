"""One worker process, seen from the caller's side. Knows no Qt.

    start  →  call, call, call  →  stop          (one process; `engines.pool` starts another)

Four threads live as long as the process. The **warden** starts it, keeps the time limits and
ends it, on every path: asked to stop, time limit, broken protocol, process gone. The **reader**
parses what the worker writes and calls back; the **writer** writes, so that no caller waits for a
worker that does not read; the **logger** keeps stderr. Whatever the worker does, every future
of every call gets a result or an `EngineError` within the limits of `engines.limits`.

Callbacks and futures are run by these threads: they must return soon and must not call `stop`.
"""

from __future__ import annotations

import atexit
import contextlib
import queue
import subprocess
import threading
import time
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from engines import messages, wire
from engines.call import Call, OnProgress, OnToken, as_error
from engines.errors import EngineError, ErrorKind, RequestCancelled, WorkerLost
from engines.isolation import Network, network_of
from engines.keys import blank
from engines.limits import (
    CANCEL_LIMIT_S,
    FLOOD_LIMIT_BYTES,
    KILL_LIMIT_S,
    OUTBOX_LIMIT_LINES,
    SHUTDOWN_LIMIT_S,
    START_LIMIT_S,
    TERMINATE_LIMIT_S,
)
from engines.messages import Failure, LineSplitter, MessageError, Notification, Request, Result
from engines.process import exited_within, in_words, kill_group, terminate_group
from engines.protocol import PROTOCOL_VERSION
from engines.registry import EngineInfo
from engines.starting import start_process
from engines.worker_log import WorkerLog

_CHUNK_BYTES = 64 * 1024
_CANCELLABLE = {"transcribe", "respond", "open", "close"}
_JOIN_LIMIT_S = 1.0
STOP_LIMIT_S = SHUTDOWN_LIMIT_S + TERMINATE_LIMIT_S + KILL_LIMIT_S + 3 * _JOIN_LIMIT_S
"""The longest `WorkerProcess.stop` can take."""

_WENT = WorkerLost("It went by itself.")  # until `_obituary` says how


class WorkerProcess:
    """A worker of one engine. A context manager: leaving it stops the process."""

    def __init__(
        self,
        info: EngineInfo,
        *,
        log_path: Path | None = None,
        extra_env: Mapping[str, str] | None = None,
        key: str = "",
    ) -> None:
        """`key` is what the caller will hand over in requests: the worker's words are searched
        for it, and it is blanked wherever it is found."""
        self.info = info
        self._extra_env = dict(extra_env or {})
        self._pid = 0
        self._key = key.encode()
        self._log = WorkerLog(log_path, key=self._key)
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        # All of the following belongs to this condition.
        self._changed = threading.Condition()
        self._pending: dict[int, Call] = {}
        self._next_id = 1
        self._received_bytes = 0
        self._fault: EngineError | None = None
        self._stopping = False
        self._output_ended = False
        self._warden = threading.Thread(target=self._live, name="worker-warden", daemon=True)

    # The caller's threads.

    def start(self, timeout_s: float = START_LIMIT_S) -> wire.Initialized:
        """Start the process and shake hands. Raises EngineError; nothing is left running then."""
        if self.info.problem:
            raise EngineError(ErrorKind.NEEDS_PACKAGE, self.info.problem)
        _running.add(self)
        self._warden.start()
        try:
            params = {"protocol": PROTOCOL_VERSION}
            said = self.call("initialize", params, timeout_s=timeout_s).result()
            initialized = wire.read_initialized(said)
            if (spoken := initialized.protocol) != PROTOCOL_VERSION:
                raise MessageError(f"it speaks protocol {spoken}, not {PROTOCOL_VERSION}")
        except MessageError as error:
            self.stop()
            raise self._broken(error) from error
        except BaseException:
            self.stop()
            raise
        return initialized

    def call(
        self,
        method: str,
        params: Mapping[str, Any],
        *,
        timeout_s: float,
        on_token: OnToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> Call:
        """Send one request of a started worker. Returns at once.

        The future fails with EngineError: what the worker answered; `timeout` when there is no
        answer in time; WorkerLost when the process is gone. A callback that raises fails the
        future with what it raised.
        """
        assert self._warden.ident is not None, "start the worker first"
        with self._changed:
            call = self._next_call(method, params, timeout_s, on_token, on_progress)
            refusal = self._fault or (RequestCancelled() if self._stopping else None)
            try:
                line = messages.encode(call.request)
            except MessageError as error:
                refusal = EngineError(ErrorKind.INTERNAL, f"{method!r} cannot be sent: {error}.")
            if refusal is None:
                self._pending[call.request.id] = call
                self._received_bytes = 0
                self._outbox.put(line)
                self._changed.notify_all()  # the warden has a new time limit
        if refusal is not None:
            call.resolve(refusal)
        return call

    def notify(self, method: str, params: Mapping[str, Any]) -> bool:
        """Say what has no answer. False where it is not said: gone, or not reading any more."""
        if not self.alive or self._outbox.qsize() >= OUTBOX_LIMIT_LINES:
            return False
        self._outbox.put(messages.encode(Notification(method, params)))
        return True

    def stop(self) -> None:
        """End the process: ask, wait, terminate the group, wait, kill the group.

        Returns once it is gone, at most after `STOP_LIMIT_S`. Pending calls are cancelled. May
        be called again, and from any thread but a callback's.
        """
        self.begin_stop()
        if self._warden.ident is not None:
            self._warden.join(STOP_LIMIT_S)

    def begin_stop(self) -> None:
        """What `stop` does, without waiting for it."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    @property
    def network(self) -> Network:
        """What the started process can reach, as the kernel says."""
        return network_of(self._pid, needs_it=self.info.network)

    @property
    def alive(self) -> bool:
        """Whether a call could still be answered."""
        with self._changed:
            going = self._fault is None and not self._stopping and not self._output_ended
            return going and self._warden.ident is not None

    def last_lines(self) -> tuple[str, ...]:
        """The last lines of stderr. For the researcher, never for a participant."""
        return self._log.last_lines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _next_call(
        self,
        method: str,
        params: Mapping[str, Any],
        timeout_s: float,
        on_token: OnToken | None = None,
        on_progress: OnProgress | None = None,
    ) -> Call:
        request = Request(self._next_id, method, params)
        self._next_id += 1
        return Call(
            request, timeout_s, cancel=self._cancel, on_token=on_token, on_progress=on_progress
        )

    def _cancel(self, call: Call) -> None:
        with self._changed:
            if call.cancelling or call.request.id not in self._pending:
                return
            call.cancelling = True
            call.due_s = time.monotonic() + CANCEL_LIMIT_S
            self._outbox.put(messages.encode(Notification("cancel", {"id": call.request.id})))
            self._changed.notify_all()

    def _broken(self, error: MessageError) -> WorkerLost:
        return WorkerLost(f"The worker of {self.info.name} broke the protocol: {error}.")

    # The warden.

    def _live(self) -> None:
        try:
            process = self._spawn()
        except OSError as error:
            sentence = f"The worker of {self.info.name} could not be started: {error}."
            self._settle(WorkerLost(sentence))
            return
        threads = [
            threading.Thread(target=target, args=(process,), name=target.__name__, daemon=True)
            for target in (self._read, self._write, self._keep_log)
        ]
        for thread in threads:
            thread.start()
        fault = self._watch()
        if fault is None:
            self._ask_to_leave(process)
        alone = fault is _WENT and exited_within(process, TERMINATE_LIMIT_S)
        self._end(process)
        for thread in threads:
            thread.join(_JOIN_LIMIT_S)
        self._settle(self._obituary(process, alone) if fault is _WENT else fault)

    def _spawn(self) -> subprocess.Popen[bytes]:
        process = start_process(self.info, self._extra_env)
        self._pid = process.pid
        return process

    def _watch(self) -> EngineError | None:
        """Wait until this process must end. None when the caller asked for it."""
        while True:
            with self._changed:
                if self._fault is not None:
                    return self._fault
                if self._stopping:
                    return None
                if self._output_ended:
                    return _WENT
                now = time.monotonic()
                due = [call for call in self._pending.values() if call.due_s <= now]
                if not due:
                    next_s = min((c.due_s for c in self._pending.values()), default=None)
                    self._changed.wait(None if next_s is None else next_s - now)
            for call in due:
                if call.cancelling or call.request.method not in _CANCELLABLE:
                    fault = self._condemn(call)
                    with self._changed:
                        self._fault = self._fault or fault
                        return self._fault
                call.timed_out = True
                self._cancel(call)

    def _condemn(self, call: Call) -> EngineError:
        """This call did not end in time. Returns what every other pending call fails with."""
        method, name = call.request.method, self.info.name
        if call.cancelling and not call.timed_out:
            call.verdict = RequestCancelled(
                f"The worker of {name} did not end {method!r} within {CANCEL_LIMIT_S:g} s of "
                "being asked to, and was ended."
            )
        else:
            sentence = f"The worker of {name} did not answer {method!r} within {call.limit_s:g} s"
            call.verdict = EngineError(ErrorKind.TIMEOUT, f"{sentence}, and was ended.")
        return WorkerLost(f"The worker of {name} was ended: it was stuck in {method!r}.")

    def _ask_to_leave(self, process: subprocess.Popen[bytes]) -> None:
        with self._changed:
            call = self._next_call("shutdown", {}, SHUTDOWN_LIMIT_S)
            self._pending[call.request.id] = call
        self._outbox.put(messages.encode(call.request))
        self._outbox.put(None)
        exited_within(process, SHUTDOWN_LIMIT_S)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        self._outbox.put(None)
        if not exited_within(process, 0):
            terminate_group(process)
            exited_within(process, TERMINATE_LIMIT_S)
        kill_group(process)  # also what the leader left behind
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(KILL_LIMIT_S)

    def _obituary(self, process: subprocess.Popen[bytes], alone: bool) -> WorkerLost:
        how = in_words(process.returncode) if alone else "closed its output and was ended"
        sentence = f"The worker of {self.info.name} {how}.{self._log.last_words()}"
        return WorkerLost(sentence, {"last_lines": list(self.last_lines())})

    def _settle(self, fault: EngineError | None) -> None:
        """The process is gone: fail whatever still waits."""
        with self._changed:
            self._fault = reason = fault or RequestCancelled("The worker was stopped.")
            pending = list(self._pending.values())
            self._pending.clear()
        for call in pending:
            call.resolve(call.verdict or reason)
        _running.discard(self)

    # The reader, the writer and the logger.

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        splitter = LineSplitter()
        fault: EngineError | None = None
        try:
            with process.stdout as output:
                while chunk := output.read(_CHUNK_BYTES):
                    self._count(len(chunk))
                    for line in splitter.feed(chunk):
                        self._take(blank(line, self._key))
        except MessageError as error:
            fault = self._broken(error)
        finally:
            with self._changed:
                self._fault = self._fault or fault
                self._output_ended = True
                self._changed.notify_all()

    def _count(self, received_bytes: int) -> None:
        with self._changed:
            self._received_bytes += received_bytes
            if self._received_bytes > FLOOD_LIMIT_BYTES:
                raise MessageError(f"it wrote more than {FLOOD_LIMIT_BYTES} bytes")

    def _take(self, line: bytes) -> None:
        message, replaced = messages.decode(line)
        match message:
            case Notification(method="token", params=params):
                number, text = wire.read_token(params)
                self._call_of(number).tell_token(text)
            case Notification(method="progress", params=params):
                number, what, share = wire.read_progress(params)
                self._call_of(number).tell_progress(what, share)
            case Notification():
                pass  # of a later protocol; `_count` sees to it that they end
            case Result(id=number, result=result):
                self._resolve(number, replaced, result)
            case Failure(id=int(number), code=code, message=sentence, data=data):
                self._resolve(number, replaced, as_error(code, sentence, data))
            case Failure(message=sentence):
                raise MessageError(f"it could not read a request: {sentence}")
            case Request():
                raise MessageError("it sent a request of its own")

    def _resolve(
        self, number: int, replaced: int, outcome: Mapping[str, Any] | EngineError
    ) -> None:
        call = self._call_of(number)
        with self._changed:
            # A worker that is being ended still ends what waits, as if its caller had asked it to.
            if self._fault is not None or self._pending.pop(number, None) is None:
                return
        call.replaced = replaced
        if call.timed_out:
            method, limit_s = call.request.method, call.limit_s
            sentence = f"{self.info.name} did not end {method!r} within {limit_s:g} s."
            outcome = EngineError(ErrorKind.TIMEOUT, sentence)
        call.resolve(outcome)

    def _call_of(self, number: int) -> Call:
        with self._changed:
            call = self._pending.get(number)
        if call is None:
            raise MessageError(f"it spoke of a request {number} that nobody waits for")
        return call

    def _write(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as pipe:
            while (line := self._outbox.get()) is not None:
                rest = memoryview(line)
                while rest:
                    rest = rest[pipe.write(rest) or 0 :]

    def _keep_log(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stderr is not None
        with process.stderr as errors:
            while chunk := errors.read(_CHUNK_BYTES):
                self._log.feed(chunk)
        self._log.close()


_running: weakref.WeakSet[WorkerProcess] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    """A program that ends without stopping its workers still leaves none behind."""
    for worker in list(_running):
        worker.stop()
