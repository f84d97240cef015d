"""A server on this machine that stands where an API stands, and checks every byte it is sent.

A dialect (`fake_openai`, `fake_google`) says what is right and what an answer looks like; this is
the rest. What breaks the format is answered with 400 and kept in `wrong`; a test that ends with
something in it has failed.
"""

from __future__ import annotations

import contextlib
import json
import queue
import select
import socket
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, ClassVar

THREADS = 8
"""Connections that are answered at once."""
CLOSE_LIMIT_S = 2.0
HANG_LIMIT_S = 30.0
"""A hanging answer ends after this, whatever the test forgot."""


@dataclass(frozen=True)
class Received:
    """One request that kept the format."""

    method: str
    path: str
    headers: Mapping[str, str]
    """Names in lower case."""
    body: Any
    """JSON, or the parts of a form; None for GET."""
    at_s: float
    """Of `time.monotonic`."""


@dataclass(frozen=True)
class Status:
    """An answer that is an error."""

    code: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Raw:
    """Any bytes at all, under status 200."""

    content: bytes
    content_type: str = "text/event-stream"


@dataclass(frozen=True)
class Events:
    """A stream: `pieces` of text, and how it ends.

    `ending` is "whole", "cut" (the connection breaks), "short" (it ends in order, but without the
    events that say so) or "hang" (nothing more comes until the client leaves).
    """

    pieces: tuple[str, ...] = ("Half ", "past ", "two.")
    ending: str = "whole"
    finish: str = ""
    """The dialect's word for a whole answer unless said."""
    extra: tuple[Any, ...] = ()
    """Events as the dialect would write them, between the pieces and the end."""


@dataclass(frozen=True)
class Silence:
    """No answer at all until the client leaves."""


Reply = Status | Raw | Events | Silence


class WrongFormat(Exception):
    """What a request has that it must not have, or lacks."""


class FakeApi:
    """Requests in, answers as scripted. Starts at once; a context manager."""

    def __init__(self) -> None:
        self.script: deque[Reply] = deque()
        """Replies to the next questions; the dialect's usual answer when it is empty."""
        self.received: list[Received] = []
        self.wrong: list[str] = []
        self.left: deque[float] = deque()
        """When clients closed a connection in the middle of an answer, of `time.monotonic`."""
        self.key = ""
        """Which key must come with each request; none at all when empty."""
        self._sockets: set[socket.socket] = set()
        handler = type("Handler", (_Handler,), {"api": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._threads = [
            threading.Thread(target=target, name="fake-api", daemon=True)
            for target in (self._server.serve, *[self._server.answer] * THREADS)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def questions(self) -> list[Received]:
        """What was asked, without the looks at the models."""
        return [one for one in self.received if one.method == "POST"]

    def check(self, request: Received) -> None:
        """Raise WrongFormat. Of the dialect."""
        raise NotImplementedError

    def model_reply(self, path: str) -> Status:
        """The answer to GET. Of the dialect."""
        raise NotImplementedError

    def lines(self, events: Events, request: Received) -> Iterator[bytes]:
        """The lines of a stream up to where it ends. Of the dialect."""
        raise NotImplementedError

    def reset(self) -> None:
        """As new, at the same address."""
        self.script.clear()
        self.received.clear()
        self.wrong.clear()
        self.left.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        for open_socket in list(self._sockets):
            with contextlib.suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)
        for _ in range(THREADS):
            self._server.accepted.put(None)
        for thread in self._threads:
            thread.join(CLOSE_LIMIT_S)

    def __enter__(self) -> FakeApi:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(HTTPServer):
    """Answers in threads that are there from the start: none is left behind by a test that
    leaves a connection open."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.accepted: queue.SimpleQueue[tuple[Any, Any] | None] = queue.SimpleQueue()

    def serve(self) -> None:
        self.serve_forever(0.02)

    def process_request(self, request: Any, client_address: Any) -> None:
        self.accepted.put((request, client_address))

    def answer(self) -> None:
        while (accepted := self.accepted.get()) is not None:
            with contextlib.suppress(OSError):  # a client that left early
                self.finish_request(*accepted)
            self.shutdown_request(accepted[0])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: ClassVar[FakeApi]

    def log_message(self, *_: object) -> None:
        pass

    def setup(self) -> None:
        super().setup()
        self.api._sockets.add(self.connection)

    def finish(self) -> None:
        self.api._sockets.discard(self.connection)
        super().finish()

    def do_GET(self) -> None:
        self._serve(None)

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["content-length"])))

    def _serve(self, content: bytes | None) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            body = None if content is None else read_body(headers, content)
            request = Received(self.command, self.path, headers, body, time.monotonic())
            check_headers(headers)
            self.api.check(request)
        except WrongFormat as wrong:
            self.api.wrong.append(f"{self.command} {self.path}: {wrong}")
            self._send(Status(400, {"error": {"message": f"wrong format: {wrong}"}}))
            return
        self.api.received.append(request)
        if self.command == "GET":
            self._send(self.api.model_reply(self.path))
        else:
            reply = self.api.script.popleft() if self.api.script else Events()
            self._reply(reply, request)

    def _reply(self, reply: Reply, request: Received) -> None:
        try:
            if isinstance(reply, Status):
                self._send(reply)
            elif isinstance(reply, Raw):
                self._stream(iter([reply.content]), reply.content_type, whole=True)
            elif isinstance(reply, Silence):
                self._wait_for_leaving()
            else:
                whole = reply.ending in ("whole", "short")
                self._stream(self.api.lines(reply, request), "text/event-stream", whole=whole)
                if reply.ending == "hang":
                    self._wait_for_leaving()
        except (BrokenPipeError, ConnectionResetError):
            self.api.left.append(time.monotonic())
            self.close_connection = True

    def _send(self, reply: Status) -> None:
        content = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
        self.send_response(reply.code)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(content)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _stream(self, chunks: Iterator[bytes], content_type: str, *, whole: bool) -> None:
        self.send_response(200)
        self.send_header("content-type", content_type)
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.close_connection = True

    def _wait_for_leaving(self) -> None:
        self.close_connection = True
        until_s = time.monotonic() + HANG_LIMIT_S
        while time.monotonic() < until_s:
            try:
                readable = select.select([self.connection], [], [], 0.005)[0]
                if readable and not self.connection.recv(1):
                    self.api.left.append(time.monotonic())
                    return
            except (OSError, ValueError):  # reset, or the test is over
                self.api.left.append(time.monotonic())
                return


def read_body(headers: Mapping[str, str], content: bytes) -> Any:
    """JSON or a form, as the headers say. Raises WrongFormat."""
    kind = headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        return read_form(kind, content)
    if kind != "application/json":
        raise WrongFormat(f"content-type {kind!r}")
    try:
        return json.loads(content)
    except ValueError as error:
        raise WrongFormat(f"the body is no JSON: {error}") from error


def read_form(content_type: str, content: bytes) -> dict[str, bytes]:
    """The parts of a form by name."""
    from email.parser import BytesParser

    head = f"content-type: {content_type}\r\n\r\n".encode()
    parts = BytesParser().parsebytes(head + content).get_payload()
    form = {}
    for part in parts:
        name = part.get_param("name", header="content-disposition")
        form[name] = part.get_payload(decode=True)
    return form


def check_headers(headers: Mapping[str, str]) -> None:
    """No header tells more of this machine than that Earshot asks."""
    if headers.get("user-agent") != "Earshot":
        raise WrongFormat(f"user-agent {headers.get('user-agent')!r}")
    if telling := [n for n in headers if n.startswith(("x-stainless", "x-goog-api-client"))]:
        raise WrongFormat(f"headers {telling}")


def require(right: object, what: str) -> None:
    """Raise WrongFormat unless `right`."""
    if not right:
        raise WrongFormat(what)


def require_members(
    value: Any, what: str, needed: set[str], allowed: set[str] | None = None
) -> None:
    """Raise WrongFormat unless `value` is an object with these members and no others."""
    require(isinstance(value, dict), f"{what} is no object: {value!r}")
    require(needed <= set(value), f"{what} lacks {sorted(needed - set(value))}")
    others = set(value) - needed - (allowed or set())
    require(not others, f"{what} has {sorted(others)}")


@contextmanager
def nothing_wrong(api: FakeApi) -> Iterator[FakeApi]:
    """For a fixture: a fresh script before, and no wrong request after."""
    api.reset()
    yield api
    assert api.wrong == []


Check = Callable[[Received], None]
