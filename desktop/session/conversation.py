"""What was said and answered in a battle before the turn of the moment, and what each system is
told of it.

Pure. Every system hears with its own ears: `said` is what its own recogniser heard, and a system
that hears takes itself gets the take again. Whose answers it is told of as its own is the study's
choice (`Turns.history`), and where that is a common history the participant's, turn by turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop.session.take_desk import Take
from engines.api import Answer, Turn
from local_db.records import History


@dataclass(frozen=True, slots=True)
class PastTurn:
    take: Take
    answers: Mapping[str, Answer]
    """By slot, as they came."""
    texts: Mapping[str, str]
    """By slot, as they were shown."""
    goes_on_with: History
    """Whose answer the next turn goes on with: each system's own, or that of one slot."""


def histories(past: Sequence[PastTurn]) -> Mapping[str, Sequence[Turn]]:
    """Slot -> what the system there is told of the turns before, oldest first."""
    return {slot: tuple(_told(turn, slot) for turn in past) for slot in ("a", "b")}


def _told(turn: PastTurn, slot: str) -> Turn:
    own = turn.answers[slot]
    of = slot if turn.goes_on_with == "separate" else turn.goes_on_with
    answered = turn.answers[of].text
    if own.transcription is None:
        return Turn("", answered, wav_path=turn.take.heard)
    return Turn(own.transcription.named(own.hypothesis).text, answered)
