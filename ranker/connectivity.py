"""Which systems can be compared at all.

The win graph has an edge from i to j when i scored against j: a win, or a tie (then both scored). A
finite maximum of the Bradley-Terry likelihood exists exactly when this graph is strongly connected
(L. R. Ford Jr., "Solution of a ranking problem from binary comparisons", American Mathematical
Monthly 64(8), 1957). Otherwise it falls into components: inside one, systems can be compared;
across two, one is above the other without limit, or nothing is known.

Everything here is vectorised over leading axes, because each resample has a graph of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]


def strongly_connected(scored: Bools) -> Bools:
    """Whether each graph `scored`, shape = (..., n_systems, n_systems), is strongly connected.

    True when the first system reaches every other and is reached by every other.
    """
    forwards = scored.astype(np.float32)
    return _reaches_all(forwards) & _reaches_all(np.swapaxes(forwards, -1, -2))


def _reaches_all(edges: NDArray[np.float32]) -> Bools:
    reached = np.zeros((*edges.shape[:-2], 1, edges.shape[-1]), np.float32)
    reached[..., 0] = 1
    for _ in range(edges.shape[-1] - 1):
        further = ((reached + reached @ edges) > 0).astype(np.float32)
        if (further == reached).all():
            break
        reached = further
    return np.asarray((reached > 0).all(axis=(-1, -2)))


def reachability(scored: Bools) -> Bools:
    """Closure: [..., i, j] is true when a chain of scored points leads from i to j, or i = j."""
    n_systems = scored.shape[-1]
    reach = scored | np.eye(n_systems, dtype=bool)
    for _ in range(max(n_systems - 1, 1).bit_length()):
        steps = reach.astype(np.float32)
        reach = (steps @ steps) > 0
    return reach


def components(reach: Bools) -> list[list[int]]:
    """Components of one closure, shape = (n_systems, n_systems), upper before lower.

    Components of which neither is above the other keep the order of their first system.
    """
    same = reach & reach.T
    n_above = (reach & ~same).sum(axis=0)
    found: dict[tuple[int, int], list[int]] = {}
    for system in range(len(reach)):
        first = int(np.argmax(same[system]))
        found.setdefault((int(n_above[first]), first), []).append(system)
    return [found[key] for key in sorted(found)]
