"""What a worker writes to stderr: a file that cannot grow, and its last lines at hand.

For the researcher only. Control characters are written as escapes, so that reading the file in
a terminal does nothing but show it.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections import deque
from pathlib import Path
from typing import BinaryIO

from engines.keys import blank
from engines.limits import LOG_LAST_LINES, LOG_LIMIT_BYTES, LOG_LINE_LIMIT

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_WORDS = 200  # characters of a line in a sentence


class WorkerLog:
    """Takes chunks of bytes from one thread; any thread may ask for the last lines.

    With a path, lines are appended to that file, which is opened for the first of them. At the
    limit the file becomes `<name>.1`,
    replacing an older one, and a new file is begun: at most twice the limit is on disk. A file
    that cannot be written (disk full, folder gone) is given up; the worker goes on.
    """

    def __init__(
        self, path: Path | None, limit_bytes: int = LOG_LIMIT_BYTES, key: bytes = b""
    ) -> None:
        """`key` is blanked wherever it is written."""
        self._path = path
        self._key = key
        self._limit_bytes = limit_bytes
        self._file: BinaryIO | None = None
        self._size = 0
        self._partial = bytearray()
        self._cut = False
        self._last: deque[str] = deque(maxlen=LOG_LAST_LINES)
        self._lock = threading.Lock()

    def feed(self, chunk: bytes) -> None:
        """Add what was read; whole lines are written."""
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            self._hold(piece)
            self._end_line()
        self._hold(rest)

    def close(self) -> None:
        """Write the last line, even without its end, and close the file."""
        if self._partial:
            self._end_line()
        self._give_up_file()

    def last_lines(self) -> tuple[str, ...]:
        """The last lines that ended, oldest first."""
        with self._lock:
            return tuple(self._last)

    def last_words(self) -> str:
        """The last two lines that say something, shortened, to follow a sentence; else empty."""
        said = [line.strip() for line in self.last_lines() if any(map(str.isalnum, line))][-2:]
        short = [f"{line[:_WORDS]} …" if len(line) > _WORDS else line for line in said]
        return f" Its last words: “{' / '.join(short)}”." if short else ""

    def _hold(self, piece: bytes) -> None:
        # Room for a key that the limit would cut, and for all that blanking may take away.
        room = LOG_LINE_LIMIT + len(self._key) - len(self._partial)
        self._partial += piece[:room]
        self._cut = self._cut or len(piece) > room

    def _end_line(self) -> None:
        kept = blank(bytes(self._partial), self._key)[:LOG_LINE_LIMIT]
        text = kept.decode("utf-8", errors="backslashreplace").rstrip("\r")
        line = _CONTROL.sub(_escape, text) + (" […]" if self._cut else "")
        self._partial.clear()
        self._cut = False
        with self._lock:
            self._last.append(line)
        try:
            self._write(line.encode() + b"\n")
        except OSError:
            self._give_up_file()
            self._path = None

    def _give_up_file(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    def _write(self, line: bytes) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = self._open(self._path)
        if self._size + len(line) > self._limit_bytes:
            self._file.close()
            self._path.replace(self._path.with_name(self._path.name + ".1"))
            self._file = self._open(self._path)
        self._file.write(line)
        self._size += len(line)

    def _open(self, path: Path) -> BinaryIO:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab", buffering=0)
        self._size = file.tell()
        return file


def _escape(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")
