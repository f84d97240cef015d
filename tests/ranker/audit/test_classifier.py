"""The classifier against known answers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from ranker.audit import softmax
from ranker.audit.columns import learn
from ranker.audit.folds import folds, tried

N = 600


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def accuracy(x: np.ndarray, y: np.ndarray, **more: int) -> float:
    scores = tried(x, y, np.arange(len(y)), int(y.max()) + 1, 0, **more)
    return float((scores.argmax(axis=1) == y).mean())


def test_classes_that_lie_apart_are_all_named(rng: np.random.Generator) -> None:
    y = np.arange(N) % 4
    x = np.column_stack([10.0 * y, rng.normal(size=N)])
    assert accuracy(x, y) == 1.0


def test_noise_names_as_much_as_chance(rng: np.random.Generator) -> None:
    y = rng.integers(0, 4, 4 * N)
    assert abs(accuracy(rng.normal(size=(4 * N, 6)), y) - 0.25) < 0.03


def test_a_single_bit_among_noise_is_found(rng: np.random.Generator) -> None:
    y = rng.integers(0, 2, N)
    x = rng.normal(size=(N, 20))
    x[:, 13] = y
    assert accuracy(x, y) == 1.0


def test_a_hump_is_seen_that_no_straight_line_sees(rng: np.random.Generator) -> None:
    x = rng.normal(size=(N, 1))
    y = (np.abs(x[:, 0]) < 0.67).astype(np.int64)  # half of them
    assert accuracy(x, y) > 0.9
    assert accuracy(x, y, parts=1) < 0.8


def test_what_is_the_same_for_all_says_the_commonest(rng: np.random.Generator) -> None:
    y = (rng.random(N) < 0.3).astype(np.int64)
    scores = tried(np.full((N, 2), 3.0), y, np.arange(N), 2, 0)
    assert (scores.argmax(axis=1) == 0).all()


def test_missing_values_are_no_values(rng: np.random.Generator) -> None:
    y = np.arange(N) % 2
    x = np.where(rng.random(N) < 0.5, np.nan, 5.0 * y)[:, None]
    assert 0.7 < accuracy(x, y) < 0.8
    assert np.isfinite(learn(x).of(x)).all()


def test_the_maximum_is_the_one_that_another_climber_finds(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(80, 3)), rng.integers(0, 3, 80)
    x[:, 0] += y
    ridge = x.shape[1] / softmax.SPREAD / len(x)

    def loss(flat: np.ndarray) -> float:
        weights, intercept = flat[:9].reshape(3, 3), flat[9:]
        scores = x @ weights + intercept
        odds = np.log(np.exp(scores).sum(axis=1)) - scores[np.arange(80), y]
        return float(odds.mean() + ridge / 2 * (weights**2).sum())

    found = softmax.fit(x, y, 3)
    best = minimize(loss, np.zeros(12), method="L-BFGS-B", options={"maxiter": 5000})
    assert loss(np.concatenate([found.weights.ravel(), found.intercept])) < best.fun + 1e-5
    assert np.abs(found.weights - best.x[:9].reshape(3, 3)).max() < 0.02


@given(st.lists(st.integers(0, 9), min_size=2, max_size=60), st.integers(0, 5))
def test_every_row_is_tried_once_and_no_group_is_on_both_sides(groups: list[int], seed: int):
    present, numbers = np.unique(groups, return_inverse=True)
    if len(present) < 2:
        return
    seen: list[int] = []
    for learned, rows in folds(numbers, seed):
        assert not set(numbers[learned]) & set(numbers[rows])
        seen += rows.tolist()
    assert sorted(seen) == [*range(len(groups))]
