"""The frozen values that the sheet under a system's row draws, while somebody gets that system.

Only whoever runs the station sees them: nothing of this is drawn while a session runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.state import Problem


class Step(StrEnum):
    """Where a getting stands."""

    ASKING = "asking"  # what it would take is being asked
    OFFERED = "offered"  # that is told, and somebody may agree
    WAITING = "waiting"  # another one is at work
    WORKING = "working"
    STOPPING = "stopping"  # somebody stopped it, and it has not ended yet
    STOPPED = "stopped"  # what came is kept
    PAUSED = "paused"  # while a session runs
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of what is told before somebody agrees."""

    label: str
    value: str
    note: str = ""
    """In smaller letters below it."""


@dataclass(frozen=True, slots=True)
class PlanSheet:
    """What would come, then how far it is."""

    title: str
    step: Step
    facts: tuple[Fact, ...] = ()
    warning: str = ""
    """What somebody has to know before agreeing, where it is more than a fact."""
    allow: str = ""
    """What has to be allowed beside that, as the label of a box; empty where nothing has."""
    go: str = ""
    """Label of what begins it; empty where nothing can begin."""
    careful: bool = False
    """Whether beginning it takes more than a key: nothing brings back what it takes away."""
    token: bool = False
    """Whether a token of the hub could help."""
    line: str = ""
    """What is being done, or how far it is."""
    detail: str = ""
    """The file or the package at work."""
    share: float | None = None
    """Of the whole, in [0, 1]; None while nobody knows."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class KeySheet:
    """Keeping or forgetting a key. The key itself is in no state."""

    title: str
    name: str
    hint: str = ""
    """Where a key that is typed now will be kept."""
    kept: str = ""
    """What is known of a key that is there already; empty where there is none."""
    can_forget: bool = False
    working: str = ""
    problem: Problem | None = None


Sheet = PlanSheet | KeySheet
