"""Sums come out right, however they are asked."""

import operator
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.helpers.number_words import in_words
from tests.helpers.skills import ask

NUMBERS = st.integers(0, 10**6)
OPERATORS: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "plus": operator.add,
    "minus": operator.sub,
    "times": operator.mul,
}


@given(NUMBERS, NUMBERS, st.sampled_from(sorted(OPERATORS)))
def test_any_two_numbers(first: int, second: int, name: str) -> None:
    words = f"{in_words(first, with_and=True)} {name} {in_words(second, with_and=False)}"
    value = OPERATORS[name](Fraction(first), Fraction(second))
    reply = ask(f"what is {words}")
    assert reply.text == f"{first:,} {name} {second:,} is {int(value):,}."


@given(st.integers(0, 10**5), st.integers(1, 10**6))
def test_division_undoes_multiplication(value: int, by: int) -> None:
    product = in_words(value * by, with_and=False)
    reply = ask(f"divide {product} by {in_words(by, with_and=True)}")
    assert reply.text.endswith(f" is {value:,}.")


@given(st.integers(0, 10**6 - 1))
def test_a_root_undoes_a_square(value: int) -> None:
    reply = ask(f"what is the square root of {in_words(value * value, with_and=True)}")
    assert reply.text.endswith(f" is {value:,}.")


@given(NUMBERS, NUMBERS)
def test_add_finds_the_border_between_two_numbers(first: int, second: int) -> None:
    words = f"add {in_words(first, with_and=False)} and {in_words(second, with_and=False)}"
    assert ask(words).text.endswith(f" is {first + second:,}.")


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what is forty two plus nineteen", "42 plus 19 is 61."),
        ("what's nine times twelve please", "9 times 12 is 108."),
        ("seven plus eight times nine", "7 plus 8 times 9 is 79."),
        ("what is ten minus three minus two", "10 minus 3 minus 2 is 5."),
        ("how much is one hundred over eight", "100 divided by 8 is 12.5."),
        ("what is ten divided by three", "10 divided by 3 is about 3.33."),
        ("what is six point five times three", "6.5 times 3 is 19.5."),
        ("what is fifteen percent of eighty", "15 percent of 80 is 12."),
        ("what's a third percent of nine", "1/3 percent of 9 is 0.03."),
        ("two thirds plus a third", "2/3 plus 1/3 is 1."),
        ("what is a third squared", "1/3 squared is about 0.111."),
        ("the square root of a third", "The square root of 1/3 is about 0.577."),
        ("what is seven and eight", "7 plus 8 is 15."),
        ("the sum of two and ninety six", "2 plus 96 is 98."),
        ("add one hundred and five", "100 plus 5 is 105."),
        ("add seven to nine", "7 plus 9 is 16."),
        ("take eight away from thirty one", "31 minus 8 is 23."),
        ("take away eight from thirty one", "31 minus 8 is 23."),
        ("subtract nineteen from one hundred and five", "105 minus 19 is 86."),
        ("what do you get if you multiply thirteen by nine", "13 times 9 is 117."),
        ("what is the square root of ten", "The square root of 10 is about 3.162."),
        ("what is the square root of two point two five", "The square root of 2.25 is 1.5."),
        ("what is half of ninety", "Half of 90 is 45."),
        ("what is a third of sixty", "A third of 60 is 20."),
        ("what's twelve squared", "12 squared is 144."),
        ("double thirty seven", "Twice 37 is 74."),
        ("what is three minus five", "3 minus 5 is -2."),
    ],
)
def test_golden_sums(question: str, answer: str) -> None:
    reply = ask(question)
    assert reply.intent == "arithmetic"
    assert reply.text == answer


def test_nothing_is_divided_by_zero() -> None:
    assert "nothing can be divided by zero" in ask("what is five divided by zero").text


def test_a_negative_number_has_no_real_root() -> None:
    assert "no real square root" in ask("what is the square root of minus four").text


@pytest.mark.parametrize(
    "question", ["what is plus", "seven plus", "divide by four", "two and", "percent of", "half of"]
)
def test_half_a_sum_is_no_sum(question: str) -> None:
    assert ask(question).intent == ""
