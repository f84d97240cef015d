"""Faults that real workers have shown, each done for real, in the worker, on purpose."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Mapping

from engines.channel import this_channel
from engines.messages import Notification, Result, encode

_UNKNOWN_ID = 987_654_321


def _exit() -> None:
    os._exit(3)


def _hang() -> None:
    """Deaf to `cancel`, as a library is in its own code. Ended only from outside."""
    sys.stderr.write("The fake engine hangs.\n")
    while True:
        time.sleep(3600)


def _garbage() -> None:
    this_channel().send_bytes(b"Loading checkpoint shards: 100%|####| 2/2\n")
    _hang()


def _bad_utf8() -> None:
    this_channel().send_bytes(b'{"jsonrpc":"2.0","method":"token","params":{"text":"\xff\xfe"}}\n')
    _hang()


def _long_line() -> None:
    """A line that never ends."""
    while True:
        this_channel().send_bytes(b"x" * 65536)


def _flood() -> None:
    """Well-formed messages without end."""
    lines = encode(Notification("weather", {"text": "rain"})) * 1000
    while True:
        this_channel().send_bytes(lines)


def _drip() -> None:
    """A message at one byte a second."""
    for byte in encode(Notification("weather", {"text": "rain"})):
        this_channel().send_bytes(bytes([byte]))
        time.sleep(1)


def _wrong_id() -> None:
    this_channel().send(Result(_UNKNOWN_ID, {"text": "an answer nobody asked for"}))
    _hang()


def _close_stdout() -> None:
    this_channel().close_output()
    _hang()


def _out_of_memory() -> None:
    raise MemoryError


def _stray_print() -> None:
    """What libraries do while they load. Harmless: the answer goes on."""
    print("a stray print", flush=True)  # noqa: T201 - that is the fault
    os.write(1, b"a stray write to descriptor 1\n")


FAULTS: Mapping[str, Callable[[], None]] = {
    "exit": _exit,
    "abort": os.abort,
    "hang": _hang,
    "garbage": _garbage,
    "bad_utf8": _bad_utf8,
    "long_line": _long_line,
    "flood": _flood,
    "drip": _drip,
    "wrong_id": _wrong_id,
    "close_stdout": _close_stdout,
    "out_of_memory": _out_of_memory,
    "stray_print": _stray_print,
}
