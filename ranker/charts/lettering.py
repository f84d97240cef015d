"""Which fonts letters come from, and how wide they are.

Text is drawn as outlines, so that a chart looks alike in the window, in every browser and on paper,
whatever is installed there. Inter where it is installed, as in the window; DejaVu Sans, which
matplotlib brings along, for letters that Inter lacks and wherever it is not installed; another
installed font for what neither has.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from ranker.charts.look import REGULAR

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

OWN, ALWAYS = "Inter", "DejaVu Sans"
_PREFERRED = "Noto Sans"
_EM = 100


TABULAR = ("tnum",)
"""Figures of equal width, for numbers in columns."""


@cache
def width_of(text: str, size: int, weight: int = REGULAR, *, tabular: bool = False) -> float:
    """Of one line, in pixels."""
    from matplotlib.font_manager import fontManager
    from matplotlib.ft2font import LoadFlags
    from matplotlib.textpath import text_to_path

    clear = clear_text(text)
    font = font_for(clear, size, weight)
    if not tabular:
        return float(text_to_path.get_text_width_height_descent(clear, font, False)[0])
    font.set_family(families_for("")[0])
    letters = fontManager.findfont(font)
    return _set(letters, clear, LoadFlags.NO_HINTING) * size / _EM


def font_for(text: str, size: int, weight: int = REGULAR) -> FontProperties:
    """The families that have the letters of `text`, as matplotlib asks for them."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=list(families_for(text)), size=size, weight=weight)


@cache
def families_for(text: str) -> tuple[str, ...]:
    """First the program's own."""
    base = ((OWN,) if OWN in _installed() else ()) + (ALWAYS,)
    missing = {ord(letter) for letter in text if not letter.isspace()}
    for family in base:
        missing -= _letters(family)
    return base + _others(frozenset(missing)) if missing else base


@cache
def lettering() -> str:
    """What the letters of a chart are drawn with, for whoever wants the same bytes again."""
    import matplotlib

    return f"matplotlib {matplotlib.__version__}, {families_for('')[0]}"


def clear_text(text: str) -> str:
    """`text` with a box in the place of every letter that no installed font has."""
    known: set[int] = set()
    for family in families_for(text):
        known |= _letters(family)
    return "".join(x if x.isspace() or ord(x) in known else "□" for x in text)


def _set(file: str, text: str, flags: Any) -> float:
    """Width of tabular figures at a size of `_EM` pixels."""
    from matplotlib.ft2font import FT2Font

    font = FT2Font(file)
    font.set_size(_EM, 72)
    font.set_text(text, 0.0, flags=flags, features=TABULAR)
    return float(font.get_width_height()[0]) / 64


@cache
def _installed() -> dict[str, str]:
    """Family -> file of its regular cut, the same choice on every run."""
    from matplotlib.font_manager import fontManager

    upright = [font for font in fontManager.ttflist if font.style == "normal"]
    upright.sort(key=lambda font: (abs(int(_weight(font)) - REGULAR), font.fname), reverse=True)
    return {font.name: font.fname for font in upright}


def _weight(font: Any) -> float:
    return float(font.weight) if isinstance(font.weight, int | float) else REGULAR


@cache
def _letters(family: str) -> frozenset[int]:
    from matplotlib.ft2font import FT2Font

    return frozenset(FT2Font(_installed()[family]).get_charmap())


@cache
def _others(missing: frozenset[int]) -> tuple[str, ...]:
    """Installed families that have the letters; those that have most of them first."""
    found: list[str] = []
    names = sorted(_installed(), key=lambda name: (not name.startswith(_PREFERRED), name))
    for name in names:
        if not missing:
            break
        if letters := missing & _letters(name):
            found.append(name)
            missing -= letters
    return tuple(found)
