"""The worker's end of the two pipes: lines in, messages out."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator

from engines.messages import LineSplitter, Message, encode

CHUNK_BYTES = 64 * 1024


class Channel:
    """Reads lines from one file descriptor and writes messages to another, from any thread."""

    def __init__(self, in_fd: int, out_fd: int) -> None:
        self._in_fd = in_fd
        self._out_fd = out_fd
        self._writing = threading.Lock()

    def lines(self) -> Iterator[bytes]:
        """Lines until the caller closes the pipe. Raises MessageError for one over the limit."""
        splitter = LineSplitter()
        while chunk := os.read(self._in_fd, CHUNK_BYTES):
            yield from splitter.feed(chunk)

    def send(self, message: Message) -> None:
        """Write one message, whole.

        Raises MessageError when it cannot be a line (nothing is written then), and
        BrokenPipeError when nobody reads any more.
        """
        self.send_bytes(encode(message))

    def send_bytes(self, line: bytes) -> None:
        """Write bytes as they are. Only the fake engine's faults have a use for it."""
        rest = memoryview(line)
        with self._writing:
            while rest:
                rest = rest[os.write(self._out_fd, rest) :]

    def close_output(self) -> None:
        """Close the way out while the process lives on. Another of the fake engine's faults."""
        os.close(self._out_fd)


_opened: list[Channel] = []


def open_channel(in_fd: int, out_fd: int) -> Channel:
    """Make the one channel of this process."""
    _opened.append(Channel(in_fd, out_fd))
    return _opened[0]


def this_channel() -> Channel:
    """The channel of the worker process this runs in."""
    return _opened[0]
