"""The order of a session: everything in it once, practice first, repeats far enough behind."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop.session.plan import Place, Plan, draw_plan, pairs_for, plan_as_json, plan_of
from desktop.session.study_parts import Design, Sampler

few = st.integers(0, 3)
designs = st.builds(
    Design,
    practice=few,
    same_system=few,
    same_text=few,
    swapped_repeats=st.integers(0, 6),
    repeat_after=st.integers(1, 8),
    gold=few,
    gold_better=st.just("a"),
    gold_worse=st.just("b"),
)


def has_room(design: Design, normal: int) -> bool:
    """As docs/study.md says it, counted another way than the plan does."""
    others = design.same_system + design.same_text + design.gold
    return not design.swapped_repeats or (
        design.swapped_repeats <= normal and normal + others > design.repeat_after
    )


def test_every_short_plan_holds_what_its_design_says_and_repeats_keep_their_distance():
    """All of them: the rare ones are those in which something has no place left."""
    sizes = product(range(1, 5), range(3), range(1, 5), range(1, 5), range(8))
    for normal, others, repeats, between, seed in sizes:
        design = Design(swapped_repeats=repeats, repeat_after=between, same_text=others)
        if has_room(design, normal):
            check(draw_plan(design, normal, seed=seed), design, normal)
        else:
            with pytest.raises(ValueError, match="too short"):
                draw_plan(design, normal, seed=seed)


@settings(max_examples=40)
@given(designs, st.integers(1, 12), st.integers(0, 2**48))
def test_a_plan_of_any_design_holds_what_that_says(design, normal, seed):
    assume(has_room(design, normal))
    check(draw_plan(design, normal, seed=seed), design, normal)


def check(plan: Plan, design: Design, normal: int) -> None:
    assert Counter(place.kind for place in plan) == +Counter(
        normal=normal,
        practice=design.practice,
        same_system=design.same_system,
        same_text=design.same_text,
        swapped_repeat=design.swapped_repeats,
        gold=design.gold,
    )
    assert len(plan) == normal + design.besides
    assert all(place.kind == "practice" for place in plan[: design.practice])
    sources = [place.repeats for place in plan if place.kind == "swapped_repeat"]
    assert len(set(sources)) == len(sources)
    for at, place in enumerate(plan):
        assert (place.repeats is not None) == (place.kind == "swapped_repeat")
        if place.repeats is not None:
            assert plan[place.repeats].kind == "normal"
            assert at - place.repeats - 1 >= design.repeat_after


@settings(max_examples=40)
@given(designs, st.integers(1, 12), st.integers(0, 2**48))
def test_a_plan_is_the_same_again_from_its_seed_and_from_what_is_kept(design, normal, seed):
    assume(has_room(design, normal))
    plan = draw_plan(design, normal, seed=seed)
    assert draw_plan(design, normal, seed=seed) == plan
    kept = {"plan": json.loads(json.dumps(plan_as_json(plan)))}
    assert plan_of(kept, battles_planned=0) == plan


def test_a_session_of_before_there_were_plans_is_all_battles_that_count():
    assert plan_of({}, battles_planned=3) == (Place(), Place(), Place())


def test_no_place_tells_what_a_battle_is_for():
    """Over many seeds a check is as likely here as there."""
    design = Design(same_system=1, gold=1, gold_better="a", gold_worse="b")
    plans: list[Plan] = [draw_plan(design, 6, seed=seed) for seed in range(1600)]
    for kind in ("same_system", "gold"):
        at = Counter(next(n for n, p in enumerate(plan) if p.kind == kind) for plan in plans)
        assert set(at) == set(range(8))
        assert max(at.values()) - min(at.values()) < 100  # of 200 each; deviation 13


def test_a_long_session_is_planned_at_once():
    design = replace(Design(), swapped_repeats=100, repeat_after=100, same_text=100)
    plan = draw_plan(design, 1000, seed=1)
    assert len(plan) == 1200


def test_what_may_stand_in_a_calibration_battle():
    design = Design(sampler=Sampler.WEIGHTED, weights={"c": 0.0}, gold_better="a", gold_worse="b")
    systems = ("a", "b", "c")
    assert pairs_for("gold", design, systems) == [("a", "b"), ("b", "a")]
    assert pairs_for("practice", design, systems) == [("a", "b"), ("b", "a")]
    assert pairs_for("same_system", design, systems) == [("a", "a"), ("b", "b")]
    assert pairs_for("same_text", design, systems) == [("a", "a"), ("b", "b")]
