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
    stream = TokenStream(decode)

    def generate() -> None:
        stream.put(Ids(b"prompt"))
        for byte in "aä🙂".encode():
            stream.put(Ids([byte]))
        stream.end()

    stream.run(generate)
    assert list(stream.pieces(lambda: False)) == ["a", "ä", "🙂"]
    assert stream.prompt_tokens == len(b"prompt")
    assert stream.ids == list("aä🙂".encode())
    assert stream.encode_ms is not None


def test_half_a_character_at_the_end_is_told() -> None:
    stream = TokenStream(decode)

    def generate() -> None:
        stream.put(Ids())
        stream.put(Ids([ord("a")]))
        stream.put(Ids("ä".encode()[:1]))

    stream.run(generate)
    assert "".join(stream.pieces(lambda: False)) == "a\ufffd"


def test_what_generate_raises_is_raised_here() -> None:
    stream = TokenStream(decode)

    def generate() -> None:
        raise RuntimeError("shape mismatch")

    stream.run(generate)
    with pytest.raises(RuntimeError, match="shape mismatch"):
        list(stream.pieces(lambda: False))


@pytest.mark.parametrize("asks", [True, False])
def test_a_cancel_ends_generate_at_its_next_token_whether_it_asks_or_not(asks: bool) -> None:
    stream = TokenStream(decode)
    begun, cancelled, made = threading.Event(), threading.Event(), [0]

    def generate() -> None:
        stream.put(Ids())
        while not (asks and stream.should_stop(None, None)):
            made[0] += 1
            stream.put(Ids(b"x"))
            begun.set()
            cancelled.wait()

    stream.run(generate)
    pieces = stream.pieces(cancelled.is_set)
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
    stream = TokenStream(decode)

    def generate() -> None:
        while True:
            stream.put(Ids(b"x"))

    stream.run(generate)
    pieces = stream.pieces(lambda: False)
    next(pieces)
    pieces.close()
    stream.join()
