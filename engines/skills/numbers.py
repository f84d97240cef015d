"""Numbers: read from words as people say them, shown in figures as people write them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

# fmt: off
_UP_TO_NINETEEN = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)
_FROM_TWENTY = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
# fmt: on
_ONES = {word: value for value, word in enumerate(_UP_TO_NINETEEN)} | {"oh": 0}
_TENS = {word: 10 * tens for tens, word in enumerate(_FROM_TWENTY, start=2)}
_SCALES = {"billion": 10**9, "million": 10**6, "thousand": 10**3, "hundred": 100}
_PARTS = {
    ("half",): Fraction(1, 2),
    ("third",): Fraction(1, 3),
    ("quarter",): Fraction(1, 4),
    ("tenth",): Fraction(1, 10),
    ("three", "quarters"): Fraction(3, 4),
    ("two", "thirds"): Fraction(2, 3),
}
_HALF = ("and", "a", "half")

_MOST_WORDS = 30  # no number below a billion with decimals takes more


def read_number(words: Sequence[str]) -> Fraction | None:
    """The number that these words are, all of them; None when they are not one.

    Knows whole numbers below 10**12 ("one hundred and five", "a thousand"), decimals ("two point
    five"), halves ("two and a half", "half a", "a third"), and "minus" before any of them.
    """
    words = tuple(words)
    if not words or len(words) > _MOST_WORDS:
        return None
    if words[0] in ("minus", "negative"):
        value = read_number(words[1:])
        return None if value is None else -value
    if (part := _part(words)) is not None:
        return part
    if "point" in words:
        return _decimal(words)
    if words[-3:] == _HALF:
        whole = _whole(words[:-3])
        return None if whole is None else Fraction(whole) + Fraction(1, 2)
    whole = _whole(words)
    return None if whole is None else Fraction(whole)


def number_at_end(words: Sequence[str]) -> Fraction | None:
    """The number in the most words that the words end with: "what is fifty five" -> 55."""
    for start in range(max(0, len(words) - _MOST_WORDS), len(words)):
        if (value := read_number(words[start:])) is not None:
            return value
    return None


def number_at_start(words: Sequence[str]) -> Fraction | None:
    """The number in the most words that the words begin with: "fifty five please" -> 55."""
    for end in range(min(_MOST_WORDS, len(words)), 0, -1):
        if (value := read_number(words[:end])) is not None:
            return value
    return None


def _part(words: tuple[str, ...]) -> Fraction | None:
    if words[-1] in ("a", "an", "of") and len(words) > 1:  # "half a pound", "a third of a mile"
        return _part(words[:-1])
    if words[0] in ("a", "an", "one") and len(words) > 1:
        return _PARTS.get(words[1:])
    return _PARTS.get(words)


def _decimal(words: tuple[str, ...]) -> Fraction | None:
    at = words.index("point")
    whole = _whole(words[:at]) if at else 0
    figures = [_ONES.get(word, 10) for word in words[at + 1 :]]
    if whole is None or not figures or max(figures) > 9:
        return None
    return Fraction(f"{whole}.{''.join(map(str, figures))}")


def _whole(words: tuple[str, ...]) -> int | None:
    if words in (("a",), ("an",)):
        return 1
    for scale_word, scale in _SCALES.items():
        if scale_word in words:
            at = words.index(scale_word)
            count = _whole(words[:at])
            rest = _rest(words[at + 1 :])
            if count is None or rest is None or not 0 < count < 1000 or rest >= scale:
                return None
            return count * scale + rest
    return _below_hundred(words)


def _rest(words: tuple[str, ...]) -> int | None:
    if not words:
        return 0
    if words[0] == "and":
        words = words[1:]
    # "one hundred a" is no number, though "a hundred" is.
    return None if not words or words[0] in ("a", "an") else _whole(words)


def _below_hundred(words: tuple[str, ...]) -> int | None:
    if len(words) == 1:
        return _ONES.get(words[0], _TENS.get(words[0]))
    if len(words) == 2 and words[0] in _TENS and 0 < _ONES.get(words[1], 0) < 10:
        return _TENS[words[0]] + _ONES[words[1]]
    return None


def show(value: Fraction) -> str:
    """In figures, exact: "1,440", "2.5", "-0.125"; "1/3" where decimals never end."""
    places = decimal_places(value)
    if places is None:
        return f"{value.numerator:,}/{value.denominator:,}"
    return f"{_as_decimal(value, places):,f}"


def show_about(value: Fraction) -> tuple[str, bool]:
    """In figures as people say measures, and whether they are exact.

    Whole numbers in full; others in at most four figures of which at most two are decimals, and
    those below one in three figures.
    """
    if value.denominator == 1:
        return show(value), True
    places = _sensible_places(value)
    rounded = _as_decimal(value, places)
    text = f"{rounded:,f}".rstrip("0").rstrip(".") if places else f"{rounded:,f}"
    return text, Fraction(rounded) == value


def decimal_places(value: Fraction) -> int | None:
    """How many decimals write the value exactly; None when no number of them does."""
    twos, fives, rest = 0, 0, value.denominator
    while rest % 2 == 0:
        twos, rest = twos + 1, rest // 2
    while rest % 5 == 0:
        fives, rest = fives + 1, rest // 5
    return max(twos, fives) if rest == 1 else None


def _sensible_places(value: Fraction) -> int:
    size = abs(value)
    if size >= 1:
        return max(0, min(2, 4 - len(str(int(size)))))
    zeros = 0
    while size * 10 < 1:
        size, zeros = size * 10, zeros + 1
    return zeros + 3


def _as_decimal(value: Fraction, places: int) -> Decimal:
    with localcontext() as context:
        context.prec = len(str(abs(value.numerator))) + places + 5
        exact = Decimal(value.numerator) / Decimal(value.denominator)
        return exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
