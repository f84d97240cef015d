"""Sorted keys of battles: which come again, and which are known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]


def first_of_each(*columns: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Where each combination begins, in columns that are sorted together."""
    new = np.ones(len(columns[0]), bool)
    new[1:] = False
    for column in columns:
        new[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(new)


def come_again(key: Keys) -> tuple[Keys, NDArray[np.intp]]:
    """The keys, sorted, and where in `key` those are that occur more than once, side by side."""
    order = np.argsort(key)
    ordered = key[order]
    same = ordered[1:] == ordered[:-1]
    again = np.zeros(len(key), bool)
    again[1:] = same
    again[:-1] |= same
    return ordered, order[again]


def repeated(keys: Keys) -> Keys:
    """Those that occur more than once in sorted `keys`, each once."""
    again = keys[1:][keys[1:] == keys[:-1]]
    some: Keys = again[first_of_each(again)]
    return some


def is_in(keys: Keys, some: Keys) -> NDArray[np.bool_]:
    """Which of `keys` are among `some`, sorted."""
    if not len(some):
        return np.zeros(len(keys), bool)
    place = np.searchsorted(some, keys)
    place[place == len(some)] = 0
    return np.asarray(some[place] == keys)
