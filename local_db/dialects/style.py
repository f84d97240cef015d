"""What style control asks of an answer: its length and its Markdown, counted as FastChat counts.

The counts are those of FastChat's `conv_metadata` (fastchat/serve/monitor/add_markdown_info.py):
headers, list items and bold pieces outside fenced code, by kind. Whether style control means
anything for a file of votes is for `undefined` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from local_db.dialects.plain import PlainVote

BYTES_A_TOKEN = 4
HEADERS, LISTS, BOLD = "header_count", "list_count", "bold_count"

_FENCED = re.compile(r"```[^`]*```")
_HEADER = re.compile(r"(#{1,6})\s")
_BOLD = {"**": re.compile(r"\*\*[^*\n]+\*\*"), "__": re.compile(r"__[^_\n]+__")}


def tokens(text: str) -> int:
    """About how many tokens a text has: a quarter of its bytes in UTF-8, one at least.

    One measure for all systems, whose own counts come from tokenisers that differ. Style control
    uses only the ratio of two lengths. A whole number: FastChat stops at others.
    """
    return max(1, round(len(text.encode("utf-8", "replace")) / BYTES_A_TOKEN))


def markdown(text: str) -> dict[str, dict[str, int]]:
    """Headers by level, list items by kind, bold pieces by mark; all keys always there."""
    prose = _FENCED.sub("", text)
    headers = {f"h{level}": 0 for level in range(1, 7)}
    items = {"ordered": 0, "unordered": 0}
    for line in prose.split("\n"):
        ended = f"{line}\n"  # a mark may end its line
        if header := _HEADER.match(ended):
            headers[f"h{len(header[1])}"] += 1
        rest = ended.lstrip()
        items["unordered"] += bool(re.match(r"[-*+]\s", rest))
        items["ordered"] += bool(re.match(r"\d+\.\s", rest))
    bold = {mark: len(pattern.findall(prose)) for mark, pattern in _BOLD.items()}
    return {HEADERS: headers, LISTS: items, BOLD: bold}


def conv_metadata(vote: PlainVote) -> dict[str, Any]:
    """FastChat's `conv_metadata` of a vote, for both sides. Context is what came before the last
    turn."""
    said = [turn.said or "" for turn in vote.turns]
    metadata: dict[str, Any] = {
        "turns": len(vote.turns),
        "sum_user_tokens": sum(map(tokens, said)),
    }
    for slot in ("a", "b"):
        answers = answers_of(vote, slot)
        lengths = [tokens(answer) for answer in answers]
        metadata[f"sum_assistant_{slot}_tokens"] = sum(lengths)
        metadata[f"context_{slot}_tokens"] = sum(map(tokens, said[:-1])) + sum(lengths[:-1])
        counts = markdown("\n".join(answers))
        metadata |= {f"{name}_{slot}": kinds for name, kinds in counts.items()}
    return metadata


def totals(vote: PlainVote) -> dict[str, int]:
    """The same as eight whole numbers, for tables: `tokens_a`, `headers_a` …"""
    metadata = conv_metadata(vote)
    columns = {}
    for slot in ("a", "b"):
        columns[f"tokens_{slot}"] = int(metadata[f"sum_assistant_{slot}_tokens"])
        for name, feature in (("headers", HEADERS), ("lists", LISTS), ("bold", BOLD)):
            columns[f"{name}_{slot}"] = sum(metadata[f"{feature}_{slot}"].values())
    return columns


def answers_of(vote: PlainVote, slot: str) -> list[str]:
    """The texts of one slot, turn by turn; "" where the text is not known."""
    return [(turn.a if slot == "a" else turn.b).text or "" for turn in vote.turns]


def undefined(votes: Iterable[PlainVote]) -> Iterator[str]:
    """Sentences about the features by which these votes do not differ.

    FastChat divides by the spread of each feature: where one is the same in every vote, every
    rating comes out as not a number or as the same number, with a warning at most.
    """
    spread: dict[str, set[float]] = {}
    count = 0
    for count, vote in enumerate(votes, 1):  # noqa: B007
        now = totals(vote)
        for name in ("tokens", "headers", "lists", "bold"):
            a, b = now[f"{name}_a"], now[f"{name}_b"]
            spread.setdefault(name, set()).add((a - b) / (a + b + 1))
    flat = [name for name, values in spread.items() if len(values) == 1]
    if not count or not flat:
        return
    if set(flat) >= {"headers", "lists", "bold"}:
        yield (
            "No vote differs in Markdown (usual for spoken questions), so style control is "
            "undefined: FastChat then gives every system the same rating. Rank without it, or by "
            "length alone."
        )
    else:
        yield (
            f"No vote differs in {', '.join(flat)}, so style control with it is undefined: leave "
            "it out of the features."
        )
