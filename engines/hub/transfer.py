"""One file from the hub to the disk: the rest of it where a part is there, verified, durable.

The hub's own client begins anew with a file that was broken off, which with weights means
gigabytes; so the bytes are fetched here, over the client's session, with its headers and errors.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from engines.api import Cancelled, FetchedFile
from engines.errors import EngineError, ErrorKind
from engines.hub.listing import Wanted, token
from engines.hub.progress import Told
from engines.hub.refusals import no_room, typed_errors

UNFINISHED = ".incomplete"
_CHUNK_BYTES = 1024 * 1024
_SILENCE_LIMIT_S = 20.0
_TRIES = 5
"""In a row, without a byte."""
_PAUSE_S = 1.0


class _Sums:
    """Digests of a file's bytes in their order: what the hub may know it by."""

    def __init__(self, whole_bytes: int) -> None:
        """`whole_bytes`: of the whole file; 0 when that is not known."""
        self._whole_bytes = whole_bytes
        self.clear()

    def clear(self) -> None:
        """Begin with the first byte again."""
        self.sha256 = hashlib.sha256()
        # How git names a file's content: a header, then the bytes (git-hash-object(1)).
        self.blob = hashlib.sha1(b"blob %d\0" % self._whole_bytes, usedforsecurity=False)
        self.size_bytes = 0

    @property
    def complete(self) -> bool:
        """Whether no byte can be missing."""
        return 0 < self._whole_bytes == self.size_bytes

    def add(self, chunk: bytes) -> None:
        """The next bytes of the file."""
        self.sha256.update(chunk)
        self.blob.update(chunk)
        self.size_bytes += len(chunk)

    def are_of(self, wanted: Wanted) -> bool:
        """Whether these are the digests of the file that is wanted."""
        if wanted.size_bytes and self.size_bytes != wanted.size_bytes:
            return False
        if wanted.sha256:
            return self.sha256.hexdigest() == wanted.sha256
        return not wanted.blob or self.blob.hexdigest() == wanted.blob


@dataclass(frozen=True, slots=True)
class Transfer:
    """Brings the files of one revision into `folder`."""

    repo: str
    revision: str
    folder: Path
    told: Told
    cancelled: Cancelled

    def bring(self, wanted: Wanted) -> FetchedFile | None:
        """Have `wanted` there, whole and on the disk; None once cancelled. Raises EngineError.

        A file whose sum is wrong is fetched once more, from its beginning.
        """
        place = self.folder / wanted.path
        begun = place.with_name(place.name + UNFINISHED)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            if place.exists():
                place.replace(begun)  # it must prove itself like any other
            for _ in range(2):
                sums = self._complete(wanted, begun)
                if sums is None:
                    return None
                if sums.are_of(wanted):
                    _give_name(begun, place)
                    return FetchedFile(sums.size_bytes, sums.sha256.hexdigest())
                self.told.add(-sums.size_bytes, wanted.path)
                begun.unlink()
        except OSError as error:
            raise no_room(error, self.folder) from error
        sentence = (
            f"{wanted.path} of {self.repo} came damaged twice: its sum is not the one that the hub "
            "or the catalogue names. Nothing of it was kept. Install again later, and ask who "
            "stands between this station and the hub."
        )
        data = {"repo": self.repo, "path": wanted.path}
        raise EngineError(ErrorKind.INTERNAL, sentence, data)

    def _complete(self, wanted: Wanted, begun: Path) -> _Sums | None:
        """Fetch what `begun` lacks. The sums of the whole, or None once cancelled."""
        with begun.open("ab+", buffering=0) as file:
            sums = self._read_again(file, wanted)
            tries = _TRIES
            while not self.cancelled() and not sums.complete:
                before = sums.size_bytes
                if self._try(file, wanted, sums, last=tries == 1):
                    break
                tries = _TRIES if sums.size_bytes > before else tries - 1
                self._pause()
            os.fsync(file.fileno())
        return None if self.cancelled() else sums

    def _read_again(self, file: BinaryIO, wanted: Wanted) -> _Sums:
        """The sums of what is there already. A part longer than the whole is none of it."""
        if wanted.size_bytes and file.seek(0, os.SEEK_END) > wanted.size_bytes:
            file.truncate(0)
        sums = _Sums(wanted.size_bytes)
        file.seek(0)
        while not self.cancelled() and (chunk := file.read(_CHUNK_BYTES)):
            sums.add(chunk)
            self.told.add(len(chunk), wanted.path)
        return sums

    def _try(self, file: BinaryIO, wanted: Wanted, sums: _Sums, *, last: bool) -> bool:
        """Ask for the rest once. False when the answer broke off, which is raised the `last` time.

        Otherwise True, which is not to say that the file is whole.
        """
        import httpx2

        with typed_errors(self.repo):
            try:
                self._stream(file, wanted, sums)
            except httpx2.TransportError:
                if last:
                    raise
                return False
        return True

    def _stream(self, file: BinaryIO, wanted: Wanted, sums: _Sums) -> None:
        from huggingface_hub import get_session, hf_hub_url
        from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

        begin = sums.size_bytes
        headers = build_hf_headers(token=token()) | {"Accept-Encoding": "identity"}
        if begin:
            headers["Range"] = f"bytes={begin}-"
        url = hf_hub_url(self.repo, wanted.path, revision=self.revision)
        with get_session().stream("GET", url, headers=headers, timeout=_SILENCE_LIMIT_S) as answer:
            if answer.status_code >= 400:
                answer.read()
            hf_raise_for_status(answer)
            if begin and answer.status_code != 206:  # it sends the whole, whatever was asked for
                file.truncate(0)
                self.told.add(-begin, wanted.path)
                sums.clear()
            for chunk in answer.iter_bytes():
                if self.cancelled():
                    return
                _write(file, chunk)
                sums.add(chunk)
                self.told.add(len(chunk), wanted.path)

    def _pause(self) -> None:
        until_s = time.monotonic() + _PAUSE_S
        while not self.cancelled() and time.monotonic() < until_s:
            time.sleep(0.05)


def _write(file: BinaryIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) or 0 :]


def _give_name(begun: Path, place: Path) -> None:
    begun.replace(place)
    if sys.platform != "win32":
        descriptor = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
