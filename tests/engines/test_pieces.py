"""Tokens become text at once; only what may be the beginning of a character waits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from engines.pieces import Decode, Pieces
from tests.tiny.making import write_tokenizer

# No model library: decoders as small as the real ones' rules.


def a_byte_each(tokens: Sequence[int]) -> str:
    """What is no character yet becomes U+FFFD, as the real ones do it."""
    return bytes(tokens).decode("utf-8", "replace")


def fallback_bytes(tokens: Sequence[int]) -> str:
    """As SentencePiece falls back to bytes: all of them a text, or each of them U+FFFD."""
    try:
        return bytes(tokens).decode("utf-8")
    except UnicodeDecodeError:
        return "\ufffd" * len(tokens)


class Words:
    """Pieces of words as SentencePiece has them: a space belongs to the piece after it, and the
    first one of a text loses it. Pieces in angle brackets are not text."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces

    def __call__(self, tokens: Sequence[int]) -> str:
        told = [self.pieces[t] for t in tokens if not self.pieces[t].startswith("<")]
        return "".join(told).replace("▁", " ").removeprefix(" ")


def test_every_plain_token_is_told_at_once() -> None:
    pieces = Pieces(a_byte_each)
    assert [pieces.add([byte]) for byte in b"no spaces"] == list("no spaces")
    assert pieces.end() == ""


@pytest.mark.parametrize("decode", [a_byte_each, fallback_bytes])
def test_a_character_is_told_when_it_is_whole(decode: Decode) -> None:
    pieces = Pieces(decode)
    assert [pieces.add([byte]) for byte in "a😀é".encode()] == ["a", "", "", "", "😀", "", "é"]


def test_spaces_between_words_survive() -> None:
    pieces = Pieces(Words("▁two", "▁words", "<end>", "\n"))
    assert [pieces.add([token]) for token in (0, 1, 3, 1, 2, 0)] == [
        *("two", " words", "\n", " words", "", " two"),
    ]


def test_broken_bytes_do_not_wait_for_ever() -> None:
    pieces = Pieces(a_byte_each)
    told = [pieces.add([0xFF]) for _ in range(50)]
    assert "".join(told) + pieces.end() == "\ufffd" * 50
    assert all(told[4:])


def test_what_is_unfinished_at_the_end_is_told_at_the_end() -> None:
    pieces = Pieces(a_byte_each)
    assert [pieces.add([byte]) for byte in b"a\xe2\x82"] == ["a", "", ""]
    assert pieces.end() == "\ufffd"


def test_tokens_that_came_together_are_decoded_once() -> None:
    asked: list[int] = []

    def decode(tokens: Sequence[int]) -> str:
        asked.append(len(tokens))
        return a_byte_each(tokens)

    pieces = Pieces(decode)
    assert pieces.add(b"all of it") == "all of it"
    assert len(asked) == 2  # its text, and where the next one will begin


def test_of_tokens_that_came_together_only_the_unfinished_wait() -> None:
    pieces = Pieces(a_byte_each)
    assert pieces.add("a😀é".encode()[:-1]) == "a😀"
    assert pieces.add("é".encode()[-1:]) == "é"


@pytest.mark.parametrize("seed", range(20))
def test_all_pieces_are_the_text_however_they_come(seed: int) -> None:
    chance = random.Random(seed)
    text = "plain " + "ünïcödé 😀😀" * 9 + chance.randbytes(60).hex()
    for decode in (a_byte_each, fallback_bytes):
        pieces, tokens, told = Pieces(decode), list(text.encode()), ""
        while tokens:
            together = [tokens.pop(0) for _ in range(min(len(tokens), chance.randint(1, 9)))]
            told += pieces.add(together)
        assert told + pieces.end() == text


@pytest.mark.parametrize("seed", range(20))
def test_all_pieces_are_the_text(seed: int) -> None:
    chance = random.Random(seed)
    tokens = [chance.randrange(256) for _ in range(300)] + list("ünïcödé 😀😀".encode())
    chance.shuffle(tokens)
    pieces = Pieces(a_byte_each)
    told = [pieces.add([token]) for token in tokens] + [pieces.end()]
    assert "".join(told) == bytes(tokens).decode("utf-8", "replace")


@pytest.mark.local
@pytest.mark.parametrize("seed", range(5))
def test_all_pieces_are_the_text_with_a_real_tokenizer(tmp_path: Path, seed: int) -> None:
    from transformers import PreTrainedTokenizerFast

    ids = write_tokenizer(tmp_path, ["<end>"], eos="<end>", pad="<end>")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(tmp_path)
    chance = random.Random(seed)
    tokens = [chance.randrange(len(ids)) for _ in range(300)]
    pieces = Pieces(lambda some: tokenizer.decode(list(some), skip_special_tokens=True))
    told = [pieces.add([token]) for token in tokens] + [pieces.end()]
    assert "".join(told) == tokenizer.decode(tokens, skip_special_tokens=True)
