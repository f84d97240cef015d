"""An earlier battle of a session whose question and answers are shown once more, slots swapped.

The same two texts, so that what differs between both votes is the voter: systems that are asked
twice may answer otherwise. The rows say from which battle they are (`repeats`), and name the take
that was spoken then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from engines.api import Answer, FinishReason, Hypothesis, Timings, Transcription
from local_db import kept, records
from local_db.appending import row_of
from local_db.ids import new_id

_SWAPPED: Mapping[str, records.Slot] = {"a": "b", "b": "a"}


@dataclass(frozen=True, slots=True)
class Again:
    battle: kept.Battle
    """One that was voted on."""
    file: Path
    """Its recording, which may be gone."""
    peaks: tuple[float, ...] = ()
    """Of the recording; empty where that is gone."""

    @property
    def duration_ms(self) -> float:
        return _take(self.battle).duration_ms

    @property
    def fingerprints(self) -> Mapping[str, str]:
        """System id -> fingerprint, as they competed then."""
        return {side.system: side.fingerprint for side in (self.battle.a, self.battle.b)}

    @property
    def outcomes(self) -> Mapping[str, Answer]:
        """Slot -> what is painted there now, and what was heard of the question."""
        heard = {script.id: _heard(script) for script in _take(self.battle).transcripts}
        return {
            _SWAPPED[answer.slot]: Answer(
                answer.text,
                FinishReason(answer.finish),
                Timings(),
                answer.served_version,
                heard.get(answer.transcript_id or ""),
            )
            for answer in _answers(self.battle)
        }


@dataclass(frozen=True, slots=True)
class Copies:
    """The rows of a swapped repeat."""

    turn: records.TurnRecord
    answers: tuple[records.AnswerRecord, ...]


def again_of(battle: kept.Battle, takes_folder: Path, peaks: tuple[float, ...]) -> Again:
    return Again(battle, takes_folder / _take(battle).file, peaks)


def copies_for(battle_id: str, again: Again) -> Copies:
    """Made once, so that keeping them a second time after a full disk adds nothing."""
    turn = records.TurnRecord(battle_id=battle_id, ordinal=1, take_id=_turn(again.battle).take_id)
    return Copies(turn, tuple(_copied(answer, turn.id) for answer in _answers(again.battle)))


def _copied(answer: kept.Answer, turn_id: str) -> records.AnswerRecord:
    row = {name: value for name, value in row_of(answer).items() if name != "at_utc"}
    changed = {"id": new_id(), "turn_id": turn_id, "slot": _SWAPPED[answer.slot]}
    return records.AnswerRecord(**{**row, **changed, "supersedes": None})


def _heard(script: kept.Transcript) -> Transcription:
    return Transcription(
        tuple(Hypothesis(**hypothesis) for hypothesis in script.hypotheses),
        script.duration_ms,
        script.recognise_ms,
        script.model_version,
    )


def _turn(battle: kept.Battle) -> kept.Turn:
    return next(turn for turn in battle.turns if not turn.superseded)


def _take(battle: kept.Battle) -> kept.Take:
    return next(take for take in battle.takes if take.id == _turn(battle).take_id)


def _answers(battle: kept.Battle) -> tuple[kept.Answer, ...]:
    turn = _turn(battle)
    return tuple(answer for answer in (turn.a, turn.b) if answer is not None)
