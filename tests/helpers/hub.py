"""A hub on loopback that speaks what huggingface_hub 2.4 asks, and misbehaves when it is told to.

    with Hub() as hub:
        hub.add("someone/model", {"config.json": b"{}", "model.safetensors": weights})
        ... HF_ENDPOINT=hub.endpoint ...
        hub.asked                       # what was asked for, with the ranges

It answers `/api/models/<repo>[/revision/<revision>]` and `/<repo>/resolve/<revision>/<path>`, the
latter with ETag, X-Repo-Commit, Content-Length and ranges. Files that end in .safetensors, .gguf,
.bin or .pt are LFS files, of which the hub tells SHA-256; of the others it tells git's digest.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_LFS = (".safetensors", ".gguf", ".bin", ".pt", ".npz")
_API = re.compile(r"/api/models/([^/]+/[^/?]+)(?:/revision/([^/?]+))?(?:\?.*)?")
_RESOLVE = re.compile(r"/([^/]+/[^/]+)/resolve/([^/]+)/([^?]+)")
_PIECE_BYTES = 16 * 1024


@dataclass(frozen=True)
class Repo:
    files: Mapping[str, bytes]
    commit: str
    gated: bool
    licence: str


@dataclass(frozen=True)
class Asked:
    path: str
    """Of the file within its repository."""
    begin: int
    """First byte that was asked for."""
    sent: list[int] = field(default_factory=list)
    """How many bytes went out, in pieces."""


class Hub:
    """Serves from construction until it is left."""

    def __init__(self) -> None:
        self.repos: dict[str, Repo] = {}
        self._revisions: dict[tuple[str, str], Repo] = {}
        self.asked: list[Asked] = []
        self.cut_after_bytes: int | None = None
        """Break off the next answer that is longer than this; then be well again."""
        self.damage: list[str] = []
        """Paths whose next answer has one wrong byte; once for each time it stands here."""
        self.rate_bytes_per_s: float | None = None
        self.ignores_ranges = False
        self.token = "hf_right"
        self.tokens_seen: list[str] = []
        """Of every request for a file; empty texts for those without one."""
        self.store: Hub | None = None
        """Where LFS files really lie: another server, which requests are sent on to."""
        self._server = _Server(("127.0.0.1", 0), _Handler, self)
        self.port = self._server.server_address[1]
        self._thread: threading.Thread | None = None
        self.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def add(
        self, repo: str, files: Mapping[str, bytes], *, gated: bool = False, licence: str = "mit"
    ) -> str:
        """Publish a revision. Returns its commit."""
        sums = [f"{path} {hashlib.sha256(files[path]).hexdigest()}" for path in sorted(files)]
        commit = hashlib.sha1("\n".join(sums).encode(), usedforsecurity=False).hexdigest()
        self.repos[repo] = Repo(dict(files), commit, gated, licence)
        self._revisions[repo, commit] = self.repos[repo]
        return commit

    def revision(self, repo: str, revision: str | None) -> Repo | None:
        """The newest for none, `main`; earlier ones stay under their commits."""
        if revision in {None, "main"}:
            return self.repos.get(repo)
        return self._revisions.get((repo, str(revision)))

    def start(self) -> None:
        """Serve again on the same port after `kill`."""
        if self._server.socket.fileno() == -1:
            self._server = _Server(("127.0.0.1", self.port), _Handler, self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def kill(self) -> None:
        """Be gone at once, in the middle of whatever is being sent."""
        if self._thread is None:
            return
        self._server.hang_up()
        self._server.shutdown()
        self._server.server_close()  # waits for the threads of its connections
        self._thread.join()
        self._thread = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


class _Server(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True
    allow_reuse_address = True

    def __init__(self, address: tuple[str, int], handler: type[_Handler], hub: Hub) -> None:
        super().__init__(address, handler)
        self.hub = hub
        self.gone = threading.Event()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()

    def hang_up(self) -> None:
        self.gone.set()
        with self._lock:
            for connection in self._open:
                _shut(connection)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.discard(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers hang up as they like."""


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed already
        connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        if found := _API.fullmatch(self.path):
            self._tell_of(found[1], found[2])
        elif found := _RESOLVE.fullmatch(self.path):
            self._send_file(found[1], found[2], found[3])
        else:
            self._refuse(404, "EntryNotFound")

    def _tell_of(self, name: str, revision: str | None) -> None:
        repo = self._repo(name, revision)
        if repo is None:
            return
        body = {
            "_id": "0",
            "id": name,
            "modelId": name,
            "sha": repo.commit,
            "private": False,
            "gated": "manual" if repo.gated else False,
            "tags": [],
            "cardData": {"license": repo.licence},
            "siblings": [_sibling(path, content) for path, content in repo.files.items()],
        }
        self._send(json.dumps(body).encode(), {"Content-Type": "application/json"})

    def _send_file(self, name: str, revision: str, path: str) -> None:
        hub = self.server.hub
        repo = self._repo(name, revision)
        if repo is None:
            return
        hub.tokens_seen.append(self.headers.get("Authorization", ""))
        if repo.gated and not self._is_trusted(name):
            return
        if hub.store is not None and path.endswith(_LFS):
            self._send(b"", {"Location": f"{hub.store.endpoint}{self.path}"}, status=302)
            return
        content = repo.files.get(path)
        if content is None:
            self._refuse(404, "EntryNotFound")
            return
        headers = {"ETag": f'"{hashlib.sha256(content).hexdigest()}"', "X-Repo-Commit": repo.commit}
        if path in hub.damage:
            hub.damage.remove(path)
            content = bytes([content[0] ^ 1]) + content[1:]
        begin = self._begin()
        if begin >= len(content) > 0:
            self._refuse(416, "")
            return
        asked = Asked(path, begin)
        if self.command == "GET":
            hub.asked.append(asked)
        if begin:
            headers["Content-Range"] = f"bytes {begin}-{len(content) - 1}/{len(content)}"
        self._send(content[begin:], headers, status=206 if begin else 200, asked=asked)

    def _begin(self) -> int:
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return int(asked[1]) if asked and not self.server.hub.ignores_ranges else 0

    def _repo(self, name: str, revision: str | None) -> Repo | None:
        repo = self.server.hub.revision(name, revision)
        if name not in self.server.hub.repos:
            self._refuse(401, "RepoNotFound")
        elif repo is None:
            self._refuse(404, "RevisionNotFound")
        return repo

    def _is_trusted(self, name: str) -> bool:
        told = self.headers.get("Authorization", "")
        if told == f"Bearer {self.server.hub.token}":
            return True
        status = 403 if told else 401
        self._refuse(status, "GatedRepo", f"Access to model {name} is restricted.")
        return False

    def _refuse(self, status: int, code: str, message: str = "") -> None:
        headers = {"X-Error-Code": code} if code else {}
        if message:
            headers["X-Error-Message"] = message
        self._send(json.dumps({"error": message}).encode(), headers, status=status)

    def _send(
        self,
        body: bytes,
        headers: Mapping[str, str],
        *,
        status: int = 200,
        asked: Asked | None = None,
    ) -> None:
        hub = self.server.hub
        self.send_response(status)
        for name, value in {
            **headers,
            "Content-Length": str(len(body)),
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        until = len(body)
        if asked and hub.cut_after_bytes is not None and len(body) > hub.cut_after_bytes:
            until, hub.cut_after_bytes = hub.cut_after_bytes, None
        for begin in range(0, until, _PIECE_BYTES):
            piece = body[begin : min(until, begin + _PIECE_BYTES)]
            self.wfile.write(piece)
            if asked:
                asked.sent.append(len(piece))
                if hub.rate_bytes_per_s and self.server.gone.wait(
                    len(piece) / hub.rate_bytes_per_s
                ):
                    break
        if until < len(body):
            self.wfile.flush()
            self.close_connection = True
            _shut(self.connection)


def _sibling(path: str, content: bytes) -> dict[str, Any]:
    blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
    about: dict[str, Any] = {"rfilename": path, "size": len(content), "blobId": blob}
    if path.endswith(_LFS):
        sha256 = hashlib.sha256(content).hexdigest()
        about["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
    return about
