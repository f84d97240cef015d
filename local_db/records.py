"""What is handed to the store: frozen values of plain types.

Each record makes its own key when it is made, so storing the same record again after an error whose
outcome is unknown is safe: a row that is already there is left as it is.

Mappings and sequences hold JSON values only. A float that is not finite (the level of digital
silence) is kept as NULL, a lone surrogate as U+FFFD. Whole numbers fit 64 bits with sign. Times
named `_ms` are milliseconds of a monotonic clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from local_db.chain import canonical_json
from local_db.ids import new_id

Json = Mapping[str, Any]

Kind = Literal["normal", "practice", "same_system", "same_text", "swapped_repeat", "gold"]
Purpose = Literal["turn", "reason"]
Slot = Literal["a", "b"]
Choice = Literal["a", "b", "tie", "both_bad", "cannot_judge"]
Strength = Literal["slightly", "clearly"]
State = Literal["voted", "skipped", "failed", "abandoned", "withdrawn"]
History = Literal["separate", "a", "b"]
Finish = Literal["stop", "length", "cancelled", "error"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemRecord:
    """One system that can be drawn."""

    system: str
    """Its id in the catalogue."""
    version: str
    label: str
    parts: Json
    """What runs: engines, models, hypothesis, system prompt, settings."""
    baseline: bool = False
    licence: str = ""

    @property
    def fingerprint(self) -> str:
        """SHA-256 in hexadecimal of what competes: id, version and parts. The label may change."""
        what = canonical_json([self.system, self.version, dict(self.parts)])
        return hashlib.sha256(what.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRecord:
    """One sitting."""

    participant_id: str
    study: str
    """Id of the study."""
    battles_planned: int
    """Votes that complete it, on battles of every kind."""
    study_sha256: str = ""
    """Of the study file; empty when there is none."""
    seed: int = 0
    settings: Json = field(default_factory=dict)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class BattleRecord:
    """One drawn comparison, stored before anything of it is shown."""

    session_id: str
    number: int
    """From 1, as the participant counts; a battle drawn again keeps its number."""
    a: str
    """Fingerprint of the system on the left."""
    b: str
    seed: int
    step: int
    """How many draws were made from this seed before."""
    probability: float
    """Of this ordered pair in this draw, in (0, 1]."""
    sampler: str
    sampler_state: Json
    """Of the sampler before the draw."""
    kind: Kind = "normal"
    repeats_battle_id: str | None = None
    simulated: bool = False
    """Battles of a simulated participant count as simulated either way."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRecord:
    """One recording whose file is already safe (`take_files.commit_take_file`)."""

    purpose: Purpose
    file: str
    """Relative to the takes folder, with `/`."""
    sha256: str
    duration_ms: float
    rate_hz: int
    channels: int
    frames_expected: int
    """Rate × monotonic time between start and end."""
    frames_got: int
    battle_id: str | None = None
    session_id: str | None = None
    peak_dbfs: float | None = None
    """None, like -inf, for digital silence."""
    rms_dbfs: float | None = None
    clipped_runs: int = 0
    zero_runs: int = 0
    speech_share: float | None = None
    """In [0, 1]; None when it was not measured."""
    device_start: str = ""
    device_end: str = ""
    verdicts: Sequence[str] = ()
    accepted: bool = True
    facts: Json = field(default_factory=dict)
    """Whatever else the recorder measured."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnRecord:
    """One thing said to both systems."""

    battle_id: str
    ordinal: int
    """From 1."""
    take_id: str
    history: History | None = None
    """Whose answers before both systems knew as theirs: each its own, or those of one slot."""
    supersedes: str | None = None
    """The turn that this one replaces, for example after recording again."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptRecord:
    """What one recogniser heard in one take."""

    take_id: str
    engine: str
    model_version: str
    hypotheses: Sequence[Json]
    duration_ms: float = 0.0
    recognise_ms: float = 0.0
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRecord:
    """One system's answer to one turn, or why there is none."""

    turn_id: str
    slot: Slot
    fingerprint: str
    """Of the system drawn for this slot; another one is refused."""
    text: str
    finish: Finish
    """`error` exactly when `error_kind` is given."""
    error_kind: str | None = None
    error_text: str = ""
    transcript_id: str | None = None
    hypothesis: str = ""
    served_version: str = ""
    audio_sha256: str = ""
    prompt_sha256: str | None = None
    """Of the prompt as the system got it, without the audio; None where nothing was asked."""
    placement: Json | None = None
    """Where it was made: device, dtype, and whether its workers could use the network."""
    seed: int = 0
    settings: Json = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    timings: Mapping[str, float | None] = field(default_factory=dict)
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    supersedes: str | None = None
    """An answer tried again before the vote."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRecord:
    """What was painted of one turn's answers, and when."""

    turn_id: str
    wait_ms: float
    """From the end of the take to the first tick of the reveal."""
    onset_a_ms: float
    """First character painted, counted from that tick; likewise for b."""
    onset_b_ms: float
    complete_a_ms: float
    """Last character painted, counted from that tick; likewise for b."""
    complete_b_ms: float
    cadence_per_s: float
    """Grapheme clusters a second; 0 when the whole text was painted at once."""
    truncated_a: bool = False
    truncated_b: bool = False
    facts: Json = field(default_factory=dict)
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRecord:
    """What the participant decided."""

    battle_id: str
    choice: Choice
    time_to_vote_ms: float
    """From both answers fully shown."""
    strength: Strength | None = None
    judged: Json | None = None
    """Each side by itself and why: `{"good": {"a": true}, "reasons": {"b": ["accuracy"]}}`."""
    facts: Json | None = None
    """How both answers were read before it (`read`), and how long the choice that it corrects had
    stood (`changed_after_ms`)."""
    supersedes: str | None = None
    """The vote that this one corrects."""
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class JustificationRecord:
    """Why: typed (no take) or spoken (take, what was heard, what the participant made of it)."""

    vote_id: str
    text: str
    """Typed, or the transcript as corrected."""
    take_id: str | None = None
    transcript_id: str | None = None
    verbatim: str | None = None
    """The transcript that was offered for correction; given exactly when `take_id` is."""
    supersedes: str | None = None
    id: str = field(default_factory=new_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuessRecord:
    """Which system the participant believes wrote an answer, said after the vote."""

    battle_id: str
    slot: Slot
    fingerprint: str | None
    """None: the participant did not know."""
    choices: Sequence[str]
    """The fingerprints that could be chosen."""
    id: str = field(default_factory=new_id)
