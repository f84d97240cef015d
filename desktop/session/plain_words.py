"""An answer without its Markdown marks: the same words, whoever likes stars and hashes.

Marks are found as CommonMark says (spec.commonmark.org), with tables and strikethrough besides, and
two differences, because whoever speaks of sums uses no marks: stars inside a word or a product are
text, as underscores are (“2*3*4”, “x**2 + y**2”), and “[Answer]: 42” is no definition of a link.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from desktop.session.identity_lexicon import UNSPACED

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SPACED = re.compile(rf"[^\W_{UNSPACED}]")
"""Of a word that has spaces about it: where none are written, marks stand between letters."""
_BLOCK_ENDS = ("paragraph_close", "heading_close", "fence", "code_block", "html_block", "tr_close")


def plain_words(markdown: str) -> str:
    """Marks, link targets and bullets go; words, numbers of lists, code and line ends stay.

    Paragraphs stand a blank line apart, items and rows of a table on lines of their own. A text
    without marks stays as it is but for blanks at its ends and between its paragraphs.
    """
    return "\n".join(_blocks(_reader().parse(markdown))).strip()


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # late: a window must open

    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"]).disable("reference")
    reader.inline.ruler.at("emphasis", _emphasis)
    return reader


def _emphasis(state: StateInline, silent: bool) -> bool:
    """CommonMark's, but that no star inside a word opens anything, and only a pair behind letters
    closes (“**Apple**s”)."""
    from markdown_it.rules_inline.emphasis import tokenize

    start, known = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    before, after = state.src[max(0, start - 1) : start], state.src[state.pos : state.pos + 1]
    if _SPACED.match(before) and _SPACED.match(after):
        closes = state.pos - start > 1 and before.isalpha() and after.isalpha()
        for delimiter in state.delimiters[known:]:
            delimiter.open = False
            delimiter.close = delimiter.close and closes
    return True


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    depth = 0
    mark, cells = "", list[str]()
    for token in tokens:
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
                if not depth:
                    yield ""
            case "table_close":
                yield ""
            case "list_item_open":
                # The number as it was written; a bullet has none.
                mark = f"{token.info}{token.markup} " if token.info else ""
            case "inline":
                cells.append(mark + _inline(token.children or []))
                mark = ""
            case "fence" | "code_block" | "html_block":
                cells.append(mark + token.content.rstrip("\n"))
                mark = ""
        if token.type in _BLOCK_ENDS:
            yield ", ".join(cells)
            cells = []
            if not depth and token.type != "tr_close":
                yield ""


def _inline(tokens: Sequence[Token]) -> str:
    pieces = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            pieces.append("\n")
        elif token.type == "image":
            pieces.append(_inline(token.children or []))
        else:
            pieces.append(token.content)
    return "".join(pieces)
