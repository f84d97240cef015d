"""Parts of the rows that are tried on what was learned from all other parts.

Rows of one group (a participant, or a battle) stay together: what somebody asks, and how slow the
network was that afternoon, would otherwise be in both.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from ranker.audit import columns, softmax
from ranker.fit import Floats
from ranker.table import Ints

FOLDS = 5
Fold = tuple[Ints, Ints]
"""Rows to learn from, rows to try."""


def numbered(names: Sequence[str]) -> Ints:
    """Each name as a number from 0, in the order they first come."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def folds(groups: Ints, seed: int, n_folds: int = FOLDS) -> Iterator[Fold]:
    """Every row is tried once. `groups`, numbers from 0, shape = (n_rows,), at least two of them.

    The largest group goes first and each into the part that holds least, equals in a random order.
    """
    sizes = np.bincount(groups)
    order = np.random.Generator(np.random.PCG64(seed)).permutation(len(sizes))
    part_of = np.zeros(len(sizes), dtype=np.int64)
    held = np.zeros(min(n_folds, len(sizes)))
    for group in order[np.argsort(-sizes[order], kind="stable")]:
        part_of[group] = held.argmin()
        held[part_of[group]] += sizes[group]
    for part in range(len(held)):
        tried = part_of[groups] == part
        yield np.flatnonzero(~tried), np.flatnonzero(tried)


def tried(
    x: Floats, y: Ints, groups: Ints, n_classes: int, seed: int, *, parts: int = columns.PARTS
) -> Floats:
    """What is said of each row by a classifier that saw no row of its group.

    Log odds up to a constant, shape = (n_rows, n_classes).
    """
    scores = np.zeros((len(x), n_classes))
    for learned, rows in folds(groups, seed):
        form = columns.learn(x[learned], parts=parts)
        model = softmax.fit(form.of(x[learned]), y[learned], n_classes)
        scores[rows] = model.scores(form.of(x[rows]))
    return scores
