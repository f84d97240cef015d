"""Numbers in words become numbers, and numbers become figures."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.skills.numbers import (
    decimal_places,
    number_at_end,
    number_at_start,
    read_number,
    show,
    show_about,
)
from tests.helpers.number_words import figures_in_words, in_words

# Hand-picked around every border of the words, and everything between.
WHOLE = st.one_of(
    st.integers(0, 10**12 - 1),
    st.integers(0, 1200),
    st.sampled_from([10**power + off for power in range(1, 12) for off in (-1, 0, 1)]),
)


@given(WHOLE, st.booleans())
def test_words_of_a_number_read_as_that_number(value: int, with_and: bool) -> None:
    assert read_number(in_words(value, with_and=with_and).split()) == value


@given(st.integers(0, 10**6), st.from_regex(r"[0-9]{1,6}", fullmatch=True))
def test_decimals_read_figure_by_figure(whole: int, figures: str) -> None:
    words = f"{in_words(whole, with_and=False)} point {figures_in_words(figures)}".split()
    assert read_number(words) == Fraction(f"{whole}.{figures}")


@given(WHOLE)
def test_minus_turns_the_sign(value: int) -> None:
    assert read_number(["minus", *in_words(value, with_and=True).split()]) == -value


@given(WHOLE)
def test_shown_figures_read_back(value: int) -> None:
    assert Fraction(show(Fraction(value)).replace(",", "")) == value


@given(st.fractions(min_value=0.001, max_value=9999))
def test_a_measure_is_shown_within_half_a_percent(value: Fraction) -> None:
    text, exact = show_about(value)
    shown = Fraction(text.replace(",", ""))
    assert abs(shown - value) <= value / 200
    assert exact == (shown == value)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("one hundred and five", 105),
        ("a hundred", 100),
        ("a thousand", 1000),
        ("one million", 1_000_000),
        ("nine hundred ninety nine thousand nine hundred and ninety nine", 999_999),
        ("two point five", Fraction(5, 2)),
        ("two point oh five", Fraction(41, 20)),
        ("point five", Fraction(1, 2)),
        ("two and a half", Fraction(5, 2)),
        ("half a", Fraction(1, 2)),
        ("a third of a", Fraction(1, 3)),
        ("three quarters", Fraction(3, 4)),
        ("negative seven", -7),
        ("a", 1),
        ("twelve hundred", 1200),
    ],
)
def test_golden_numbers(words: str, value: int | Fraction) -> None:
    assert read_number(words.split()) == value


@pytest.mark.parametrize(
    "words",
    [
        "",
        "twenty ten",
        "seven and eight",
        "hundred",
        "one hundred hundred",
        "two million million",
        "two thousand three thousand",
        "one hundred two hundred",
        "point",
        "two point",
        "two point eleven",
        "one hundred a",
        "five hundred and",
        "minus",
        "sky",
        "zero hundred",
        "one " * 100,
    ],
)
def test_what_is_no_number_is_none(words: str) -> None:
    assert read_number(words.split()) is None


def test_the_longest_number_is_found_at_an_end() -> None:
    assert number_at_end(["what", "is", "one", "hundred", "and", "five"]) == 105
    assert number_at_start(["one", "hundred", "and", "five", "please"]) == 105
    assert number_at_end(["what", "is", "it"]) is None
    assert number_at_start([]) is None


@pytest.mark.parametrize(
    ("value", "text", "exact"),
    [
        (Fraction(5280), "5,280", True),
        (Fraction("182.88"), "182.9", False),
        (Fraction("2.54"), "2.54", True),
        (Fraction("19.312128"), "19.31", False),
        (Fraction(1, 3), "0.333", False),
        (Fraction("0.000123456"), "0.000123", False),
        (Fraction("39370.0787"), "39,370", False),
        (Fraction("-40.5"), "-40.5", True),
        (Fraction("2.999"), "3", False),
    ],
)
def test_measures_are_shown_as_people_say_them(value: Fraction, text: str, exact: bool) -> None:
    assert show_about(value) == (text, exact)


def test_what_has_no_end_in_decimals_is_shown_as_a_fraction() -> None:
    assert decimal_places(Fraction(1, 3)) is None
    assert show(Fraction(-2, 3)) == "-2/3"
