"""Marks of Markdown in an answer."""

from __future__ import annotations

import re

MARKS = tuple(
    re.compile(mark, re.MULTILINE)
    for mark in (
        r"^\s{0,3}#{1,6}\s",  # heading
        r"\*\*|__",  # bold
        r"(?<![\w*])\*[^\s*][^*\n]*\*",  # italic
        r"^\s*[-*+•]\s",  # list
        r"^\s*\d+[.)]\s",  # numbered list
        r"```|~~~",  # block of code
        r"(?<!`)`[^`\n]+`",  # code
        r"^\s*>\s",  # quotation
        r"\[[^]\n]+\]\([^)\n]+\)",  # link
        r"^\s*\|.*\|\s*$",  # row of a table
        r"\$[^$\n]+\$|\\[(\[]",  # formula
    )
)
_NEEDED = re.compile(r"[#*_•+\-\d`~>\[|$\\]")
"""Each mark has one of them; plain sentences, most of what is asked, have none."""


def has_markdown(text: str) -> bool:
    """Whether there is any of them in it."""
    return bool(_NEEDED.search(text)) and any(mark.search(text) for mark in MARKS)
