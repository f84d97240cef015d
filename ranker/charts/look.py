"""The tokens of the program's look that charts need; tests/ranker/charts compares them with ui's.

`ranker` cannot import `ui`, and must not: charts are drawn where Qt is not installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

UNIT = 8
"""The one spacing unit, in pixels."""
SMALL, BODY, LARGE = 13, 15, 18
REGULAR, MEDIUM, SEMIBOLD = 400, 500, 600

LIGHT: Mapping[str, str] = {
    "background": "#f6f5f1",
    "surface": "#ffffff",
    "soft": "#eeece5",
    "line": "#e3e0d8",
    "text": "#1c1b19",
    "muted": "#6a6862",
    "accent": "#0b6b62",
}
DARK: Mapping[str, str] = {
    "background": "#151513",
    "surface": "#1e1e1b",
    "soft": "#272621",
    "line": "#33322d",
    "text": "#edece6",
    "muted": "#a5a299",
    "accent": "#4cc9b8",
}
DEEPEST = 0.5
"""Opacity of the deepest cell of a matrix: its text still reaches 4.5 : 1, light and dark."""

_COLOUR = re.compile(r"#[0-9a-f]{6}\b")


def darkened(svg: str) -> str:
    """The same drawing in the dark scheme."""
    return _recoloured(svg, DARK)


def by_variable(svg: str) -> str:
    """The same drawing in whatever colours the page around it has set: `var(--accent)` …"""
    return _recoloured(svg, {token: f"var(--{token})" for token in LIGHT})


def _recoloured(svg: str, colours: Mapping[str, str]) -> str:
    by_colour = {LIGHT[token]: colour for token, colour in colours.items()}
    return _COLOUR.sub(lambda found: by_colour.get(found[0], found[0]), svg)
