"""Conversions are exact there and back, and said as people say them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.skills.units import Unit, by_name, convert, read_units
from tests.helpers.skills import ask

UNITS = st.sampled_from(read_units())


@given(UNITS, UNITS, st.fractions())
def test_there_and_back_is_where_one_was(source: Unit, target: Unit, value: Fraction) -> None:
    if source.quantity == target.quantity:
        assert convert(convert(value, source, target), target, source) == value


@given(UNITS, UNITS, UNITS, st.fractions())
def test_a_detour_changes_nothing(first: Unit, over: Unit, last: Unit, value: Fraction) -> None:
    if first.quantity == over.quantity == last.quantity:
        assert convert(convert(value, first, over), over, last) == convert(value, first, last)


# By hand, from the definitions: the inch, pound, gallon and knot are exact by treaty or law.
@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        ("1", "inch", "centimeter", "2.54"),
        ("1", "mile", "feet", "5280"),
        ("1", "mile", "kilometer", "1.609344"),
        ("1", "yard", "feet", "3"),
        ("1", "pound", "ounces", "16"),
        ("1", "pound", "kilogram", "0.45359237"),
        ("1", "gallon", "quarts", "4"),
        ("1", "quart", "pints", "2"),
        ("1", "pint", "cups", "2"),
        ("1", "cup", "tablespoons", "16"),
        ("1", "tablespoon", "teaspoons", "3"),
        ("1", "gallon", "liter", "3.785411784"),
        ("100", "celsius", "fahrenheit", "212"),
        ("-40", "fahrenheit", "celsius", "-40"),
        ("0", "kelvin", "celsius", "-273.15"),
        ("1", "day", "minutes", "1440"),
        ("1", "week", "hours", "168"),
        ("1", "year", "days", "365"),
        ("1", "year", "months", "12"),
        ("1", "knot", "kilometers per hour", "1.852"),
        ("60", "miles per hour", "kilometers per hour", "96.56064"),
    ],
)
def test_golden_conversions(value: str, source: str, target: str, result: str) -> None:
    names = by_name()
    assert convert(Fraction(value), names[source], names[target]) == Fraction(result)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("convert twelve miles to kilometers", "12 miles is about 19.31 kilometers."),
        ("how many ounces are in a pound", "1 pound is 16 ounces."),
        ("how many cups are there in a gallon", "1 gallon is 16 cups."),
        ("how many grams is half a pound", "0.5 pounds is about 226.8 grams."),
        ("what's six feet in centimeters", "6 feet is about 182.9 centimeters."),
        (
            "what is seventy two degrees fahrenheit in celsius",
            "72 degrees Fahrenheit is about 22.22 degrees Celsius.",
        ),
        (
            "convert minus forty degrees celsius to fahrenheit",
            "-40 degrees Celsius is -40 degrees Fahrenheit.",
        ),
        ("convert two and a half kilos to grams", "2.5 kilograms is 2,500 grams."),
        ("how many feet are in one yard", "1 yard is 3 feet."),
        (
            "how many miles in one thousand millimeters",
            "1,000 millimeters is about 0.000621 miles.",
        ),
        ("what's sixty miles an hour in knots", "60 miles per hour is about 52.14 knots."),
    ],
)
def test_conversions_as_people_ask_them(question: str, answer: str) -> None:
    reply = ask(question)
    assert reply.intent == "units"
    assert reply.text == answer


def test_a_length_is_no_mass() -> None:
    assert ask("convert five miles to pounds").text == (
        "I cannot turn miles into pounds: one is a length and the other is a mass."
    )


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("convert minus five miles to feet", "There is no length that low."),
        ("convert minus five hundred celsius to kelvin", "There is no temperature that low."),
        ("what is minus one kelvin in celsius", "There is no temperature that low."),
    ],
)
def test_nothing_is_below_its_zero(question: str, answer: str) -> None:
    assert ask(question).text == answer


@pytest.mark.parametrize(
    "question", ["how many miles should i run", "convert miles", "how many hours are there"]
)
def test_no_amount_or_no_unit_is_no_conversion(question: str) -> None:
    assert ask(question).intent == ""
