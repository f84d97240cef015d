"""How an answer looks, as numbers: how long it is, and which marks are in it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from ranker.markdown import MARKS as MARKDOWN

WORD = re.compile(r"\w+")
_SENTENCE = re.compile(r"[.!?…。！？।؟]+")
_MARKS = MARKDOWN + tuple(
    re.compile(mark)
    for mark in (
        r"\n",
        r"\n\s*\n",
        r"\d",
        r"[.。]",
        r"[,،、，]",
        r"[;؛；]",
        r"[:：]",
        r"[!！]",
        r"[?？؟]",
        r"[\"“”„«»「」]",
        r"['‘’]",
        r"[()（）]",
        r"[–—]",
        r"-",
        r"…|\.\.\.",
        r"[A-ZÀ-ÖØ-Þ]",
        "[\u2600-\u27bf\U0001f000-\U0001faff]",  # pictures
    )
)


def length(text: str) -> Sequence[float]:
    """Characters, words, sentences and lines; logarithms, because lengths differ by factors."""
    counts = (
        len(text),
        len(WORD.findall(text)),
        len(_SENTENCE.findall(text)),
        text.count("\n"),
    )
    return [math.log1p(count) for count in counts]


def marks(text: str) -> Sequence[float]:
    """Marks by hundred characters, so that a long answer is not one with many marks, and what the
    answer ends with.
    """
    size = max(len(text), 1) / 100
    ending = text.rstrip()[-1:]
    ends = (ending.isalnum(), ending in {".", "。"}, ending in {"!", "?", "！", "？"})
    return [*(len(mark.findall(text)) / size for mark in _MARKS), *map(float, ends)]
