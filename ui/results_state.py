"""The frozen values that the Results page draws."""

from __future__ import annotations

from dataclasses import dataclass

from ui.state import Problem


@dataclass(frozen=True, slots=True)
class BoardRow:
    rank_text: str
    """A rank or a range, for example `1–2`; empty when systems cannot be compared."""
    label: str
    score: float
    """Natural-log Bradley-Terry coefficient, centred; +inf or -inf where no maximum exists, nan
    where the system cannot be compared."""
    low: float
    high: float
    """95 % interval; infinite where it is open."""
    votes: int
    note: str = ""
    """In words, where the number alone would mislead."""
    best_in: float = float("nan")
    """Part of the resamples in which it is above every other that has a place on the board; nan
    where it has none itself, and where nobody asked."""


@dataclass(frozen=True, slots=True)
class PairCell:
    """Row system against column system."""

    points: float | None
    """Of the row, per battle: a win is one, a tie or both bad a half; in [0, 1]. None when they
    never met."""
    wins: int = 0
    ties: int = 0
    """Those that ended “both bad” included."""
    losses: int = 0
    marks: str = ""
    """`*`: differs from one half, P < 0.05; `†`: among all pairs too."""


@dataclass(frozen=True, slots=True)
class ExportState:
    """The last export that was asked for, whatever is counted meanwhile."""

    working: bool = False
    line: str = ""
    """Where it goes, or where it lies."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class LeakRow:
    """How often one thing names what should not be known; shares in [0, 1], nan where nobody
    measured."""

    title: str
    share: float
    low: float
    high: float
    chance: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class LeaksState:
    """What gives systems away, once somebody asked."""

    working: bool = False
    line: str = ""
    """Of what it was measured, and how."""
    rows: tuple[LeakRow, ...] = ()
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ResultsState:
    working: str = ""
    """Not empty while it is being counted."""
    broken_off: bool = False
    """True while a session can be continued: then nothing is counted, because its participant may
    be looking."""
    headline: str = ""
    """How many votes, participants, stations; what the intervals resample."""
    verdict: str = ""
    """One sentence: what the numbers allow to be said."""
    doubts: str = ""
    """What speaks against the votes as a whole: read before any number."""
    notices: str = ""
    """What a reader must know beside the numbers."""
    exclusions: str = ""
    """What is not counted, by rule."""
    rows: tuple[BoardRow, ...] = ()
    labels: tuple[str, ...] = ()
    """Matrix order; the same order as `rows`."""
    short_labels: tuple[str, ...] = ()
    cells: tuple[tuple[PairCell, ...], ...] = ()
    balance: str = ""
    """Slot balance in one sentence."""
    against: str = ""
    """Where head to head and leaderboard disagree."""
    includes_simulated: bool = False
    problem: Problem | None = None
    export: ExportState = ExportState()
    leaks: LeaksState = LeaksState()
