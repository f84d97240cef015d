"""An alarm where one rule suddenly leaves out far more battles than before."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import ranker
from ranker.jumps import LATEST, at_least, jumps


def battles(*rules: str | None) -> list[tuple[str, str | None]]:
    return [(f"{number:06}", rule) for number, rule in enumerate(rules)]


def test_a_jump_is_told_with_its_numbers() -> None:
    rules = battles(
        *[None] * 78, "state failed", "state failed", *[None] * 10, *["state failed"] * 10
    )
    (told,) = jumps({"s": rules})
    assert told == "Left out: 10 failed of the latest 20 battles, 2 of the 80 before."


def test_a_steady_rate_is_no_jump() -> None:
    steady = battles(*["state failed" if number % 5 == 0 else None for number in range(300)])
    assert jumps({"s": steady}) == ()


def test_the_order_of_battles_is_that_of_their_ids() -> None:
    rules = battles(*[None] * 90, *["state abandoned"] * 10)
    assert jumps({"s": rules}) == jumps({"s": reversed(rules)}) != ()
    first = battles(*["state abandoned"] * 10, *[None] * 90)
    assert jumps({"s": first}) == ()


def test_each_station_is_looked_at_by_itself() -> None:
    well, ill = battles(*[None] * 200), battles(*[None] * 60, *["state failed"] * 12)
    (told,) = jumps({"one": well, "two": ill})
    assert told.endswith("at station two.")


@pytest.mark.parametrize("rule", ["kind practice", "simulated", "cannot judge"])
def test_what_a_study_or_a_voter_meant_is_no_alarm(rule: str) -> None:
    assert jumps({"s": battles(*[None] * 80, *[rule] * LATEST)}) == ()


def test_a_few_battles_say_nothing() -> None:
    assert jumps({"s": battles(*[None] * 19, *["state failed"] * LATEST)}) == ()


@given(st.integers(0, 40), st.integers(1, 40), st.integers(0, 80), st.integers(0, 80))
def test_the_chance_is_fishers(seen: int, drawn: int, marked: int, rest: int) -> None:
    of = marked + rest
    drawn = min(drawn, of)
    expected = stats.hypergeom.sf(seen - 1, of, marked, drawn) if of else float(seen <= 0)
    assert math.isclose(at_least(seen, drawn, marked, of), expected, rel_tol=1e-9, abs_tol=1e-12)


def test_a_board_says_it_before_its_numbers() -> None:
    votes = [
        ranker.Vote("x", "y", "model_a" if n % 3 else "model_b", vote_id=f"{n:04}", station="s")
        for n in range(100)
    ]
    lost = [
        ranker.Vote("x", "y", "nonsense", vote_id=f"{n:04}", station="s") for n in range(100, 115)
    ]
    board = ranker.rank([*votes, *lost])
    assert any("15 unknown labels of the latest 20" in doubt for doubt in board.doubts)
    assert not ranker.rank(votes).doubts
