"""What can go wrong with a parts store: the world's doing, in two sentences; nothing is lost."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class StoreProblem(Exception):
    """A person reads `sentence` (what happened, what was kept) and `advice` (what to do)."""

    def __init__(self, sentence: str, advice: str) -> None:
        super().__init__(f"{sentence} {advice}")
        self.sentence = sentence
        self.advice = advice


class NotAStore(StoreProblem):
    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(
            f"{folder} is no parts store: {why}. Nothing was changed.",
            "Name a store that `collect` has made, or a new or empty folder to make one.",
        )


class StoreBusy(StoreProblem):
    def __init__(self, folder: Path) -> None:
        super().__init__(
            f"Another program is writing to the parts store {folder}. Nothing was taken in.",
            "Call again when it has ended.",
        )


class UnreadablePart(StoreProblem):
    """A part that was taken in is damaged or gone, or a newer program wrote it."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"The part {path.name} cannot be used: {why}. Nothing was counted.",
            f"Move it and {path.stem}.json out of {path.parent} and collect its export again.",
        )


def unreadable(parts: Iterable[Path], error: Exception) -> UnreadablePart:
    """Names the one of the parts that DuckDB stumbled over."""
    words = str(error)
    every = list(parts)
    path = next((path for path in every if path.name in words), every[0])
    return UnreadablePart(path, words.splitlines()[0][:160])


class NeedsLibrary(StoreProblem):
    """An optional package is not installed."""

    def __init__(self, package: str, what: str) -> None:
        super().__init__(
            f"{what} needs the package {package}, which is not installed here.",
            f"Type: .venv/bin/python -m pip install {package}",
        )


class StoreTrouble(StoreProblem):
    """The disk refused to read or write."""

    def __init__(self, folder: Path, error: OSError) -> None:
        super().__init__(
            f"The parts store {folder} could not be read or written ({error.strerror}). Parts that "
            "were taken in before are untouched.",
            "Make room, or see to its permissions, and call again.",
        )
