"""Long names in little room, so that they can still be told apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile

from ranker.charts.drawing import shortened

_HEADS = (0.5, 0.75, 0.25, 1.0, 0.0)
"""Where the ellipsis may stand; the middle first: versions stand at the end of a name."""
_MOST_BESIDE = 12


def labels_of(names: Sequence[str], width: float, size: int) -> list[str]:
    """`names` no wider than `width`, and different where the names are, if any way leads there."""
    found = list(names)
    told_apart = 0
    for labels in _ways(names, width, size):
        if len(set(labels)) > told_apart:
            found, told_apart = labels, len(set(labels))
        if told_apart == len(set(names)):
            break
    return found


def _ways(names: Sequence[str], width: float, size: int) -> Iterator[list[str]]:
    """Of cutting all of them alike, best first."""
    for head in _HEADS:
        yield [shortened(name, width, size, head) for name in names]
    for beside in range(_MOST_BESIDE, -1, -1):
        hearts = _hearts(names, beside)
        labels = [shortened(heart, width, size, 0.5) for heart in hearts]
        if labels == hearts or not beside:
            yield labels


def _hearts(names: Sequence[str], beside: int) -> list[str]:
    """Without what all of them share at both ends, but for so many letters."""
    begins = _shared(names)
    ends = _shared([name[:begins:-1] for name in names])
    begins, ends = max(begins - beside, 0), max(ends - beside, 0)
    return [
        "…" * (begins > 0) + name[begins : len(name) - ends] + "…" * (ends > 0) for name in names
    ]


def _shared(names: Sequence[str]) -> int:
    """Letters with which all of them begin."""
    same = takewhile(lambda nth: len(set(nth)) == 1, zip(*names, strict=False))
    return sum(1 for _ in same)
