"""An answer without its Markdown marks: the same words, whoever likes stars and hashes.

Marks are found as CommonMark says (spec.commonmark.org), with tables and strikethrough besides: a
star in a product or an underscore in a name is no mark.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

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

    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    numbers: list[int | None] = []  # of the next item, by depth; None in a list without numbers
    mark, cells = "", list[str]()
    for token in tokens:
        match token.type:
            case "bullet_list_open":
                numbers.append(None)
            case "ordered_list_open":
                start = token.attrGet("start")
                numbers.append(1 if start is None else int(start))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
                if not numbers:
                    yield ""
            case "table_close":
                yield ""
            case "list_item_open":
                mark, numbers[-1] = _next_mark(numbers[-1])
            case "inline":
                cells.append(mark + _inline(token.children or []))
                mark = ""
            case "fence" | "code_block" | "html_block":
                cells.append(mark + token.content.rstrip("\n"))
                mark = ""
        if token.type in _BLOCK_ENDS:
            yield ", ".join(cells)
            cells = []
            if not numbers and token.type != "tr_close":
                yield ""


def _next_mark(number: int | None) -> tuple[str, int | None]:
    return ("", None) if number is None else (f"{number}. ", number + 1)


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
