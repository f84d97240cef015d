"""The draws: balanced within one, made again from what is stored, honest about probabilities."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop.session.matchmaking import (
    WIDEST,
    Counts,
    Draw,
    adaptive,
    balanced,
    calibration,
    drawn_again,
    uniform,
    weighted,
)

names = st.lists(st.text("abcdefgh", min_size=1), min_size=2, max_size=6, unique=True)
seeds = st.integers(0, 2**63)
blocks = st.lists(st.integers(0, 12), min_size=1, max_size=8)
"""How many battles each participant of a study has, one participant after the other."""

Sampler = Callable[..., Draw]
THREE = ["a", "b", "c"]
WEIGHTS = {"a": 4.0, "b": 1.0, "c": 0.5}
WIDTHS = {"a": 0.2, "b": 3.0}


def a_weighted(systems: Sequence[str], counts: Counts, *, seed: int, step: int) -> Draw:
    weights = {system: 1.0 + place for place, system in enumerate(systems)}
    return weighted(systems, weights, counts, seed=seed, step=step)


def an_adaptive(systems: Sequence[str], counts: Counts, *, seed: int, step: int) -> Draw:
    widths = {system: 0.5 * place for place, system in enumerate(systems[:-1])}
    return adaptive(systems, widths, counts, seed=seed, step=step)


samplers = st.sampled_from([balanced, uniform, a_weighted, an_adaptive])


def course(sampler: Sampler, systems: list[str], seed: int, sizes: Sequence[int]) -> list[Draw]:
    """A study: participants one after the other, each with a block of that size."""
    study: Counter[tuple[str, str]] = Counter()
    draws = []
    for size in sizes:
        block: Counter[tuple[str, str]] = Counter()
        for _ in range(size):
            draw = sampler(systems, Counts(study, block), seed=seed, step=len(draws))
            study[draw.a, draw.b] += 1
            block[draw.a, draw.b] += 1
            draws.append(draw)
            assert worst(study) <= 1, "over the study"
            assert worst(block) <= 1, "within the block"
    return draws


def worst(shown: Counter[tuple[str, str]]) -> int:
    """How far any pair is from being shown equally often either way."""
    return max((abs(shown[a, b] - shown[b, a]) for a, b in list(shown)), default=0)


@settings(max_examples=40)
@given(samplers, names, seeds, blocks)
def test_every_pair_stands_either_way_equally_often_in_every_block_and_over_the_study(
    sampler, systems, seed, sizes
):
    course(sampler, systems, seed, sizes)


@settings(max_examples=40)
@given(samplers, names, seeds, st.lists(st.integers(0, 3), max_size=40))
def test_blocks_that_take_turns_stay_balanced_and_the_study_as_near_as_they_allow(
    sampler, systems, seed, who
):
    """Where participants come back between others, each one's own balance goes first."""
    study: Counter[tuple[str, str]] = Counter()
    own = [Counter() for _ in range(4)]
    for step, person in enumerate(who):
        draw = sampler(systems, Counts(study, own[person]), seed=seed, step=step)
        study[draw.a, draw.b] += 1
        own[person][draw.a, draw.b] += 1
        assert worst(own[person]) <= 1
        for a, b in list(study):
            uneven = sum(counts[a, b] != counts[b, a] for counts in own)
            assert abs(study[a, b] - study[b, a]) <= uneven


@pytest.mark.parametrize("seed", range(20))
def test_where_both_balances_cannot_be_kept_the_participants_is(seed):
    """Four see the only pair once; then the first and the third come back, perhaps alike."""
    study: Counter[tuple[str, str]] = Counter()
    own = [Counter() for _ in range(4)]
    for step, person in enumerate([0, 1, 2, 3, 0, 2]):
        draw = balanced(["a", "b"], Counts(study, own[person]), seed=seed, step=step)
        study[draw.a, draw.b] += 1
        own[person][draw.a, draw.b] += 1
    assert [worst(counts) for counts in own] == [0, 1, 0, 1]
    assert worst(study) <= 2


@settings(max_examples=40)
@given(names, seeds, blocks)
def test_balanced_shows_every_pair_equally_often_within_one(systems, seed, sizes):
    draws = course(balanced, systems, seed, sizes)
    pairs = Counter(frozenset((d.a, d.b)) for d in draws)
    possible = len(systems) * (len(systems) - 1) // 2
    least = min(pairs.values(), default=0) if len(pairs) == possible else 0
    assert max(pairs.values(), default=0) - least <= 1


@settings(max_examples=40)
@given(samplers, names, seeds, blocks)
def test_a_draw_can_be_made_again_from_what_is_stored_with_it(sampler, systems, seed, sizes):
    for draw in course(sampler, systems, seed, sizes):
        kept = json.loads(json.dumps(draw.state))
        assert drawn_again(draw.sampler, kept, seed=draw.seed, step=draw.step) == draw


def test_a_calibration_draw_can_be_made_again_too():
    counts = Counts(block={("a", "a"): 1}, study={("b", "b"): 2, ("a", "a"): 1})
    pairs = [("a", "a"), ("b", "b"), ("c", "c")]
    draw = calibration(pairs, counts, seed=5, step=2, known={"gold_better": "a"})
    assert (draw.a, draw.b, draw.probability) == ("c", "c", 1.0)  # seen least, and shown least
    kept = json.loads(json.dumps(draw.state))
    assert drawn_again(draw.sampler, kept, seed=5, step=2) == draw
    with pytest.raises(ValueError, match="no pair"):
        calibration([], counts, seed=5, step=2)


def test_an_unknown_sampler_is_not_drawn_again():
    with pytest.raises(ValueError, match="balanced-1"):
        drawn_again("balanced-1", {"shown": {}}, seed=1, step=0)


def many(sampler: Sampler, n: int = 2000, **known: Any) -> list[Draw]:
    """From one state, with the first pair shown once more often one way than the other."""
    counts = Counts(study={("a", "b"): 1})
    return [sampler(THREE, *known.values(), counts, seed=seed, step=3) for seed in range(n)]


@pytest.mark.parametrize(
    ("sampler", "known"),
    [
        (balanced, {}),
        (uniform, {}),
        (weighted, {"weights": WEIGHTS}),
        (adaptive, {"widths": WIDTHS}),
    ],
)
def test_the_stated_probability_is_how_often_the_ordered_pair_is_drawn(sampler, known):
    draws = many(sampler, **known)
    stated = {(draw.a, draw.b): draw.probability for draw in draws}
    counts = Counter((draw.a, draw.b) for draw in draws)
    assert math.isclose(sum(stated.values()), 1)
    assert ("a", "b") not in stated  # it was shown this way last
    for pair, probability in stated.items():
        four_deviations = 4 * math.sqrt(probability * (1 - probability) / len(draws))
        assert abs(counts[pair] / len(draws) - probability) < four_deviations


def test_weights_and_widths_make_a_pair_as_likely_as_they_say():
    pair = {frozenset((d.a, d.b)): d.probability * d.state["orders"] for d in many(uniform, 200)}
    assert set(pair.values()) == {1 / 3}
    drawn = many(weighted, 2000, weights=WEIGHTS)
    pair = {frozenset((d.a, d.b)): d.probability * d.state["orders"] for d in drawn}
    assert drawn[0].state["weights"] == WEIGHTS
    assert math.isclose(pair[frozenset("ab")], 4 / 6.5)
    assert math.isclose(pair[frozenset("bc")], 0.5 / 6.5)
    drawn = many(adaptive, 2000, widths=WIDTHS)
    pair = {frozenset((d.a, d.b)): d.probability * d.state["orders"] for d in drawn}
    total = 2 * (0.2 + 3.0 + WIDEST)  # nobody knows anything of c
    assert math.isclose(pair[frozenset("ab")], 0.2 / 3 + 0.8 * 3.2 / total)
    assert math.isclose(pair[frozenset("bc")], 0.2 / 3 + 0.8 * 13.0 / total)


def test_what_weighs_nothing_is_never_drawn_and_one_system_alone_is_no_battle():
    draws = many(weighted, 500, weights={"a": 0.0})
    assert draws[0].state["weights"] == {"a": 0.0, "b": 1.0, "c": 1.0}
    assert {frozenset((draw.a, draw.b)) for draw in draws} == {frozenset("bc")}
    with pytest.raises(ValueError, match="weigh more than nothing"):
        weighted(THREE, {"a": 0.0, "b": 0.0}, Counts(), seed=1, step=0)
    with pytest.raises(ValueError, match="neither"):
        weighted(THREE, {"a": -1.0}, Counts(), seed=1, step=0)


def test_every_pair_keeps_a_chance_where_its_intervals_have_no_width():
    widths = {"a": 0.0, "b": 0.0, "c": 5.0}
    draws = [adaptive(THREE, widths, Counts(), seed=seed, step=0) for seed in range(1000)]
    least = min(draw.probability * draw.state["orders"] for draw in draws)
    assert math.isclose(least, 0.2 / 3)
    nothing = adaptive(THREE, dict.fromkeys(THREE, 0.0), Counts(), seed=1, step=0)
    assert math.isclose(nothing.probability, 1 / 6)
    for bad in (-1.0, math.inf, math.nan):
        with pytest.raises(ValueError, match="neither"):
            adaptive(THREE, {"a": bad}, Counts(), seed=1, step=0)


@pytest.mark.parametrize("sampler", [uniform, a_weighted, an_adaptive])
def test_an_estimate_by_inverse_propensity_brings_back_a_mean_that_is_known(sampler):
    """Of a study in which some pairs are drawn far more often than others."""
    systems = ["a", "b", "c", "d"]
    true = {frozenset(pair): float(n) for n, pair in enumerate(combinations(systems, 2))}
    mean = sum(true.values()) / len(true)
    draws = course(sampler, systems, 7, [10] * 200)
    seen = [(true[frozenset((d.a, d.b))], d.probability * d.state["orders"]) for d in draws]
    estimate = sum(value / chance for value, chance in seen) / len(seen) / len(true)
    plain = sum(value for value, _ in seen) / len(seen)
    assert abs(estimate - mean) < 0.12
    if sampler is not uniform:
        assert abs(plain - mean) > 0.25  # what an average over the battles would say


def test_frozen_draws_stay_what_they_were():
    # Written down on the day these samplers got their names; a change needs a new name.
    drawn = {
        "balanced-2": [balanced(THREE, Counts(), seed=2026, step=s) for s in range(5)],
        "uniform-1": [uniform(THREE, Counts(), seed=2027, step=s) for s in range(5)],
        "weighted-1": [weighted(THREE, WEIGHTS, Counts(), seed=2028, step=s) for s in range(5)],
        "adaptive-1": [adaptive(THREE, WIDTHS, Counts(), seed=2029, step=s) for s in range(5)],
    }
    for name, draws in drawn.items():
        assert {draw.sampler for draw in draws} == {name}
    told = {name: " ".join(draw.a + draw.b for draw in draws) for name, draws in drawn.items()}
    assert told == FROZEN


FROZEN = {
    "balanced-2": "ca cb ba ba bc",
    "uniform-1": "bc ca ac ab ab",
    "weighted-1": "ba ab ac ba ba",
    "adaptive-1": "bc bc cb ca ac",
}


def test_fewer_than_two_systems_is_refused():
    with pytest.raises(ValueError, match="two different systems"):
        balanced(["a", "a"], Counts(), seed=1, step=0)
