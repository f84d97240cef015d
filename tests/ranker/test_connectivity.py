"""Whether systems can be compared, against scipy's graph routines."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse import csgraph

from ranker.connectivity import components, reachability, strongly_connected


@st.composite
def graphs(draw: st.DrawFn) -> np.ndarray:
    n = draw(st.integers(1, 9))
    chance = draw(st.sampled_from([0.1, 0.25, 0.5]))
    uniform = draw(arrays(np.float64, (5, n, n), elements=st.floats(0, 1)))
    return np.asarray((uniform < chance) & ~np.eye(n, dtype=bool))


@given(graphs())
@settings(max_examples=300, deadline=None)
def test_the_verdict_on_every_graph_is_scipys(scored: np.ndarray) -> None:
    expected = [csgraph.connected_components(g, connection="strong")[0] == 1 for g in scored]
    assert strongly_connected(scored).tolist() == expected


@given(graphs())
@settings(max_examples=200, deadline=None)
def test_components_are_scipys_and_upper_ones_come_first(scored: np.ndarray) -> None:
    for graph, reach in zip(scored, reachability(scored), strict=True):
        _, labels = csgraph.connected_components(graph, connection="strong")
        expected = {frozenset(np.flatnonzero(labels == label)) for label in labels}
        found = components(reach)
        assert {frozenset(part) for part in found} == expected
        for k, upper in enumerate(found):
            for lower in found[k + 1 :]:
                assert not reach[lower[0], upper[0]], "a lower component scored against an upper"


def test_a_ring_as_long_as_can_be_is_followed_to_its_end() -> None:
    n = 70
    ring = np.roll(np.eye(n, dtype=bool), 1, axis=1)
    broken = ring.copy()
    broken[n - 1, 0] = False
    assert strongly_connected(np.stack([ring, broken])).tolist() == [True, False]
    assert reachability(ring).all()
    assert components(reachability(broken)) == [[k] for k in range(n)]
