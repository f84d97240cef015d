"""Lines to messages and back: whatever arrives, only MessageError comes out."""

from __future__ import annotations

import contextlib
import json
import tracemalloc
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from engines import wire
from engines.errors import EngineError
from engines.fields import FieldError
from engines.limits import LINE_LIMIT_BYTES
from engines.messages import (
    Failure,
    LineSplitter,
    Message,
    MessageError,
    Notification,
    Request,
    Result,
    decode,
    encode,
)

READERS = (
    EngineError.from_wire,
    wire.read_id,
    wire.read_initialized,
    wire.read_loaded,
    wire.read_model,
    wire.read_probe,
    wire.read_progress,
    wire.read_prompt,
    wire.read_protocol,
    wire.read_responded,
    wire.read_token,
    wire.read_transcribe,
    wire.read_transcription,
)

texts = st.text(alphabet=st.characters(exclude_characters="\x00", exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=10,
)  # fmt: skip
objects = st.dictionaries(texts, values, max_size=5)
ids = st.integers(min_value=0, max_value=2**53)
well_formed = (
    st.builds(Request, ids, texts, objects)
    | st.builds(Notification, texts, objects)
    | st.builds(Result, ids, objects)
    | st.builds(Failure, st.none() | ids, st.integers(-40000, 0), texts, objects)
)

# JSON that is nearly a message, for the readers behind the parser.
names = st.sampled_from(
    ["jsonrpc", "id", "method", "params", "result", "error", "code", "message", "data", "text",
     "finish", "model", "ok", "missing", "hypotheses", "history", "share", "weights", "protocol"]
)  # fmt: skip
any_json = st.recursive(
    values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=6),
    max_leaves=20,
)


@given(well_formed)
def test_what_was_encoded_is_decoded(message: Message) -> None:
    line = encode(message)
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    assert decode(line[:-1]) == (message, 0)


@given(st.binary(max_size=300))
@example(b"[" * 100_000)
@example(b'{"jsonrpc":"2.0","id":' + b"9" * 5000 + b',"result":{}}')
@example(b'{"jsonrpc":"2.0","id":1,"result":{"share":1e999}}')
@example(b'{"jsonrpc":"2.0","id":1,"result":{"share":NaN}}')
@example(b'{"jsonrpc":"2.0","id":true,"result":{}}')
@example(b'{"jsonrpc":"2.0","id":1.5,"result":{}}')
@example(b'{"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}}')
@example(b'{"jsonrpc":"2.0","id":1,"error":{"code":true,"message":""}}')
@example('{"jsonrpc":"2.0"}'.encode("utf-16"))
@example(b"\xef\xbb\xbf{}")
@example(b"")
def test_arbitrary_bytes_raise_nothing_but_a_message_error(line: bytes) -> None:
    with contextlib.suppress(MessageError):
        decode(line)


@given(any_json)
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_arbitrary_json_raises_nothing_but_a_message_error(value: Any) -> None:
    line = json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}).encode()
    try:
        message, _ = decode(line)
    except MessageError:
        return
    assert isinstance(message, Result)
    for read in READERS:
        with contextlib.suppress(FieldError):
            read(message.result)


@pytest.mark.full
@given(st.binary(max_size=5000))
@settings(max_examples=10_000)
def test_ten_thousand_times_arbitrary_bytes(stream: bytes) -> None:
    _feed_whole(stream, chunk_bytes=97)


@given(st.binary(max_size=2000), st.integers(min_value=1, max_value=300))
def test_arbitrary_streams_in_arbitrary_chunks(stream: bytes, chunk_bytes: int) -> None:
    _feed_whole(stream, chunk_bytes)


@given(st.lists(st.binary(max_size=40).filter(lambda b: b"\n" not in b)), st.integers(1, 50))
def test_lines_are_the_same_however_they_are_cut(lines: list[bytes], chunk_bytes: int) -> None:
    splitter = LineSplitter()
    stream = b"".join(line + b"\n" for line in lines)
    got = [line for chunk in _chunks(stream, chunk_bytes) for line in splitter.feed(chunk)]
    assert got == lines
    assert not splitter._held


def test_a_line_of_exactly_the_limit_passes_and_one_more_byte_does_not() -> None:
    assert list(LineSplitter(5).feed(b"12345\n")) == [b"12345"]
    with pytest.raises(MessageError, match="over 5 bytes"):
        list(LineSplitter(5).feed(b"123456\n"))
    with pytest.raises(MessageError, match="over 5 bytes"):
        list(LineSplitter(5).feed(b"123456"))


def test_lines_before_the_long_one_are_given() -> None:
    feeding = LineSplitter(5).feed(b"one\n123456\n")
    assert next(feeding) == b"one"
    with pytest.raises(MessageError):
        next(feeding)


def test_an_endless_line_is_refused_before_it_fills_memory() -> None:
    splitter, chunk = LineSplitter(), b"x" * 65536
    tracemalloc.start()
    for _ in range(LINE_LIMIT_BYTES // len(chunk)):
        assert not list(splitter.feed(chunk))
    with pytest.raises(MessageError):
        list(splitter.feed(b"x"))
    _, peak_bytes = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak_bytes <= 2 * LINE_LIMIT_BYTES


@pytest.mark.parametrize(
    ("escape", "expected"),
    [
        ("\\ud800", "\ufffd"),
        ("\\udfff", "\ufffd"),
        ("\\u0000", "\ufffd"),
        ("\\ud83d\\ude00", "\U0001f600"),
        ("\\u202e", "\u202e"),
        ("\\u001b[31m", "\x1b[31m"),
    ],
)
def test_only_nul_and_lone_surrogates_are_replaced(escape: str, expected: str) -> None:
    line = f'{{"jsonrpc":"2.0","id":1,"result":{{"text":"a{escape}b"}}}}'.encode()
    message, replaced = decode(line)
    assert message == Result(1, {"text": f"a{expected}b"})
    assert replaced == (1 if expected == "\ufffd" else 0)


def test_replacements_are_counted_in_names_and_in_nested_values() -> None:
    line = b'{"jsonrpc":"2.0","id":1,"result":{"a\\u0000":["\\ud800",{"b":"\\udc00\\udc00"}]}}'
    message, replaced = decode(line)
    assert message == Result(1, {"a\ufffd": ["\ufffd", {"b": "\ufffd\ufffd"}]})
    assert replaced == 4


def test_a_surrogate_pair_that_python_held_as_two_halves_arrives_whole() -> None:
    message, replaced = decode(encode(Result(1, {"text": "\ud83d" + "\ude00"}))[:-1])
    assert message == Result(1, {"text": "\U0001f600"})
    assert replaced == 0


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), b"bytes", {1, 2}])
def test_what_json_cannot_carry_is_not_sent(value: object) -> None:
    with pytest.raises(MessageError, match="cannot be written"):
        encode(Result(1, {"value": value}))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_numbers_that_json_has_not_are_refused(number: str) -> None:
    with pytest.raises(MessageError, match="not JSON"):
        decode(b'{"jsonrpc":"2.0","id":1,"result":{"share":%s}}' % number.encode())


def test_too_long_a_message_is_not_sent() -> None:
    with pytest.raises(MessageError, match="over"):
        encode(Result(1, {"text": "x" * LINE_LIMIT_BYTES}))
    with pytest.raises(MessageError, match="over"):
        decode(b" " * (LINE_LIMIT_BYTES + 1))


def _feed_whole(stream: bytes, chunk_bytes: int) -> None:
    splitter = LineSplitter(limit_bytes=500)
    try:
        for chunk in _chunks(stream, chunk_bytes):
            for line in splitter.feed(chunk):
                assert len(line) <= 500
                decode(line)
            assert len(splitter._held) <= 500
    except MessageError:
        assert len(splitter._held) <= 500


def _chunks(stream: bytes, size: int) -> Iterable[bytes]:
    return (stream[start : start + size] for start in range(0, len(stream), size))
