"""Token ids in, text out, as soon as it is certain.

transformers' own TextIteratorStreamer waits for the next space. Here only what may be the
beginning of a UTF-8 sequence waits, and of those no more than four tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Decode = Callable[[Sequence[int]], str]
"""Makes text of token ids, special tokens left out."""
UNFINISHED = "\ufffd"
"""What decoders write for bytes that are no character, or not one yet."""
LONGEST_SEQUENCE = 4
"""Bytes of one character in UTF-8, each of which may be a token."""


class Pieces:
    """Turns tokens into pieces of text; all pieces joined are the text.

    Decodes a window that begins with the tokens of the piece before: what a token reads like may
    depend on its neighbour (a space at the start of a word), and a whole answer would be decoded
    again for every token.
    """

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        self._window: list[int] = []
        # How much of the window was returned before.
        self._told_tokens = 0
        self._told_characters = 0

    def add(self, tokens: Sequence[int]) -> str:
        """The text that has become certain; often all of it, sometimes none."""
        if len(tokens) > 1 and (piece := self._add_whole(tokens)) is not None:
            return piece
        return "".join(self._add_one(token) for token in tokens)

    def _add_whole(self, tokens: Sequence[int]) -> str | None:
        """Decoded once instead of once a token; None, and nothing added, where the end waits."""
        before = len(self._window)
        self._window += tokens
        text = self._decode(self._window)
        if text.endswith(UNFINISHED):
            del self._window[before:]
            return None
        return self._tell(text, len(text))

    def _add_one(self, token: int) -> str:
        self._window.append(token)
        text = self._decode(self._window)
        certain = len(text)
        if text.endswith(UNFINISHED):
            if len(self._window) - self._told_tokens < LONGEST_SEQUENCE:
                return ""
            certain -= 1  # broken bytes; only the last of them may be a beginning
        return self._tell(text, certain)

    def _tell(self, text: str, certain: int) -> str:
        """What is new of the first `certain` characters of the window's text."""
        piece = text[self._told_characters : certain]
        if piece:
            self._told_characters = certain
        if piece and certain == len(text):
            del self._window[: self._told_tokens]
            self._told_tokens = len(self._window)
            self._told_characters = len(self._decode(self._window))
        return piece

    def end(self) -> str:
        """What still waited."""
        return self._decode(self._window)[self._told_characters :]
