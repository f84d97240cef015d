"""What a line of an export says of how its vote came about: the same from the line and from a part
of a store, which keeps these facts and neither texts nor takes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from ranker.markdown import has_markdown

Label = str | int | float | bool


class Facts(NamedTuple):
    """In the words of docs/export.md; None where it is not known, or is not what it should be."""

    started_utc: str | None = None
    language_said: str | None = None
    language_a: str | None = None
    language_b: str | None = None
    snr_db: float | None = None
    device: str | None = None
    trial: int | None = None
    wait_ms: float | None = None
    characters_a: int | None = None
    characters_b: int | None = None
    markdown_a: bool | None = None
    """Whether the last answer that was shown in slot a has Markdown in it."""
    markdown_b: bool | None = None
    probability: float | None = None
    """Of the ordered pair, as it was drawn."""
    reasons_a: tuple[str, ...] | None = None
    """Codes that were given for the answer in slot a, each once, sorted."""
    reasons_b: tuple[str, ...] | None = None
    labels: Mapping[str, Label] | None = None
    """Whatever else somebody sorted the battle by; texts, numbers, true or false."""


def facts_of(record: Mapping[str, Any]) -> Facts:
    """Of a line that could be read as a battle."""
    known = _part(record.get("covariates"))
    markdown = [None if text is None else has_markdown(text) for text in _last_texts(record)]
    judged = _part(_part(record.get("vote")).get("judged"))
    reasons = _part(judged.get("reasons"))
    return Facts(
        started_utc=_text(record.get("started_utc")),
        language_said=_text(known.get("language_said")),
        language_a=_text(known.get("language_a")),
        language_b=_text(known.get("language_b")),
        snr_db=_number(known.get("snr_db")),
        device=_text(known.get("device")),
        trial=_whole(known.get("trial")),
        wait_ms=_number(known.get("wait_ms")),
        characters_a=_whole(known.get("characters_a")),
        characters_b=_whole(known.get("characters_b")),
        markdown_a=markdown[0],
        markdown_b=markdown[1],
        probability=_number(_part(record.get("draw")).get("probability")),
        reasons_a=_codes(reasons.get("a")),
        reasons_b=_codes(reasons.get("b")),
        labels=_labels(_part(record.get("labels"))),
    )


def _last_texts(record: Mapping[str, Any]) -> tuple[str, str] | tuple[None, None]:
    turns = record.get("turns")
    for turn in reversed(turns if isinstance(turns, list) else []):
        turn = _part(turn)
        sides = _part(turn.get("a")).get("text"), _part(turn.get("b")).get("text")
        if turn.get("shown") and not turn.get("superseded"):
            return (str(sides[0]), str(sides[1])) if None not in sides else (None, None)
    return None, None


def _codes(codes: object) -> tuple[str, ...] | None:
    if not isinstance(codes, list):
        return None
    return tuple(sorted({code for code in codes if isinstance(code, str) and code.isprintable()}))


def _labels(told: Mapping[str, Any]) -> Mapping[str, Label] | None:
    kept = {
        key: value
        for key, value in told.items()
        if key.isprintable()
        and (isinstance(value, bool) or _text(value) is not None or _number(value) is not None)
    }
    return kept or None


def _text(value: object) -> str | None:
    """Names of slices reach terminals, so one that cannot be printed is none."""
    return value if isinstance(value, str) and value and value.isprintable() else None


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value) if math.isfinite(value) else None
    except OverflowError:  # a whole number beyond all floats
        return None


def _whole(value: object) -> int | None:
    """As many as 64 bits hold."""
    number = _number(value)
    if number is None or not number.is_integer() or abs(number) >= 2**63:
        return None
    return int(value)  # type: ignore[call-overload, no-any-return]


def _part(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
