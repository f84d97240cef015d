"""Numbers in words, written as the tests' own opposite of `engines.skills.numbers`."""

from __future__ import annotations

# fmt: off
_SMALL = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on


def in_words(value: int, *, with_and: bool) -> str:
    """0 ≤ value < 10**12: "one hundred and five", or "one hundred five" without `with_and`."""
    joint = " and " if with_and else " "
    if value < 20:
        return _SMALL[value]
    if value < 100:
        return f"{_TENS[value // 10]} {_SMALL[value % 10]}".removesuffix(" zero")
    for scale, name in ((10**9, "billion"), (10**6, "million"), (1000, "thousand")):
        if value >= scale:
            count, rest = divmod(value, scale)
            said = f"{in_words(count, with_and=with_and)} {name}"
            if not rest:
                return said
            return said + (joint if rest < 100 else " ") + in_words(rest, with_and=with_and)
    count, rest = divmod(value, 100)
    said = f"{_SMALL[count]} hundred"
    return said + joint + in_words(rest, with_and=with_and) if rest else said


def figures_in_words(figures: str) -> str:
    """ "05" -> "zero five" """
    return " ".join(_SMALL[int(figure)] for figure in figures)
