"""Unit conversion.

Forty lines of exact fractions and a table in place of a library: pint (the well-kept one) brings
a parser of its own for written units and floats, and would still need the spoken forms.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from engines.skills import numbers
from engines.skills.reply import Asked, Reply

INTENT = "units"
TABLE = Path(__file__).with_name("units.toml")

_LOWEST = {"temperature": Fraction("-273.15")}
"""In the quantity's first unit; zero for the others."""


@dataclass(frozen=True, slots=True)
class Unit:
    quantity: str
    one: str
    many: str
    spoken: tuple[str, ...]
    """Every way to say it, lower case."""
    factor: Fraction
    shift: Fraction


def convert(value: Fraction, source: Unit, target: Unit) -> Fraction:
    """`value` of `source` in `target`, exactly. The units must be of one quantity."""
    assert source.quantity == target.quantity
    return (value + source.shift) * source.factor / target.factor - target.shift


def answer(asked: Asked) -> Reply | None:
    for pattern in _patterns():
        for match in pattern.finditer(asked.text):
            source, target = by_name()[match["source"]], by_name()[match["target"]]
            value = _amount(match["amount"])
            if value is not None:
                return Reply(INTENT, _says(value, source, target))
    return None


def _says(value: Fraction, source: Unit, target: Unit) -> str:
    if source.quantity != target.quantity:
        return (
            f"I cannot turn {source.many} into {target.many}: "
            f"one is a {source.quantity} and the other is a {target.quantity}."
        )
    if (value + source.shift) * source.factor < _LOWEST.get(source.quantity, 0):
        return f"There is no {source.quantity} that low."
    shown, exact = numbers.show_about(convert(value, source, target))
    name = target.one if shown == "1" else target.many
    about = "" if exact else "about "
    return f"{_given(value)} {_named(value, source)} is {about}{shown} {name}."


def _given(value: Fraction) -> str:
    if numbers.decimal_places(value) is None:
        return numbers.show_about(value)[0]
    return numbers.show(value)


def _named(value: Fraction, unit: Unit) -> str:
    return unit.one if value == 1 else unit.many


def _amount(words: str) -> Fraction | None:
    # "in fahrenheit" with no number has no answer; "in the mile" means one of them.
    spoken = words.split()
    if spoken and spoken[-1] in ("the", "each"):
        return Fraction(1)
    return numbers.number_at_end(spoken)


@cache
def read_units() -> tuple[Unit, ...]:
    """The table, in its order."""
    rows = tomllib.loads(TABLE.read_text(encoding="utf-8"))["unit"]
    return tuple(
        Unit(
            quantity=row["quantity"],
            one=row["one"],
            many=row["many"],
            spoken=(row["one"].lower(), row["many"].lower(), *row.get("spoken", [])),
            factor=Fraction(row["factor"]),
            shift=Fraction(row.get("shift", "0")),
        )
        for row in rows
    )


@cache
def by_name() -> dict[str, Unit]:
    """Every way to say a unit -> the unit."""
    return {name: unit for unit in read_units() for name in unit.spoken}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    # Longest first: "meters per second" before "meters".
    unit = "|".join(sorted(map(re.escape, by_name()), key=len, reverse=True))
    return (
        re.compile(
            rf"\bhow many (?P<target>{unit})(?: are| is)?(?: there)? (?:in|make up|make|is|equal) "
            rf"(?P<amount>.+?) (?P<source>{unit})\b"
        ),
        re.compile(rf"(?P<amount>\b.+?) (?P<source>{unit}) (?:in|to|into|as) (?P<target>{unit})\b"),
    )
