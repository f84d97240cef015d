"""Token ids of a thread become text here; an exception or a cancel leaves nobody waiting."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from engines.token_stream import TokenStream


class Ids(list[int]):
    """Of a tensor, what the stream uses."""

    def reshape(self, _: int) -> Ids:
        return self

    def tolist(self) -> list[int]:
        return self


def decode(ids: Sequence[int]) -> str:
    return bytes(ids).decode("utf-8", errors="replace")


def test_pieces_are_whole_characters_and_the_prompt_is_not_among_them() -> None:
    stream = TokenStream(decode, lambda: False)

    def generate() -> None:
        stream.put(Ids(b"prompt"))
        for byte in "aä🙂".encode():
            stream.put(Ids([byte]))
        stream.end()

    stream.run(generate)
    told = list(stream.pieces())
    assert "".join(told) == "aä🙂"
    assert told[0] == "a"
    assert "\ufffd" not in "".join(told)
    assert stream.prompt_tokens == len(b"prompt")
    assert stream.ids == list("aä🙂".encode())
    assert stream.encode_ms is not None


def test_the_first_character_waits_for_no_pace() -> None:
    stream = TokenStream(decode, lambda: False)

    def generate() -> None:
        stream.put(Ids(b"prompt"))
        for byte in "🙂 and what follows at once".encode():
            stream.put(Ids([byte]))

    stream.run(generate)
    told = list(stream.pieces())
    assert told[0] == "🙂"
    assert "".join(told) == "🙂 and what follows at once"


def test_half_a_character_at_the_end_is_told() -> None:
    stream = TokenStream(decode, lambda: False)

    def generate() -> None:
        stream.put(Ids())
        stream.put(Ids([ord("a")]))
        stream.put(Ids("ä".encode()[:1]))

    stream.run(generate)
    assert "".join(stream.pieces()) == "a\ufffd"


def test_what_generate_raises_is_raised_here() -> None:
    stream = TokenStream(decode, lambda: False)

    def generate() -> None:
        raise RuntimeError("shape mismatch")

    stream.run(generate)
    with pytest.raises(RuntimeError, match="shape mismatch"):
        list(stream.pieces())


@pytest.mark.parametrize("asks", [True, False])
def test_a_cancel_ends_generate_at_its_next_token_whether_it_asks_or_not(asks: bool) -> None:
    begun, cancelled, made = threading.Event(), threading.Event(), [0]
    stream = TokenStream(decode, cancelled.is_set)

    def generate() -> None:
        stream.put(Ids())
        while not (asks and stream.should_stop(None, None)):
            made[0] += 1
            stream.put(Ids(b"x"))
            begun.set()
            cancelled.wait()

    stream.run(generate)
    pieces = stream.pieces()
    assert next(pieces) == "x"
    assert begun.wait(10)
    pieces_left = threading.Thread(target=lambda: list(pieces))
    pieces_left.start()
    cancelled.set()
    pieces_left.join(10)
    assert not pieces_left.is_alive()
    stream.join()
    assert made[0] < 1_000_000


def test_a_reader_that_leaves_ends_generate() -> None:
    stream = TokenStream(decode, lambda: False)

    def generate() -> None:
        while True:
            stream.put(Ids(b"x"))

    stream.run(generate)
    pieces = stream.pieces()
    next(pieces)
    pieces.close()
    stream.join()


def test_a_cancel_ends_generate_while_it_reads_the_prompt() -> None:
    cancelled, layers = threading.Event(), []
    stream = TokenStream(decode, cancelled.is_set)

    def generate() -> None:
        for layer in range(8):
            stream.go_on()
            layers.append(layer)
            cancelled.set()

    stream.run(generate)
    assert list(stream.pieces()) == []
    assert layers == [0]


def test_the_first_token_is_told_once_and_only_what_is_quick_waits() -> None:
    read: list[str] = []
    stream = TokenStream(decode, lambda: False, prompt_read=lambda: read.append("prompt"))

    def generate() -> None:
        stream.put(Ids(b"prompt"))
        assert not read
        for _ in range(1000):
            stream.put(Ids(b"x"))

    stream.run(generate)
    told = list(stream.pieces())
    assert read == ["prompt"]
    assert "".join(told) == "x" * 1000
    assert told[0] == "x"
    assert len(told) < 500
