"""Numbers before nouns: one helper, so that nobody reads “1 are” or “1 events”.

The ranker has its own, in `ranker/verdict.py`: it knows nothing of ours.
"""

from __future__ import annotations


def count(n: int, one: str, many: str = "") -> str:
    """`n` and what there is of it: `one` for 1, else `many`, which is `one` with an s if empty."""
    return f"{n:,} {one if n == 1 else many or f'{one}s'}"
