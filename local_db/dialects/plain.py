"""One vote in the words that every dialect can be made of, and what is read back from one."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = ("a", "b", "tie", "both_bad")
"""What a vote that may be exported in a dialect says; as in an export's `vote.choice`."""

NORMAL = "normal"
NOT_BLIND = "not_blind"
"""The kind of a vote that says itself that the names were known."""
LATER_EVALUATION = "later_evaluation"
"""The kind of a second vote on one conversation: not independent of the first."""


@dataclass(frozen=True, slots=True)
class PlainAnswer:
    text: str | None = None
    """None where the format does not hold it."""
    first_ms: float | None = None
    """From the request to the first piece of the answer."""
    total_ms: float | None = None
    """From the request to its last."""
    characters: int | None = None
    """Of the whole answer; known to some formats that do not hold the text."""


@dataclass(frozen=True, slots=True)
class PlainTake:
    """The recording that was answered."""

    file: str
    """Relative to the takes folder, with slashes."""
    sha256: str


@dataclass(frozen=True, slots=True)
class PlainTurn:
    said: str | None
    """What a recogniser heard; None where nobody wrote it down."""
    a: PlainAnswer
    b: PlainAnswer
    take: PlainTake | None = None
    painted: bool = False
    """Whether the answers were painted when those timings say, each on its own: as in an arena
    without a common reveal."""


@dataclass(frozen=True, slots=True)
class PlainVote:
    """One vote that counts. `model_a` stood in slot a, on the left."""

    id: str
    """Of the battle; unique over all stations."""
    model_a: str
    model_b: str
    outcome: str | None
    """One of `OUTCOMES`; None where a file that is read back has a battle without a vote."""
    participant: str | None = None
    session: str | None = None
    station: str | None = None
    study: str | None = None
    number: int | None = None
    """Of the battle in its session."""
    simulated: bool = False
    kind: str = NORMAL
    at_utc: str | None = None
    """When it was cast: ISO 8601, a label."""
    strength: str | None = None
    why: str | None = None
    turns: tuple[PlainTurn, ...] = ()
