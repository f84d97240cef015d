"""What can be wrong with a file of votes, or with this station, when a dialect is spoken."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from local_db.errors import WorldError


class UnknownLabel(WorldError):
    """A vote says what the dialect has no word for. Reading it as a tie would change the ranking
    without an error (arena-rank and FastChat do so)."""

    def __init__(self, label: object, where: str, known: Iterable[object]) -> None:
        words = ", ".join(repr(word) for word in known)
        super().__init__(
            f"The vote of {where} says {_short(label)}, which is none of {words}. "
            "Nothing was written.",
            "A label that nobody knows is never read as a tie: correct it, or take the vote out.",
        )
        self.label = label


class BadVotes(WorldError):
    """A file is not what the dialect says it is."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path.name} cannot be read as votes: {why}. Nothing was written.",
            "docs/export.md says what each dialect looks like.",
        )


class BadRow(Exception):
    """A row cannot be a vote; says what is wrong with it. Becomes `BadVotes` with its number."""


class MissingLibrary(WorldError):
    """Parquet is the one format that Python cannot write alone."""

    def __init__(self, library: str, for_what: str) -> None:
        super().__init__(
            f"{for_what} needs the library {library}, which is not installed. Nothing was written.",
            f"Install it with `.venv/bin/python -m pip install {library}`, or choose another "
            "dialect.",
        )


def _short(label: object) -> str:
    text = repr(label)
    return text if len(text) <= 60 else f"{text[:57]}…"
