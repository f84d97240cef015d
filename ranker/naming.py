"""What a board calls its systems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ranker.votes import System


def names_of(systems: Sequence[System]) -> list[str]:
    """A system's id; with its version where two of them are there; with its fingerprint where one
    version has two."""
    ids = Counter(system.id for system in systems)
    versions = Counter((system.id, system.version) for system in systems)
    return [
        system.id
        + f"@{_told(system.version)}" * (ids[system.id] > 1)
        + f"#{_told(system.fingerprint, 6)}" * (versions[system.id, system.version] > 1)
        for system in systems
    ]


def _told(part: str | None, letters: int | None = None) -> str:
    """An empty part is another one than an absent part."""
    return "unknown" if part is None else part[:letters]
