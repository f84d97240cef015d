"""Figures as tables that people read, and whether each target is met."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from tests.performance.figure import Figure

HEAD = ("figure", "value", "target", "met", "floor", "note")
_LIMIT = re.compile(r"(?P<sign>[≤≥])\s*(?P<number>[\d.,]+)\s*(?P<unit>.*)")
_RANGE = re.compile(r"(?P<low>[\d.,]+) to (?P<high>[\d.,]+)\s*(?P<unit>.*)")


def met(figure: Figure) -> bool | None:
    """Whether a target such as `≤ 60 ms` or `93 to 97 %` is met; None where there is none such."""
    between = _RANGE.fullmatch(figure.target.strip())
    if between is not None and between["unit"] in ("", figure.unit):
        return _number(between["low"]) <= figure.value <= _number(between["high"])
    limit = _LIMIT.fullmatch(figure.target.strip())
    if limit is None or limit["unit"] not in ("", figure.unit):
        return None
    bound = _number(limit["number"])
    return figure.value <= bound if limit["sign"] == "≤" else figure.value >= bound


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table."""
    verdicts = {True: "yes", False: "**no**", None: ""}
    rows = [
        (f.name, f"{number(f)} {f.unit}", f.target, verdicts[met(f)], f.floor, f.note)
        for f in figures
    ]
    return "\n".join(_line(row) for row in (HEAD, ["---"] * len(HEAD), *rows))


def number(figure: Figure) -> str:
    """The value, with about three digits that count; four of a ratio, which is close to 1."""
    size = abs(figure.value)
    if size >= 100:
        return f"{figure.value:,.0f}"
    if size >= 10:
        return f"{figure.value:.1f}"
    return f"{figure.value:.3f}" if figure.unit == "×" else f"{figure.value:.3g}"


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.strip().replace('|', '∣') for cell in cells)} |"
