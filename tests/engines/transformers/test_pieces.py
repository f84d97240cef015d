"""Tokens become text at once; only what may be the beginning of a character waits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from engines.transformers.pieces import Pieces
from tests.tiny.making import write_tokenizer

# No model library: decoders as small as the real ones' rules.


class Bytes:
    """Every token is a byte; what is no character yet becomes U+FFFD, as the real ones do it."""

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        assert skip_special_tokens
        return bytes(tokens).decode("utf-8", "replace")


class Counting(Bytes):
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.calls = 0

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        self.calls += 1
        return super().decode(tokens, skip_special_tokens)


class FallbackBytes:
    """As SentencePiece falls back to bytes: all of them a text, or each of them U+FFFD."""

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        assert skip_special_tokens
        try:
            return bytes(tokens).decode("utf-8")
        except UnicodeDecodeError:
            return "\ufffd" * len(tokens)


class Words:
    """Pieces of words as SentencePiece has them: a space belongs to the piece after it, and the
    first one of a text loses it. Pieces in angle brackets are not text."""

    def __init__(self, *pieces: str) -> None:
        self.pieces = pieces

    def decode(self, tokens: list[int], skip_special_tokens: bool) -> str:
        assert skip_special_tokens
        told = [self.pieces[t] for t in tokens if not self.pieces[t].startswith("<")]
        return "".join(told).replace("▁", " ").removeprefix(" ")


def test_every_plain_token_is_told_at_once() -> None:
    pieces = Pieces(Bytes())
    assert [pieces.add([byte]) for byte in b"no spaces"] == list("no spaces")
    assert pieces.end() == ""


@pytest.mark.parametrize("decoder", [Bytes(), FallbackBytes()])
def test_a_character_is_told_when_it_is_whole(decoder: object) -> None:
    pieces = Pieces(decoder)
    assert [pieces.add([byte]) for byte in "a😀é".encode()] == ["a", "", "", "", "😀", "", "é"]


def test_spaces_between_words_survive() -> None:
    pieces = Pieces(Words("▁two", "▁words", "<end>", "\n"))
    assert [pieces.add([token]) for token in (0, 1, 3, 1, 2, 0)] == [
        *("two", " words", "\n", " words", "", " two"),
    ]


def test_broken_bytes_do_not_wait_for_ever() -> None:
    pieces = Pieces(Bytes())
    told = [pieces.add([0xFF]) for _ in range(50)]
    assert "".join(told) + pieces.end() == "\ufffd" * 50
    assert all(told[4:])


def test_what_is_unfinished_at_the_end_is_told_at_the_end() -> None:
    pieces = Pieces(Bytes())
    assert [pieces.add([byte]) for byte in b"a\xe2\x82"] == ["a", "", ""]
    assert pieces.end() == "\ufffd"


def test_tokens_that_came_together_are_decoded_once() -> None:
    decoder = Counting()
    pieces = Pieces(decoder)
    assert pieces.add(b"all of it") == "all of it"
    assert decoder.calls == 2  # its text, and where the next one will begin


def test_of_tokens_that_came_together_only_the_unfinished_wait() -> None:
    pieces = Pieces(Bytes())
    assert pieces.add("a😀é".encode()[:-1]) == "a😀"
    assert pieces.add("é".encode()[-1:]) == "é"


@pytest.mark.parametrize("seed", range(20))
def test_all_pieces_are_the_text_however_they_come(seed: int) -> None:
    chance = random.Random(seed)
    text = "plain " + "ünïcödé 😀😀" * 9 + chance.randbytes(60).hex()
    for decoder in (Bytes(), FallbackBytes()):
        pieces, tokens, told = Pieces(decoder), list(text.encode()), ""
        while tokens:
            together = [tokens.pop(0) for _ in range(min(len(tokens), chance.randint(1, 9)))]
            told += pieces.add(together)
        assert told + pieces.end() == text


@pytest.mark.parametrize("seed", range(20))
def test_all_pieces_are_the_text(seed: int) -> None:
    chance = random.Random(seed)
    tokens = [chance.randrange(256) for _ in range(300)] + list("ünïcödé 😀😀".encode())
    chance.shuffle(tokens)
    pieces = Pieces(Bytes())
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
    pieces = Pieces(tokenizer)
    told = [pieces.add([token]) for token in tokens] + [pieces.end()]
    assert "".join(told) == tokenizer.decode(tokens, skip_special_tokens=True)
