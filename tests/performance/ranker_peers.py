"""What other rankers take for the same votes: `python ranker_peers.py VOTES.npz PEER REPLICATES`.

A program of its own, run by the environment of the readers, so that none of them is a dependency
of ours. VOTES.npz holds `a`, `b`, `outcome` (0: a, 1: b, 2: tie), `person`, shape = (n_votes,).
Prints JSON: `point_s` and `replicates_s`, processor seconds, and `measured`, the replicates that
were really made within LIMIT_S; `replicates_s` is then in proportion to the number asked for.
"""

from __future__ import annotations

import importlib.util
import json
import math
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

LIMIT_S = 25.0


def fastchat(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    """The method of FastChat's `rating_systems.py`: unique rows with weights, L-BFGS-B, at most 100
    iterations; a replicate draws the weights of the rows again. Written anew from that description.
    """
    from scipy.optimize import minimize

    rows = np.stack([votes["a"], votes["b"], votes["outcome"]], axis=1)
    n = int(rows[:, :2].max()) + 1

    def unique() -> tuple[Any, Any]:
        return np.unique(rows, axis=0, return_counts=True)

    def fit(cells: Any, weight: Any) -> Any:
        a, b = cells[:, 0], cells[:, 1]
        points = np.array([1.0, 0.0, 0.5])[cells[:, 2]]

        def loss(beta: Any) -> tuple[float, Any]:
            odds = beta[a] - beta[b]
            chance = 1 / (1 + np.exp(-odds))
            value = -(weight * (points * np.log(chance) + (1 - points) * np.log(1 - chance))).sum()
            slope = weight * (chance - points)
            return value, np.bincount(a, slope, n) - np.bincount(b, slope, n)

        options = {"maxiter": 100, "gtol": 1e-6}
        return minimize(loss, np.zeros(n), jac=True, method="L-BFGS-B", options=options).x

    def point() -> Any:
        cells, counts = unique()
        return fit(cells, counts / counts.sum())

    def replicates(number: int) -> Any:
        cells, counts = unique()
        drawn = np.random.default_rng(0).multinomial(
            counts.sum(), counts / counts.sum(), size=number
        )
        return [fit(cells, weight / weight.sum()) for weight in drawn]

    return point, replicates


def fastchat_file(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    """FastChat's `rating_systems.py` itself, of a checkout: EARSHOT_FASTCHAT is its path.

    Its functions in the order of its `compute_bootstrap_bt`, but on this core, not in a pool.
    """
    import pandas as pd

    spec = importlib.util.spec_from_file_location("theirs", os.environ["EARSHOT_FASTCHAT"])
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    labels = np.array(["model_a", "model_b", "tie"])
    columns = {"model_a": votes["a"], "model_b": votes["b"], "winner": labels[votes["outcome"]]}
    battles = pd.DataFrame(columns)

    def replicates(number: int) -> Any:
        matchups, outcomes, models, weights = theirs.preprocess_for_bt(battles)
        drawn = np.random.default_rng(0).multinomial(
            len(battles), weights / weights.sum(), size=number
        )
        return [
            theirs.fit_bt(matchups, outcomes, row / len(battles), len(models), math.log(10.0))
            for row in drawn
        ]

    return lambda: theirs.compute_bt(battles), replicates


def evalica(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    import evalica as library

    labels = (library.Winner.X, library.Winner.Y, library.Winner.Draw)
    winners = [labels[k] for k in votes["outcome"].tolist()]
    columns = votes["a"].tolist(), votes["b"].tolist(), winners

    def replicates(number: int) -> Any:
        return library.bootstrap(
            library.bradley_terry,
            *columns,
            n_resamples=number,
            bootstrap_method="percentile",
            random_state=0,
        )

    return lambda: library.bradley_terry(*columns), replicates


def _arenakit(votes: Any, by_voter: bool) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    from arenakit import Arena, Battle, bootstrap, fit_bt

    labels = ("model_a", "model_b", "tie")
    rows = zip(*(votes[key].tolist() for key in ("a", "b", "outcome", "person")), strict=True)
    arena = Arena(
        [
            Battle(model_a=f"m{a:03d}", model_b=f"m{b:03d}", winner=labels[o], voter_id=f"p{p}")
            for a, b, o, p in rows
        ]
    )
    more = {"cluster": "voter"} if by_voter else {}

    def fit(counts: Any) -> Any:
        return fit_bt(counts, prior=0.0)

    return (
        lambda: fit(arena.counts()),
        lambda number: bootstrap(arena, fit=fit, n_resamples=number, **more),
    )


def arenakit(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    return _arenakit(votes, by_voter=False)


def arenakit_people(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    return _arenakit(votes, by_voter=True)


def choix(votes: Any) -> tuple[Callable[[], Any], Callable[[int], Any]]:
    """The loop that is quickest of those that arrive: its I-LSR on a table of half wins."""
    import choix as library

    n = int(max(votes["a"].max(), votes["b"].max())) + 1
    key = (votes["a"] * n + votes["b"]) * 3 + votes["outcome"]
    counts = np.bincount(key, minlength=n * n * 3)

    def fit(cells: Any) -> Any:
        cells = cells.reshape(n, n, 3).astype(float)
        ties = cells[:, :, 2] + cells[:, :, 2].T
        wins = cells[:, :, 0] + cells[:, :, 1].T + ties / 2
        return library.ilsr_pairwise_dense(wins, alpha=0.0, tol=1e-10)

    def replicates(number: int) -> Any:
        rng, share = np.random.default_rng(0), counts / counts.sum()
        return [fit(rng.multinomial(counts.sum(), share)) for _ in range(number)]

    return lambda: fit(counts), replicates


PEERS = {
    peer.__name__: peer
    for peer in (fastchat, fastchat_file, evalica, arenakit, arenakit_people, choix)
}


def main(path: str, peer: str, number: int) -> None:
    with np.load(path) as stored:
        votes = dict(stored)
    point, replicates = PEERS[peer](votes)
    point()
    begin = time.process_time()
    point()
    point_s = time.process_time() - begin
    made = 4
    while True:
        begin = time.process_time()
        replicates(made)
        took = time.process_time() - begin
        if made >= number or took > LIMIT_S / 3:
            break
        made = min(number, max(2 * made, int(made * LIMIT_S / 2 / max(took, 1e-3))))
    found = {"point_s": point_s, "replicates_s": took * number / made, "measured": made}
    print(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
