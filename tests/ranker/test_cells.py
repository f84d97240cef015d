"""Counts as arrays: one order, whatever came when."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker import cells as module
from ranker.cells import Cells, cells_of
from ranker.votes import OUTCOMES, System

SYSTEMS = [System("x"), System("x", ""), System("x", "2"), System("a", None, "f"), System("b")]
PEOPLE = [None, ("", "p1"), ("s1", "p1"), ("s2", "p1"), ("s2", "p0")]
one_vote = st.tuples(
    st.sampled_from(PEOPLE), *[st.sampled_from(SYSTEMS)] * 2, st.sampled_from(OUTCOMES)
)


@given(st.lists(one_vote), st.lists(one_vote), st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_votes_counted_in_two_parts_and_added_are_the_votes_counted_at_once(one, other, chance):
    shuffled = [*one, *other]
    chance.shuffle(shuffled)
    whole = cells_of(Counter(shuffled))
    assert cells_of(Counter(one)) + cells_of(Counter(other)) == whole
    assert whole.n_votes == len(shuffled)
    assert set(whole.systems) == {system for _, a, b, _ in shuffled for system in (a, b)}
    assert list(whole.people) == sorted({who for who, *_ in shuffled if who})


@given(st.lists(one_vote, min_size=1, max_size=3), st.lists(one_vote, min_size=60, max_size=90))
@settings(max_examples=25, deadline=None)
def test_a_few_votes_that_join_many_end_where_all_of_them_would(few, many):
    whole = cells_of(Counter([*few, *many]))
    for factor in (1, 10**9):  # joined, and counted anew
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "_FEW", factor)
            assert cells_of(Counter(few)) + cells_of(Counter(many)) == whole
            assert cells_of(Counter(many)) + cells_of(Counter(few)) == whole


@given(st.lists(one_vote))
@settings(max_examples=25, deadline=None)
def test_the_rows_say_what_was_counted_in_their_order(votes):
    cells = cells_of(Counter(votes))
    rows = list(zip(cells.a, cells.b, cells.outcome, cells.person, strict=True))
    assert rows == sorted(set(rows))
    said = {
        (
            None if person < 0 else cells.people[person],
            cells.systems[a],
            cells.systems[b],
            OUTCOMES[outcome],
        ): count
        for (a, b, outcome, person), count in zip(rows, cells.count, strict=True)
    }
    assert said == Counter(votes)
    assert all(
        column.dtype == np.int64
        for column in (cells.person, cells.a, cells.b, cells.outcome, cells.count)
    )


@given(st.lists(one_vote, max_size=30))
@settings(max_examples=20, deadline=None)
def test_columns_with_repeated_and_unused_names_give_the_same_cells(votes):
    systems = [*SYSTEMS, *SYSTEMS[::-1]]
    people = [*PEOPLE[:0:-1], *PEOPLE[1:]]
    cells = Cells.of(
        systems,
        people,
        person=[people.index(who) if who else -1 for who, *_ in votes],
        a=[systems.index(a) for _, a, _, _ in votes],
        b=[len(systems) - 1 - systems[::-1].index(b) for _, _, b, _ in votes],
        outcome=[OUTCOMES.index(outcome) for *_, outcome in votes],
    )
    assert cells == cells_of(Counter(votes))


def test_more_combinations_than_a_number_holds_are_still_counted():
    many = [System(f"{k:07}") for k in range(2)]
    people = [("", f"{k}") for k in range(3)]
    columns = {"a": [0, 0, 1], "b": [1, 1, 0], "outcome": [3, 3, 0], "person": [2, 2, -1]}
    given = tuple(np.array(column) for column in columns.values())
    expected = Cells.of(many, people, **columns)
    for sizes in ((2, 2, 4, 4), (2**40, 2**40, 4, 4)):
        (left, right, what, who), total = module._merged(given, sizes, None)
        assert (left.tolist(), right.tolist()) == ([0, 1], [1, 0])
        assert (what.tolist(), who.tolist()) == ([3, 0], [3, 0])
        assert total.tolist() == expected.count.tolist() == [2, 1]
