"""Which words and which runs of letters an answer is made of, counted in a fixed number of boxes.

Every word, and every run of three characters (for scripts without spaces), falls into the box that
its CRC-32 names: no list of words is kept, and the same text gives the same numbers everywhere
(K. Weinberger et al., "Feature hashing for large scale multitask learning", 2009).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from ranker.audit.style import WORD
from ranker.fit import Floats

BOXES = 256
"""For words, and as many for runs of characters."""
RUN = 3


def vocabulary(text: str) -> Floats:
    """Shape = (2 * BOXES,): logarithms of the counts, each half of length 1 or 0."""
    lowered = text.lower()
    words = _counted(WORD.findall(lowered))
    runs = _counted([*_runs(" ".join(lowered.split()))])
    return np.concatenate([words, runs])


def _runs(text: str) -> Iterator[str]:
    yield from (text[k : k + RUN] for k in range(max(len(text) - RUN + 1, 0)))


def _counted(parts: Sequence[str]) -> Floats:
    boxes = [zlib.crc32(part.encode("utf-8", "replace")) % BOXES for part in parts]
    counts = np.log1p(np.bincount(np.array(boxes, dtype=np.int64), minlength=BOXES))
    size = float(np.linalg.norm(counts))
    shares: Floats = counts / size if size else counts
    return shares
