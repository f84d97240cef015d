"""Safe pieces of HTML: every text that comes in is escaped, every piece that comes out is safe."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


class Html(str):
    """Markup; anything else that is put into a page is text and is escaped."""

    __slots__ = ()


def safe(part: str) -> Html:
    return part if isinstance(part, Html) else Html(escape(part))


def joined(parts: Iterable[str], between: str = "") -> Html:
    return Html(between.join(safe(part) for part in parts))


def tag(name: str, *inside: str, **attributes: str) -> Html:
    """`<name attributes>inside</name>`; `class_` is `class`, `aria_label` is `aria-label`."""
    said = "".join(f' {_name(key)}="{escape(value)}"' for key, value in attributes.items())
    return Html(f"<{name}{said}>{joined(inside)}</{name}>\n")


def paragraphs(sentences: Iterable[str], class_: str = "") -> Html:
    attributes = {"class_": class_} if class_ else {}
    return joined(tag("p", sentence, **attributes) for sentence in sentences if sentence)


def items(sentences: Iterable[str]) -> Html:
    found = [tag("li", sentence) for sentence in sentences]
    return tag("ul", *found) if found else Html()


def table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    caption: str,
    left: Sequence[int] = (0,),
    *,
    titled: bool = False,
) -> Html:
    """The columns whose numbers are `left` hold words, the others numbers. The first column names
    the rows. It scrolls by itself where a page is narrow. A caption that would repeat the title
    above (`titled`) is there for screen readers alone."""
    sides = ["words" if k in left else "number" for k in range(len(header))]
    head = tag(
        "tr", *(tag("th", h, scope="col", class_=s) for h, s in zip(header, sides, strict=True))
    )
    body = []
    for row in rows:
        first = tag("th", row[0], scope="row", class_=sides[0])
        rest = (tag("td", x, class_=s) for x, s in zip(row[1:], sides[1:], strict=True))
        body.append(tag("tr", first, *rest))
    whole = tag(
        "table",
        tag("caption", caption, class_="unseen" if titled else "seen"),
        tag("thead", head),
        tag("tbody", *body),
    )
    return tag("div", whole, class_="scrolls", tabindex="0", role="region", aria_label=caption)


def _name(key: str) -> str:
    return key.rstrip("_").replace("_", "-")
