"""Sorting by counting is sorting."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ranker.order import in_order


@given(st.lists(st.integers(0, 70_000) | st.integers(0, 2**32 - 1) | st.just(65_536)))
def test_it_is_the_stable_order(numbers: list[int]) -> None:
    found = in_order(np.array(numbers, np.int64))
    assert found.tolist() == np.argsort(np.array(numbers, np.int64), kind="stable").tolist()
