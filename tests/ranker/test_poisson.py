"""Poisson numbers by table, number by number against scipy's distribution function."""

from __future__ import annotations

import mpmath
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ranker.fit import Floats
from ranker.poisson import guide_of

CLOSE = 1e-12


class Said:
    """Random numbers that are named beforehand."""

    def __init__(self, numbers: Floats) -> None:
        self.numbers = numbers

    def random(self, shape: tuple[int, int]) -> Floats:
        return np.broadcast_to(self.numbers, shape).copy()


def drawn(means: list[float], numbers: Floats) -> Floats:
    guide = guide_of(np.array(means))
    return guide.draw(Said(numbers), len(numbers))  # type: ignore[arg-type]


EVERYWHERE = np.concatenate(
    [
        np.linspace(0, 1, 3001)[:-1],
        np.logspace(-15, -1, 200),
        1 - np.logspace(-15, -1, 200),
        np.random.default_rng(1).random(2000),
    ]
)


@given(st.lists(st.floats(1e-4, 1e5), min_size=1, max_size=6))
@settings(max_examples=40, deadline=None)
def test_each_is_where_the_distribution_function_passes_the_random_number(
    means: list[float],
) -> None:
    found = drawn(means, EVERYWHERE)
    for mean, numbers in zip(means, found, strict=True):
        assert (stats.poisson.cdf(numbers, mean) > EVERYWHERE - CLOSE).all()
        assert (stats.poisson.cdf(numbers - 1, mean) <= EVERYWHERE + CLOSE).all()


def test_a_mean_in_the_millions_where_scipy_is_a_few_billionths_off() -> None:
    mean, number = 2.9e6, 0.9999977260342476
    (found,) = drawn([mean], np.array([number]))[0].tolist()
    with mpmath.workdps(40):
        chance = mpmath.exp(found * mpmath.log(mean) - mean - mpmath.loggamma(found + 1))
        above = _chance_above(found, mpmath.mpf(mean), chance)
        assert above < 1 - mpmath.mpf(number) <= above + chance


def _chance_above(number: int, mean: mpmath.mpf, chance: mpmath.mpf) -> mpmath.mpf:
    total = mpmath.mpf(0)
    while chance > mpmath.mpf(10) ** -20:
        number += 1
        chance *= mean / number
        total += chance
    return total


def test_cells_of_the_same_mean_share_a_table_and_keep_their_places() -> None:
    means = np.array([7.0, 0.2, 7.0, 900.0])
    guide = guide_of(means)
    assert len(guide.shift) == 3
    cells = guide.draw(np.random.default_rng(3), 40_000)
    np.testing.assert_allclose(cells.mean(axis=1), means, rtol=0.05)
    np.testing.assert_allclose(cells.var(axis=1), means, rtol=0.05)
    assert not np.array_equal(cells[0], cells[2])
