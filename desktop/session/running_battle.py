"""The battle of the moment: the secret of its slots, and what has happened so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.session.again import Again
from desktop.session.given_vote import GivenVote
from desktop.session.ledger import Outcome
from desktop.session.matchmaking import Draw
from desktop.session.take_desk import Take
from local_db.records import Kind
from ui.judging_state import Judged
from ui.state import Phase, Problem


@dataclass(slots=True)
class RunningBattle:
    id: str
    number: int
    """As the participant counts, from 1."""
    draw: Draw
    kind: Kind = "normal"
    again: Again | None = None
    """What is shown once more in a swapped repeat: then nobody speaks, and no system is asked."""
    phase: Phase = Phase.OPENING
    take: Take | None = None
    flag: Problem | None = None
    """What the speaker should know of a take that is used all the same."""
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    """Slot -> answer or error; empty until both are there."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Slot -> what is shown of its answer."""
    shown_facts: Mapping[str, Any] = field(default_factory=dict)
    """What is kept of how that was decided; JSON values."""
    ended_at_s: float = 0.0
    """When the speaker let go; monotonic, as the others."""
    wait_ms: float = 0.0
    shown_at_s: float = 0.0
    given: GivenVote | None = None
    """The vote that counts; None while there is none."""
    voted_at_s: float = 0.0
    """When it was chosen."""
    judged: Judged = field(default_factory=Judged)
    """What is ticked of each answer; written down with the next step."""
    doubtful: list[GivenVote] = field(default_factory=list)
    """Rows that the disk refused since the last that it took. One of them may be there all the
    same: where a commit fails, SQLite cannot always say whether it happened."""
    explained_id: str = ""
    """Key of the row with which the present choice was made: reasons belong to it."""
    reason: str = ""
    """The saved reason for that choice."""

    @property
    def systems(self) -> Mapping[str, str]:
        """Slot -> system id. The secret."""
        return {"a": self.draw.a, "b": self.draw.b}

    @property
    def recording(self) -> Path | None:
        """What can be played of what was asked."""
        if self.again is not None:
            return self.again.file
        return None if self.take is None else self.take.file
