"""JSON-RPC 2.0 messages, one object a line: pure encoding and decoding, with limits.

Nothing here does input or output. Whatever bytes arrive, only `MessageError` is raised.

JSON can carry two things that Python's text can hold and files, databases and Qt cannot agree on:
lone surrogates and NUL. `decode` replaces each by U+FFFD, in names and in values, and counts them.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn

from engines.limits import LINE_LIMIT_BYTES

# The codes of the JSON-RPC specification, section 5.1, and one of ours from its reserved range.
PARSE_ERROR = -32700
INVALID_REQUEST = -32600
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
ENGINE_ERROR = -32000
# As in the Language Server Protocol.
CANCELLED = -32800

_UNSAFE = re.compile("[\x00\ud800-\udfff]")


class MessageError(Exception):
    """A line that is not a message, or a message that cannot be a line. One sentence."""


@dataclass(frozen=True, slots=True)
class Request:
    id: int
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notification:
    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Result:
    id: int
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Failure:
    id: int | None
    """None when the other side could not even read which request it answers."""
    code: int
    message: str
    data: Mapping[str, Any] = field(default_factory=dict)


Message = Request | Notification | Result | Failure


def encode(message: Message) -> bytes:
    """One line, its end included, in ASCII.

    Raises MessageError for what JSON cannot carry (NaN, infinity, objects) and beyond the limit.
    """
    wire: dict[str, Any] = {"jsonrpc": "2.0"}
    match message:
        case Request(id=number, method=method, params=params):
            wire |= {"id": number, "method": method, "params": params}
        case Notification(method=method, params=params):
            wire |= {"method": method, "params": params}
        case Result(id=number, result=result):
            wire |= {"id": number, "result": result}
        case Failure(id=maybe_number, code=code, message=text, data=data):
            wire |= {"id": maybe_number, "error": {"code": code, "message": text, "data": data}}
    try:
        line = json.dumps(wire, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise MessageError(f"a message cannot be written as JSON: {error}") from error
    if len(line) > LINE_LIMIT_BYTES:
        raise MessageError(f"a message of {len(line)} bytes is over {LINE_LIMIT_BYTES}")
    return line.encode("ascii") + b"\n"


def decode(line: bytes) -> tuple[Message, int]:
    """The message in one line, and how many characters of it were replaced by U+FFFD.

    Raises MessageError, and nothing else, whatever the bytes are.
    """
    if len(line) > LINE_LIMIT_BYTES:
        raise MessageError(f"a line of {len(line)} bytes is over {LINE_LIMIT_BYTES}")
    try:
        wire = json.loads(
            line.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite
        )
        # Surrogates and NUL can only come from escapes: a raw NUL is no JSON, a raw surrogate
        # no UTF-8. Most lines have no escape and need no walk.
        wire, replaced = _normalise(wire) if b"\\u" in line else (wire, 0)
    except UnicodeDecodeError as error:
        raise MessageError(f"a line is not UTF-8 (at byte {error.start})") from error
    except RecursionError as error:
        raise MessageError("a line is nested too deeply") from error
    except ValueError as error:  # JSONDecodeError is one; so is an integer of 5,000 digits
        raise MessageError(f"a line is not JSON: {error}") from error
    return _message(wire), replaced


class LineSplitter:
    """Cuts a stream of bytes into lines and never holds more than one line's limit and a chunk."""

    def __init__(self, limit_bytes: int = LINE_LIMIT_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._held = bytearray()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Lines that `chunk` completes, without their ends.

        Raises MessageError once a line is over the limit, after the lines before it were given.
        The iterator must be exhausted before the next chunk.
        """
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._hold(chunk[start:end])
            line = bytes(self._held)
            self._held.clear()
            start = end + 1
            yield line
        self._hold(chunk[start:])

    def _hold(self, piece: bytes) -> None:
        if len(self._held) + len(piece) > self._limit_bytes:
            self._held.clear()
            raise MessageError(f"a line is over {self._limit_bytes} bytes")
        self._held += piece


def _message(wire: object) -> Message:
    if not isinstance(wire, dict) or wire.get("jsonrpc") != "2.0":
        raise MessageError("a line is not a JSON-RPC 2.0 object")
    if "method" in wire:
        return _call(wire)
    if "result" in wire and "error" not in wire:
        return Result(_id(wire), _object(wire, "result"))
    if "error" in wire and "result" not in wire:
        return _failure(wire)
    raise MessageError("a message is neither a request nor one answer")


def _call(wire: dict[str, Any]) -> Request | Notification:
    method = wire["method"]
    if not isinstance(method, str):
        raise MessageError("'method' must be a text")
    params = _object(wire, "params") if "params" in wire else {}
    return Request(_id(wire), method, params) if "id" in wire else Notification(method, params)


def _failure(wire: dict[str, Any]) -> Failure:
    error = _object(wire, "error")
    code, text = error.get("code"), error.get("message")
    if not isinstance(code, int) or isinstance(code, bool) or not isinstance(text, str):
        raise MessageError("'error' must have a code and a message")
    data = error.get("data")
    number = None if wire.get("id") is None else _id(wire)
    return Failure(number, code, text, data if isinstance(data, dict) else {})


def _id(wire: dict[str, Any]) -> int:
    number = wire.get("id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise MessageError("'id' must be an integer")
    return number


def _object(wire: dict[str, Any], key: str) -> dict[str, Any]:
    value = wire[key]
    if not isinstance(value, dict):
        raise MessageError(f"'{key}' must be an object")
    return value


def _normalise(value: Any) -> tuple[Any, int]:
    if isinstance(value, str):
        return _UNSAFE.subn("\ufffd", value)
    if isinstance(value, list):
        items = [_normalise(item) for item in value]
        return [item for item, _ in items], sum(count for _, count in items)
    if isinstance(value, dict):
        pairs = [(_normalise(name), _normalise(item)) for name, item in value.items()]
        count = sum(in_name + in_item for (_, in_name), (_, in_item) in pairs)
        return {name: item for (name, _), (item, _) in pairs}, count
    return value, 0


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is beyond a float")
    return number


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
