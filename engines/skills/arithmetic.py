"""Sums: plus, minus, times, divided by, percent, parts, squares and square roots."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, localcontext
from fractions import Fraction
from math import isqrt

from engines.skills import numbers
from engines.skills.reply import Asked, Reply

INTENT = "arithmetic"

_OPERATORS = re.compile(r"\b(plus|minus|times|multiplied by|divided by|over)\b")
_EXACT_PLACES = 4


def answer(asked: Asked) -> Reply | None:
    for reading in _READINGS:
        if (text := reading(asked.text)) is not None:
            return Reply(INTENT, text)
    return None


def _root(text: str) -> str | None:
    _, found, rest = text.partition("square root of ")
    value = numbers.number_at_start(rest.split()) if found else None
    if value is None:
        return None
    if value < 0:
        return f"{numbers.show(value)} has no real square root, because it is below zero."
    root, exact = _square_root(value)
    return f"The square root of {numbers.show(value)} is {'' if exact else 'about '}{root}."


def _square_root(value: Fraction) -> tuple[str, bool]:
    top, bottom = isqrt(value.numerator), isqrt(value.denominator)
    if (top * top, bottom * bottom) == (value.numerator, value.denominator):
        return _show(Fraction(top, bottom))
    with localcontext() as context:
        context.prec = 40
        root = (Decimal(value.numerator) / Decimal(value.denominator)).sqrt()
    return f"{root:,.3f}", False


def _percent(text: str) -> str | None:
    left, found, right = text.partition(" percent of ")
    if not found:
        return None
    share, whole = numbers.number_at_end(left.split()), numbers.number_at_start(right.split())
    if share is None or whole is None:
        return None
    return _says(f"{numbers.show(share)} percent of {numbers.show(whole)}", share * whole / 100)


def _part(text: str) -> str | None:
    """ "half of ninety", "a third of sixty" """
    left, found, right = text.partition(" of ")
    if not found or left.split()[-1] not in ("half", "third", "quarter", "tenth"):
        return None
    name = left.split()[-1]
    part, whole = numbers.read_number([name]), numbers.number_at_start(right.split())
    if part is None or whole is None:
        return None
    article = "" if name == "half" else "a "
    return _says(f"{article}{name} of {numbers.show(whole)}".capitalize(), part * whole)


def _squared(text: str) -> str | None:
    if match := re.search(r"^(.*?) squared\b", text):
        value = numbers.number_at_end(match[1].split())
    elif match := re.search(r"\bsquare (?!root)(.*)$", text):
        value = numbers.number_at_start(match[1].split())
    else:
        return None
    return None if value is None else _says(f"{numbers.show(value)} squared", value * value)


def _doubled(text: str) -> str | None:
    match = re.search(r"\b(?:double|twice) (.*)$", text)
    value = numbers.number_at_start(match[1].split()) if match else None
    return None if value is None else _says(f"Twice {numbers.show(value)}", value * 2)


def _instructed(text: str) -> str | None:
    """ "add seven to nine", "take eight away from thirty one" """
    for pattern, symbol, turned in _INSTRUCTIONS:
        for match in pattern.finditer(text):
            pair = _pair(match)
            if pair is not None:
                return _infix([pair[1], pair[0]] if turned else [*pair], [symbol])
    return None


# The first number in the fewest words, so that "add one hundred and five" has two of them; where
# that leaves no number for the second, `_pair` moves the border.
_INSTRUCTIONS = tuple(
    (re.compile(rf"\b{pattern}$"), symbol, turned)
    for pattern, symbol, turned in (
        (r"add (?P<a>.+) to (?P<b>.+)", "plus", False),
        (r"add (?P<a>.+) plus (?P<b>.+)", "plus", False),
        (r"add (?P<ab>.+)", "plus", False),
        (r"sum of (?P<ab>.+)", "plus", False),
        (r"subtract (?P<a>.+) from (?P<b>.+)", "minus", True),
        (r"take (?:away )?(?P<a>.+?)(?: away)? from (?P<b>.+)", "minus", True),
        (r"multiply (?P<a>.+) (?:by|times|with) (?P<b>.+)", "times", False),
        (r"multiply (?P<ab>.+)", "times", False),
        (r"divide (?P<a>.+) by (?P<b>.+)", "divided by", False),
    )
)


def _pair(match: re.Match[str]) -> tuple[Fraction, Fraction] | None:
    groups = match.groupdict()
    if "ab" not in groups:
        first = numbers.read_number(groups["a"].split())
        second = numbers.number_at_start(groups["b"].split())
        return None if first is None or second is None else (first, second)
    return _split_at_and(groups["ab"].split())


def _split_at_and(words: list[str]) -> tuple[Fraction, Fraction] | None:
    """Two numbers around the last "and" that leaves a number on either side."""
    for at in reversed([at for at, word in enumerate(words) if word == "and"]):
        first = numbers.read_number(words[:at])
        second = numbers.number_at_start(words[at + 1 :])
        if first is not None and second is not None:
            return first, second
    return None


def _expression(text: str) -> str | None:
    """ "what is seven plus eight times nine": operators between numbers"""
    pieces = _OPERATORS.split(text)
    if len(pieces) < 3:
        return None
    symbols = pieces[1::2]
    operands = [piece.split() for piece in pieces[0::2]]
    values = [
        numbers.number_at_end(operands[0]),
        *(numbers.read_number(words) for words in operands[1:-1]),
        numbers.number_at_start(operands[-1]),
    ]
    known = [value for value in values if value is not None]
    return _infix(known, symbols) if len(known) == len(values) else None


def _two_numbers(text: str) -> str | None:
    """ "what is seven and eight" """
    match = re.search(r"\b(?:what is|what's|how much is|how much are) (.*)$", text)
    pair = _split_at_and(match[1].split()) if match else None
    return None if pair is None else _infix([*pair], ["plus"])


def _infix(values: list[Fraction], symbols: list[str]) -> str:
    """Multiplication and division before addition and subtraction; each from left to right."""
    question = numbers.show(values[0])
    for symbol, value in zip(symbols, values[1:], strict=True):
        spoken = "divided by" if symbol == "over" else symbol
        question += f" {spoken} {numbers.show(value)}"
    total, term, sign = Fraction(0), values[0], 1
    for symbol, value in zip(symbols, values[1:], strict=True):
        if symbol in ("plus", "minus"):
            total, term, sign = total + sign * term, value, 1 if symbol == "plus" else -1
        elif symbol in ("times", "multiplied by"):
            term *= value
        elif value == 0:
            return f"{question} has no answer, because nothing can be divided by zero."
        else:
            term /= value
    return _says(question, total + sign * term)


def _says(question: str, value: Fraction) -> str:
    shown, exact = _show(value)
    return f"{question} is {'' if exact else 'about '}{shown}."


def _show(value: Fraction) -> tuple[str, bool]:
    places = numbers.decimal_places(value)
    if places is not None and places <= _EXACT_PLACES:
        return numbers.show(value), True
    return numbers.show_about(value)


_READINGS: tuple[Callable[[str], str | None], ...] = (
    _root,
    _percent,
    _instructed,
    _expression,
    _squared,
    _part,
    _doubled,
    _two_numbers,
)
