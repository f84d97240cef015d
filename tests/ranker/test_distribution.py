"""Histograms of scores over the resamples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ranker.distribution import BINS, distribution


@pytest.mark.parametrize("apart", [0.0, np.spacing(0.1), 5 * np.spacing(0.1), 1e-12])
def test_draws_that_only_rounding_tells_apart_are_one_bar(apart: float) -> None:
    found = distribution("ada", np.array([0.1, 0.1 + apart, math.inf, math.nan]))
    assert found is not None
    assert (found.start, found.width, found.counts) == (0.1, 0.0, (2,))


def test_every_finite_draw_is_in_a_bar() -> None:
    found = distribution("ada", np.array([*np.linspace(-1, 1, 500), -math.inf]))
    assert found is not None
    assert (len(found.counts), sum(found.counts)) == (BINS, 500)
    assert distribution("ada", np.array([math.nan, math.inf])) is None
