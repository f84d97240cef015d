"""The battle of the moment: the secret of its slots, and what has happened so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop.session.again import Again
from desktop.session.answer_rows import Outcome
from desktop.session.conversation import PastTurn
from desktop.session.given_vote import GivenVote
from desktop.session.matchmaking import Draw
from desktop.session.take_desk import Take
from engines.api import Answer
from local_db.records import History, Kind
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
    past: tuple[PastTurn, ...] = ()
    """The turns before this one, oldest first."""
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
    left_at_s: float = 0.0
    """When the answers of the turn before were left for this one."""
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
    def turn(self) -> int:
        """Of the moment, from 1."""
        return len(self.past) + 1

    @property
    def history(self) -> History | None:
        """Whose answers of the turn before both systems know as theirs; None in the first."""
        return self.past[-1].goes_on_with if self.past else None

    @property
    def takes(self) -> Sequence[Take]:
        """Of all turns, oldest first."""
        own = [] if self.take is None else [self.take]
        return [*(turn.take for turn in self.past), *own]

    def begin_turn(self, history: History) -> None:
        """Both answers of this turn were shown; nothing of them is this turn's any more."""
        assert self.take is not None
        answers = {slot: a for slot, a in self.outcomes.items() if isinstance(a, Answer)}
        self.past += (PastTurn(self.take, answers, self.texts, history),)
        self.take, self.flag, self.outcomes, self.texts = None, None, {}, {}

    def drop_turn(self) -> None:
        """Nothing was said in it: the turn before is that of the moment again."""
        *past, last = self.past
        self.past, self.take = tuple(past), last.take
        self.outcomes, self.texts = last.answers, last.texts

    @property
    def recording(self) -> Path | None:
        """What can be played of what was asked."""
        if self.again is not None:
            return self.again.file
        return None if self.take is None else self.take.file
