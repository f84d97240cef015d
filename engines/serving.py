"""What a worker does with requests: heavy work one after the other, the rest at once.

The main thread loads, transcribes and responds, because model libraries want one thread and some
want that one. The reader thread answers `initialize`, `probe` and `shutdown` itself and passes
`cancel` on, so these get through while the main thread works. Samples of a take that is still
being spoken queue for the main thread like requests (`engines.open_segment`).
"""

from __future__ import annotations

import contextlib
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from engines import messages, wire
from engines.api import Finished, FinishReason, Loaded, Progress, Role
from engines.channel import Channel
from engines.engine_class import engine_class
from engines.errors import EngineError
from engines.fields import FieldError
from engines.limits import SHUTDOWN_LIMIT_S
from engines.messages import Failure, MessageError, Notification, Request, Result
from engines.open_segment import Fed, NoSuchSegment, OpenSegment
from engines.protocol import CAPABILITIES, PROTOCOL_VERSION
from engines.worker_failures import as_engine_error, failure

_PYTHON_VERSION = ".".join(str(part) for part in sys.version_info[:3])


class _Refused(Exception):
    """A request that cannot be served, with its JSON-RPC code."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


class Server:
    """Serves one engine over one channel."""

    def __init__(self, folder: Path, channel: Channel) -> None:
        self._folder = folder
        self._channel = channel
        self._inbox: queue.SimpleQueue[int | Fed | None] = queue.SimpleQueue()
        self._sorting = threading.Lock()  # of the three below
        # A request is in the first until it is at work, then in the second, never in neither
        # before it is answered: an early cancel is not lost.
        self._waiting: dict[int, Request] = {}
        self._at_work: dict[int, threading.Event] = {}
        self._cancelled: set[int] = set()  # of the waiting ones, to be answered in their turn
        self._engine: Any = None
        self._loaded: Loaded | None = None
        self._segment = OpenSegment()
        self._at_once = {"initialize": self._initialize, "probe": self._probe}
        self._in_turn = {
            "load": self._load,
            "unload": self._unload,
            "transcribe": self._unless_cancelled(self._transcribe),
            "open": self._unless_cancelled(self._open),
            "close": self._unless_cancelled(self._close),
            "respond": self._respond,
            "fetch": self._unless_cancelled(self._fetch),
        }

    @property
    def requests(self) -> set[str]:
        """Every request this worker answers."""
        return {*self._at_once, *self._in_turn, "shutdown"}

    def run(self) -> None:
        """Serve until `shutdown` or the end of input. Call it from the main thread."""
        threading.Thread(target=self._read, name="reader", daemon=True).start()
        while (number := self._inbox.get()) is not None:
            if isinstance(number, Fed):
                self._segment.feed(number)
                continue
            with self._sorting:
                request = self._waiting.pop(number, None)
                if request is None:
                    continue  # cancelled while it waited, and answered
                self._at_work[number] = threading.Event()
            if request.method != "close":
                self._segment.let_go()
            if number in self._cancelled:
                self._send(_cancelled_before_it_began(request))
            else:
                self._answer(request, self._in_turn.get(request.method))
            with self._sorting:
                del self._at_work[number]
                self._cancelled.discard(number)
        self._drop_engine()

    # The reader thread.

    def _read(self) -> None:
        try:
            for line in self._channel.lines():
                if not self._take(line):
                    break
        except (MessageError, OSError):
            traceback.print_exc()  # into the log; there is no line to answer
        finally:
            self._leave()

    def _take(self, line: bytes) -> bool:
        """Sort one line. False once it was `shutdown`."""
        try:
            message, _ = messages.decode(line)
        except MessageError as error:
            self._send(Failure(None, messages.PARSE_ERROR, str(error)))
            return True
        if isinstance(message, Notification):
            with contextlib.suppress(FieldError):  # a notification has no answer
                self._hear_of(message)
        elif isinstance(message, Request):
            return self._sort(message)
        return True

    def _hear_of(self, said: Notification) -> None:
        if said.method == "cancel":
            self._cancel(wire.read_id(said.params))
        elif said.method == "feed":
            self._inbox.put(Fed(*wire.read_feed(said.params)))

    def _sort(self, request: Request) -> bool:
        if request.method == "shutdown":
            self._cancel_all()
            self._send(Result(request.id, {}))
            return False
        if request.method in self._at_once:
            self._answer(request, self._at_once[request.method])
        else:
            if request.method != "close":
                self._segment.drop()  # already now: what it was fed and waits is not worked on
            with self._sorting:
                self._waiting[request.id] = request
            self._inbox.put(request.id)
        return True

    def _cancel(self, number: int) -> None:
        """End a request, waiting or at work. One that was answered meanwhile is none of both."""
        with self._sorting:
            waiting = self._waiting.get(number)
            # Nobody waits for a `feed`: an engine that is deaf in one is found out by this cancel,
            # which the main thread answers when it gets there.
            later = waiting is not None and self._segment.at_work
            if later:
                self._cancelled.add(number)
            else:
                self._waiting.pop(number, None)
            at_work = self._at_work.get(number)
        if at_work is not None:
            at_work.set()
        if waiting is not None and not later:
            self._send(_cancelled_before_it_began(waiting))
        # A segment has the number of its `open`; there is no other than that of a `close`.
        closing = waiting is not None and waiting.method == "close"
        self._drop_segment(None if closing else number)

    def _drop_segment(self, number: int | None) -> None:
        if (dropped := self._segment.drop(number)) is not None:
            self._inbox.put(Fed(dropped))  # the main thread lets go of it

    def _leave(self) -> None:
        # An engine that hears of its cancel ends in order; one that does not is ended.
        last_resort = threading.Timer(SHUTDOWN_LIMIT_S * 0.75, os._exit, (0,))
        last_resort.daemon = True
        last_resort.start()
        self._cancel_all()
        self._inbox.put(None)

    def _cancel_all(self) -> None:
        with self._sorting:
            numbers = [*self._waiting, *self._at_work]
        for number in numbers:
            self._cancel(number)
        self._drop_segment(None)

    # Answering.

    def _answer(self, request: Request, handler: Handler | None) -> None:
        try:
            if handler is None:
                raise _Refused(messages.METHOD_NOT_FOUND, f"there is no {request.method!r}")
            self._send(Result(request.id, handler(request)))
        except _Refused as refused:
            self._send(Failure(request.id, refused.code, str(refused)))
        except FieldError as error:
            self._send(Failure(request.id, messages.INVALID_PARAMS, str(error)))
        except BrokenPipeError:
            self._leave()  # nobody reads: what the end of input says too
        except (Exception, SystemExit) as error:  # noqa: BLE001 - libraries raise anything
            if not isinstance(error, EngineError):
                traceback.print_exc()
            self._send(failure(request.id, as_engine_error(error)))

    def _send(self, message: messages.Message) -> None:
        with contextlib.suppress(BrokenPipeError):  # the reader thread sees the same end
            self._channel.send(message)

    def _initialize(self, request: Request) -> wire.Wire:
        protocol = wire.read_protocol(request.params)
        if protocol != PROTOCOL_VERSION:
            sentence = f"this worker speaks protocol {PROTOCOL_VERSION}, not {protocol}"
            raise _Refused(messages.INVALID_PARAMS, sentence)
        from engines.registry import read_manifest  # here: it is not needed to be alive

        info = read_manifest(self._folder / "engine.toml")
        versions = {need.distribution: need.version() or "" for need in info.needs}
        return {
            "protocol": PROTOCOL_VERSION,
            "engine": info.name,
            "roles": list(info.roles),
            "capabilities": {
                **CAPABILITIES,
                "segments": info.segments,
                "fetch": Role.FETCHER in info.roles,
            },
            "pid": os.getpid(),
            "packages": {"python": _PYTHON_VERSION, **versions},
        }

    def _probe(self, request: Request) -> wire.Wire:
        # An object of its own: the loaded one may be at work in the main thread.
        return wire.write_probe(self._new_engine(request).probe(wire.read_model(request.params)))

    def _load(self, request: Request) -> wire.Wire:
        model = wire.read_model(request.params)
        began = time.perf_counter()
        self._drop_engine()
        engine = self._new_engine(request)
        loaded = engine.load(model, self._progress_of(request))
        self._engine, self._loaded = engine, loaded
        return wire.write_loaded(loaded, _ms_since(began))

    def _progress_of(self, request: Request) -> Progress:
        def progress(what: str, share: float | None) -> None:
            params = {"id": request.id, "what": what, "share": share}
            self._channel.send(Notification("progress", params))

        return progress

    def _unload(self, _request: Request) -> wire.Wire:
        self._drop_engine()
        return {}

    def _drop_engine(self) -> None:
        engine, self._engine, self._loaded = self._engine, None, None
        if engine is not None:
            engine.unload()

    def _unless_cancelled(self, handler: Handler) -> Handler:
        """One without partial result, whose cancel is all that is told of it: neither what came
        of it until then, nor in which words its engine ended."""

        def answer(request: Request) -> wire.Wire:
            cancel = self._at_work[request.id]
            refused = _Refused(messages.CANCELLED, "the request was cancelled")
            try:
                result = handler(request)
            except EngineError:
                if cancel.is_set():
                    raise refused from None
                raise
            if cancel.is_set():
                raise refused
            return result

        return answer

    def _transcribe(self, request: Request) -> wire.Wire:
        cancel = self._at_work[request.id]
        wav_path, settings = wire.read_transcribe(request.params)
        transcribe = self._able_to("transcribe")
        began = time.perf_counter()
        heard = transcribe(wav_path, settings, cancel.is_set)
        return wire.write_transcription(heard, _ms_since(began))

    def _open(self, request: Request) -> wire.Wire:
        cancel = self._at_work[request.id]
        rate_hz, settings = wire.read_open(request.params)
        begin = self._able_to("open")
        if self._loaded is None or not self._loaded.segments:
            sentence = "what is loaded does not hear a take before its end"
            raise _Refused(messages.INVALID_REQUEST, sentence)
        self._segment.open(
            request.id, rate_hz, cancel.is_set, lambda cancelled: begin(settings, cancelled)
        )
        return {"segment": request.id}

    def _close(self, request: Request) -> wire.Wire:
        cancel = self._at_work[request.id]
        began = time.perf_counter()
        try:
            heard = self._segment.close(wire.read_segment(request.params), cancel.is_set)
        except NoSuchSegment as error:
            raise _Refused(messages.INVALID_REQUEST, str(error)) from error
        return wire.write_transcription(heard, _ms_since(began))

    def _fetch(self, request: Request) -> wire.Wire:
        cancel = self._at_work[request.id]
        model, folder = wire.read_fetch(request.params)
        fetch = getattr(engine_class(self._folder)(), "fetch", None)
        if fetch is None:
            raise _Refused(messages.METHOD_NOT_FOUND, "this engine cannot 'fetch'")
        fetched = fetch(model, folder, self._progress_of(request), cancel.is_set)
        return wire.write_fetched(fetched)

    def _respond(self, request: Request) -> wire.Wire:
        cancel = self._at_work[request.id]
        prompt = wire.read_prompt(request.params)
        answering = self._able_to("respond")(prompt, cancel.is_set)
        pieces: list[str] = []
        engine_s = 0.0
        finished: Finished | None = None
        while finished is None and not cancel.is_set():
            began = time.perf_counter()
            piece, finished = _next(answering)
            engine_s += time.perf_counter() - began
            if piece:
                pieces.append(piece)
                self._channel.send(Notification("token", {"id": request.id, "text": piece}))
        if finished is None:
            answering.close()
            finished = Finished(FinishReason.CANCELLED)
        return wire.write_responded("".join(pieces), finished, engine_s * 1000)

    # The engine.

    def _able_to(self, method: str) -> Callable[..., Any]:
        if self._loaded is None:
            raise _Refused(messages.INVALID_REQUEST, f"{method!r} came before 'load'")
        able: Callable[..., Any] | None = getattr(self._engine, method, None)
        if able is None:
            raise _Refused(messages.METHOD_NOT_FOUND, f"this engine cannot {method!r}")
        return able

    def _new_engine(self, request: Request) -> Any:
        engine = engine_class(self._folder)()
        key = wire.read_key(request.params)
        if key and hasattr(engine, "take_key"):
            engine.take_key(key)
        return engine


Handler = Callable[[Request], wire.Wire]


def _cancelled_before_it_began(request: Request) -> Result | Failure:
    if request.method == "respond":
        finished = Finished(FinishReason.CANCELLED)
        return Result(request.id, wire.write_responded("", finished, 0.0))
    return Failure(request.id, messages.CANCELLED, "the request was cancelled")


def _next(answering: Generator[str, None, Finished]) -> tuple[str, Finished | None]:
    try:
        piece = next(answering)
    except StopIteration as end:
        if not isinstance(end.value, Finished):
            raise TypeError("an engine's `respond` must return a Finished") from end
        return "", end.value
    if not isinstance(piece, str):
        raise TypeError("an engine's `respond` must yield text")
    return piece, None


def _ms_since(began_s: float) -> float:
    return (time.perf_counter() - began_s) * 1000
