"""How far a correction is from what was heard, against the table everybody knows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from local_db.edit_distance import edit_distance

TEXTS = st.text("ab cé漢", max_size=12)


def by_table(one: str, other: str) -> int:
    above = list(range(len(other) + 1))
    for row, x in enumerate(one, 1):
        line = [row]
        for column, y in enumerate(other, 1):
            steps = (above[column] + 1, line[-1] + 1, above[column - 1] + (x != y))
            line.append(min(steps))
        above = line
    return above[-1]


@given(TEXTS, TEXTS)
def test_it_is_the_least_number_of_edits(one: str, other: str) -> None:
    assert edit_distance(one, other) == by_table(one, other) == edit_distance(other, one)


def test_two_long_reasons_are_compared_at_once() -> None:
    assert edit_distance("it knew " * 500, "it new " * 500) == 500
