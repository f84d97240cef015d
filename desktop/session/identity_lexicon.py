"""The names and the sentences of `resources/identity`, made into what a text is searched with.

Boundaries are those of words where a script writes spaces. Chinese, Japanese, Thai, Lao, Khmer and
Burmese write none, and Korean ties its particles to the word: beside such a character any place is
a boundary, so “我是ChatGPT” and “ChatGPT입니다” are found.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from resources import FOLDER

LEXICON = FOLDER / "identity"

UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
# Without regard to case the regular expression would take seconds to be made.
LETTER = rf"(?-i:[^\W_{UNSPACED}])"
"""Of a word that has spaces about it."""
_NO_DIGIT = rf"(?-i:[^\W\d_{UNSPACED}])"
_BETWEEN = r"(?:[^\w.!?…。！？\n]|_)"
"""What may stand between two words of a sentence: spaces, quotation marks, Markdown."""
_HOLE = "{name}"
_JOINT = r"[ \u00a0\t_\-‐-–]"
"""Between a name and what belongs to it: never a line's end."""


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    also: bool
    """Whether the word means something else as well."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What stands before a name, and what after it, where it says who answers."""

    before: re.Pattern[str]
    """Matches the beginning of what stands before the name, read backwards."""
    after: re.Pattern[str]
    """Matches the beginning of what stands after it."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    version: str
    """Numbers of the files and the beginning of the SHA-256 of their bytes."""
    entries: Sequence[Entry]
    names: re.Pattern[str]
    """Group `e<k>` is a name of entry k, `v` the versions, sizes and product words after it."""
    alone: Frames
    with_self: Frames
    behind: Frames
    """What joins a maker to a name that was told before it."""
    of_self: re.Pattern[str]
    """Words that speak of the speaker."""


@cache
def read_lexicon(folder: Path = LEXICON) -> Lexicon:
    """A quarter of a second, once; the files are ours, so a fault in them is a bug."""
    contents = [(folder / name).read_bytes() for name in ("names.toml", "sentences.toml")]
    names, sentences = (tomllib.loads(content.decode()) for content in contents)
    digest = hashlib.sha256(b"".join(contents)).hexdigest()[:12]
    rows: list[dict[str, Any]] = names["name"]
    languages: list[dict[str, list[str]]] = sentences["language"]
    return Lexicon(
        version=f"{names['version']}.{sentences['version']}-{digest}",
        entries=[Entry(row["entry"], row.get("also", False)) for row in rows],
        names=_names(
            [row["forms"] for row in rows], _belonging(names["products"], names["written"])
        ),
        alone=_frames(frame for language in languages for frame in language["alone"]),
        with_self=_frames(frame for language in languages for frame in language["with_self"]),
        behind=_frames(frame for language in languages for frame in language.get("behind", [])),
        of_self=_of_self(
            (word for language in languages for word in language["self"]),
            (word for language in languages for word in language.get("introduces", [])),
        ),
    )


def _belonging(products: Iterable[str], written: Iterable[str]) -> str:
    """One of the pieces after a name: a version, a size, a word of its product."""
    numbers = rf"(?:{_JOINT}|\.)?v?\d+(?:\.\d+)*(?:x\d+)?[a-z]{{0,2}}"
    letter_first = rf"{_JOINT}[a-z]\d+(?:\.\d+)*[a-z]?"
    words = rf"{_JOINT}(?:{'|'.join(products)})"
    written_so = rf"(?:[_\-‐-–]|{_JOINT}(?-i:(?=[A-Z])))(?:{'|'.join(written)})"
    return rf"(?:{numbers}|{letter_first}|{words}|{written_so})(?!{LETTER})"


def _names(forms: Sequence[Sequence[str]], belonging: str) -> re.Pattern[str]:
    """Longest first, so that “Mistral AI” is not a “Mistral”.

    By first letter, and tried only where a word begins: an answer may be long.
    """
    every = [(form, number) for number, of_entry in enumerate(forms) for form in of_entry]
    every.sort(key=lambda pair: -len(pair[0]))
    begin: defaultdict[str, list[str]] = defaultdict(list)
    for taken, (form, number) in enumerate(every):
        letters = r"[\s\-‐-–]?".join(re.escape(part) for part in form.split(" "))
        begin[form[0]].append(f"(?P<e{number}_{taken}>{letters})")
    firsts = {first: f"(?={re.escape(first)})(?:{'|'.join(of)})" for first, of in begin.items()}
    words = "|".join(of for first, of in firsts.items() if _spaced(first))
    others = "|".join(of for first, of in firsts.items() if not _spaced(first))
    # A digit may follow a name: it is a version. So may a letter, where it is of no spaced script.
    return re.compile(
        f"(?:(?<!{LETTER})(?:{words})(?!{_NO_DIGIT})|(?:{others}))(?P<v>(?:{belonging})+)?",
        re.IGNORECASE,
    )


def _spaced(letter: str) -> bool:
    return re.match(LETTER, letter) is not None


def _frames(frames: Iterable[str]) -> Frames:
    """A frame has words on one side of the hole."""
    before: tuple[list[str], list[str]] = [], []
    after: tuple[list[str], list[str]] = [], []
    for frame in frames:
        start, end = frame.split(_HOLE)
        gap = f"{_BETWEEN}{'+' if ' ' in (start[-1:], end[:1]) else '*'}"
        glued = "" if end.startswith("'") else gap
        words = start[::-1] if start else end
        side = before if start else after
        side[_spaced(words.strip()[-1])].append(glued + _words(words))
    return Frames(before=_ended(*before), after=_ended(*after))


def _ended(anywhere: Sequence[str], at_a_boundary: Sequence[str]) -> re.Pattern[str]:
    return _any([*anywhere, rf"(?:{'|'.join(at_a_boundary)})(?!{LETTER})"])


def _of_self(every: Iterable[str], introducing: Iterable[str]) -> re.Pattern[str]:
    """`introducing` words speak of the speaker where a capital stands behind them."""
    words = [*every]
    introduced = "|".join(_words(word) for word in introducing)
    spaced = "|".join(_words(word) for word in words if _spaced(word[0]))
    others = [_words(word) for word in words if not _spaced(word[0])]
    capital = r"(?-i:[A-ZÀ-ÖØ-Þ])"
    return _any(
        [
            *others,
            rf"(?<!{LETTER})(?:{spaced})(?!{LETTER})",
            rf"(?<!{LETTER})(?:{introduced}){_BETWEEN}+{capital}",
        ]
    )


def _words(text: str) -> str:
    """Words next to each other, whatever kind of apostrophe they have."""
    return f"{_BETWEEN}+".join(re.escape(part).replace("'", "['’]") for part in text.split())


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)
