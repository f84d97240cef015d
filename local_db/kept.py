"""What is read back: frozen values. `Battle` is also one line of an export, field for field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class System:
    """One system that was ever recorded."""

    fingerprint: str
    system: str
    version: str
    label: str
    baseline: bool
    licence: str
    parts: Json


@dataclass(frozen=True, slots=True)
class Side:
    """Which system stood in a slot."""

    system: str
    version: str
    fingerprint: str
    label: str
    baseline: bool


@dataclass(frozen=True, slots=True)
class Draw:
    """How the ordered pair came about."""

    seed: int
    step: int
    probability: float
    sampler: str
    state: Json


@dataclass(frozen=True, slots=True)
class Transcript:
    id: str
    engine: str
    model_version: str
    hypotheses: Sequence[Json]
    duration_ms: float
    recognise_ms: float


@dataclass(frozen=True, slots=True)
class Take:
    id: str
    at_utc: str
    purpose: str
    file: str
    sha256: str
    duration_ms: float
    rate_hz: int
    channels: int
    peak_dbfs: float | None
    rms_dbfs: float | None
    clipped_runs: int
    zero_runs: int
    speech_share: float | None
    frames_expected: int
    frames_got: int
    device_start: str
    device_end: str
    verdicts: Sequence[str]
    accepted: bool
    facts: Json
    discarded: str | None
    """Why it was discarded; None when it was not."""
    transcripts: tuple[Transcript, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    at_utc: str
    slot: str
    fingerprint: str
    text: str
    finish: str
    error_kind: str | None
    error_text: str
    transcript_id: str | None
    hypothesis: str
    served_version: str
    audio_sha256: str
    prompt_sha256: str | None
    placement: Json | None
    seed: int
    settings: Json
    packages: Json
    weights: Json
    timings: Json
    prompt_tokens: int | None
    answer_tokens: int | None
    supersedes: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    wait_ms: float
    onset_a_ms: float
    onset_b_ms: float
    complete_a_ms: float
    complete_b_ms: float
    cadence_per_s: float
    truncated_a: bool
    truncated_b: bool
    facts: Json


@dataclass(frozen=True, slots=True)
class Turn:
    id: str
    ordinal: int
    take_id: str
    history: str | None
    a: Answer | None
    """The answer that counts; None while there is none."""
    b: Answer | None
    earlier_answers: tuple[Answer, ...]
    """Those that were superseded."""
    shown: Shown | None
    superseded: bool


@dataclass(frozen=True, slots=True)
class Vote:
    id: str
    seq: int
    at_utc: str
    choice: str
    strength: str | None
    time_to_vote_ms: float
    judged: Json | None
    facts: Json | None
    supersedes: str | None


@dataclass(frozen=True, slots=True)
class Justification:
    id: str
    at_utc: str
    vote_id: str
    text: str
    take_id: str | None
    transcript_id: str | None
    verbatim: str | None
    supersedes: str | None
    edit_distance: int | None
    """Characters between `verbatim` and `text` (`edit_distance`); None for what was typed."""
    in_force: bool
    """Whether it was not superseded, and the vote that counts still chooses what it explains."""


@dataclass(frozen=True, slots=True)
class Guess:
    """Which system the participant believes stood in a slot; None: did not know."""

    slot: str
    fingerprint: str | None
    choices: Sequence[str]


@dataclass(frozen=True, slots=True)
class Battle:
    """Everything kept about one battle."""

    battle_id: str
    seq: int
    """Number of its event: the order in which battles were started on this station."""
    started_utc: str
    station: str
    study: str
    session: str
    participant: str
    simulated: bool
    kind: str
    number: int
    repeats: str | None
    draw: Draw
    a: Side
    b: Side
    takes: tuple[Take, ...]
    """In the order they were recorded, discarded and replayed ones included."""
    turns: tuple[Turn, ...]
    vote: Vote | None
    """The vote that counts."""
    votes: tuple[Vote, ...]
    """All of them, first to last."""
    justifications: tuple[Justification, ...]
    guesses: tuple[Guess, ...]
    state: str
    """`open`, or how it ended."""
    ended_reason: str
    ended_utc: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """One sitting, and how its battles were made."""

    id: str
    study: str
    study_sha256: str
    battles_planned: int
    settings: Json
    program_version: str


@dataclass(frozen=True, slots=True)
class VoteCount:
    """How often one participant voted so on one ordered pair of fingerprints."""

    a: str
    """On the left."""
    b: str
    participant: str
    choice: str
    count: int


@dataclass(frozen=True, slots=True)
class Conservation:
    """Where every battle that was started went."""

    started: int = 0
    voted: int = 0
    skipped: int = 0
    failed: int = 0
    abandoned: int = 0
    withdrawn: int = 0
    open: int = 0

    @property
    def holds(self) -> bool:
        """Started is the sum of the others; always, unless the file was tampered with."""
        ended = self.voted + self.skipped + self.failed + self.abandoned + self.withdrawn
        return self.started == ended + self.open

    @property
    def sentence(self) -> str:
        """The whole and its parts, for a person; parts without a battle are left out."""
        named = ("skipped", "failed", "abandoned", "withdrawn", "open")
        lost = [f"{n:,} {name}" for name in named if (n := getattr(self, name))]
        parts = ", ".join((f"{self.voted:,} voted", *lost))
        return f"{self.started:,} battle{'s' * (self.started != 1)} started: {parts}."


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """How far a session has come that can still be continued."""

    session_id: str
    study: str
    study_sha256: str
    participant_id: str
    participant_code: str | None
    simulated: bool
    started_utc: str
    seed: int
    settings: Json
    battles_planned: int
    battles: Conservation
