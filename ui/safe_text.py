"""Hostile text made safe to paint.

Model output, transcripts and device names can hold anything. What is stored stays as it came; what
is painted goes through here: bounded in size, no control that could move, hide or freeze other
text. Needs no Qt, so whoever prepares a page's state can call it anywhere.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_BYTES = 64 * 1024
"""Of UTF-8, of what is shown; the whole text stays in the database."""
LONGEST_RUN = 500
"""Characters without a place to break. Laying out one word is quadratic: 1 MB of it freezes Qt for
over a minute."""
MARKS_PER_BASE = 4

_FSI, _PDI = "\u2068", "\u2069"
_REPLACED = "\ufffd"
_BIDI_NAMES = {
    "\u061c": "ALM",
    "\u200e": "LRM",
    "\u200f": "RLM",
    "\u202a": "LRE",
    "\u202b": "RLE",
    "\u202c": "PDF",
    "\u202d": "LRO",
    "\u202e": "RLO",
    "\u2066": "LRI",
    "\u2067": "RLI",
    "\u2068": "FSI",
    "\u2069": "PDI",
}
_BREAKS = {"\r": "\n", "\u0085": "\n", "\u2028": "\n", "\u2029": "\n"}
_JOINERS = ("\u200c", "\u200d")
_GLUE = ("\u00a0", "\u2007", "\u202f", "\u2060", "\ufeff")
_MARKS = ("Mn", "Me", "Mc")
_JAMO = (("\u1100", "\u11ff"), ("\ua960", "\ua97f"), ("\ud7b0", "\ud7ff"))


@dataclass(frozen=True, slots=True)
class SafeText:
    text: str
    truncated: bool = False
    """True when the shown text ends before the real one does."""


def safe_text(raw: str) -> SafeText:
    """`raw` as it may be painted in a plain text view. Applying it twice changes nothing more.

    Line ends become `\\n`; other C0 controls, DEL and ESC become the visible symbols of U+2400; C1
    and bidi controls become their names in angle quotes; lone surrogates and noncharacters become
    U+FFFD; at most four combining marks stay on one base; a run of more than 500 characters with no
    place to break is broken by a line end; what is over 64 kB is cut.

    The view is a frame of its own, so an Arabic answer may stand right to left in it. In a sentence
    of ours use `in_line`, which isolates it.
    """
    # Nothing shrinks but line ends and surplus marks, so more than twice the limit is never shown.
    room = 4 * LONGEST_BYTES
    pieces: list[str] = []
    used = 0
    for piece in _broken(_cleaned(raw[:room])):
        used += len(piece.encode())
        if used > LONGEST_BYTES:
            return SafeText(_without_dangling_joiner("".join(pieces)), truncated=True)
        pieces.append(piece)
    return SafeText("".join(pieces), truncated=len(raw) > room)


def in_line(raw: str, *, longest: int = 300) -> str:
    """`raw` as part of a line: one line, at most `longest` characters, isolated from its
    neighbours (FSI … PDI) so that no direction leaks out of it."""
    text = " ".join(safe_text(raw[: 4 * longest]).text.split())
    if len(text) > longest or len(raw) > 4 * longest:
        text = text[: longest - 1].rstrip() + "…"
    return f"{_FSI}{text}{_PDI}" if text else ""


def _cleaned(raw: str) -> Iterator[str]:
    """One visible piece for each character that stays."""
    marks = 0
    previous = ""
    for char in raw:
        if previous == "\r" and char == "\n":
            previous = char
            continue
        previous = char
        if unicodedata.category(char) in _MARKS:
            marks += 1
            if marks > MARKS_PER_BASE:
                continue
        else:
            marks = 0
        yield _visible(char)


def _visible(char: str) -> str:
    code = ord(char)
    if char in "\n\t":
        return char
    if char in _BREAKS:
        return _BREAKS[char]
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if 0x80 <= code <= 0x9F:
        return f"‹{code:02X}›"
    if char in _BIDI_NAMES:
        return f"‹{_BIDI_NAMES[char]}›"
    if 0xD800 <= code <= 0xDFFF or 0xFDD0 <= code <= 0xFDEF or code & 0xFFFE == 0xFFFE:
        return _REPLACED
    if 0xFFF9 <= code <= 0xFFFC:  # annotations and Qt's place for an embedded object
        return _REPLACED
    return char


def _broken(pieces: Iterator[str]) -> Iterator[str]:
    """Line ends put into runs that have no place to break.

    A break waits for the end of a cluster, but not for ever: joiners can make one of any length.
    """
    run = 0
    held = False  # by a joiner before it
    for piece in pieces:
        for char in piece:
            may_wait = (held or _clings(char)) and run < 2 * LONGEST_RUN
            if _may_break(char) and not held:
                run = 0
            elif run >= LONGEST_RUN and not may_wait:
                yield "\n"
                run = 1
            else:
                run += 1
            held = char in _JOINERS or char in _GLUE
            yield char


def _may_break(char: str) -> bool:
    """Whether a line may break beside a character.

    Chinese and Japanese break between any two, with no space in sight; the jamo of one Korean
    syllable do not.
    """
    if char.isspace():
        return char not in _GLUE
    wide = unicodedata.east_asian_width(char) in ("W", "F")
    return wide and not any(first <= char <= last for first, last in _JAMO)


def _clings(char: str) -> bool:
    """Whether a character belongs to the one before it."""
    return (
        char in _JOINERS
        or unicodedata.category(char) in _MARKS
        or "\U0001f3fb" <= char <= "\U0001f3ff"
    )


def _without_dangling_joiner(text: str) -> str:
    return text.rstrip("".join(_JOINERS))
