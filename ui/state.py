"""The frozen values that pages draw.

Pages are given one of these and nothing else. The states of a session before its end have no field
that could hold a system's name: that is how the window stays blind.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from ui.judging_state import Asked, Judged, Reading, Strength


class Vote(StrEnum):
    A = "a"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    B = "b"
    CANNOT_JUDGE = "cannot_judge"


@dataclass(frozen=True, slots=True)
class CastVote:
    """What was chosen with one act of the hand."""

    vote: Vote
    strength: Strength | None = None
    """Only with A or B, and where the study asks for it."""
    reading: Reading | None = None
    """How both answers were read before it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something went wrong, in the participant's words: one sentence, one action."""

    title: str
    """What happened."""
    detail: str = ""
    """What was kept and what to do."""
    action: str = ""
    """Label of the one button; empty when there is nothing to press."""


@dataclass(frozen=True, slots=True)
class DeviceRow:
    key: str
    """Stable between starts: name and host API, never an index."""
    label: str
    hint: str = ""
    """For example that a hands-free headset records at telephone quality."""


class Phase(StrEnum):
    """Where a battle stands, as the participant sees it."""

    OPENING = "opening"  # the microphone is being opened
    READY = "ready"  # waiting for speech
    RECORDING = "recording"
    CHECKING = "checking"  # the take is being closed and judged
    THINKING = "thinking"  # both systems answer; nothing is painted
    REVEALING = "revealing"  # both texts appear at one cadence
    VOTING = "voting"
    GIVEN_UP = "given_up"  # to be recorded again; the next battle is not written down yet
    VOTED = "voted"  # committed; a reason may be added
    CHANGING = "changing"  # the vote stands until another one is chosen
    NAMED = "named"  # who was who is told; nothing can be added any more
    REASON_RECORDING = "reason_recording"
    REASON_CHECKING = "reason_checking"  # the spoken reason is being transcribed
    REASON_EDITING = "reason_editing"
    FAILED = "failed"  # no vote possible; `problem` says why


@dataclass(frozen=True, slots=True)
class TakeStrip:
    """The recorded take above the cards."""

    duration_ms: int
    peaks: tuple[float, ...]
    """Peak per bar in [0, 1], oldest first."""
    playing: bool = False
    can_rerecord: bool = True
    """False once the answers may not be asked for again; then the take cannot be discarded
    either."""
    can_discard: bool = True
    replays: bool = False
    """Whether it is an earlier recording, asked again."""


@dataclass(frozen=True, slots=True)
class CardState:
    """One answer. Both cards always get the same kind of state."""

    text: str = ""
    """Plain text as the system wrote it (the card makes it safe to paint); empty until the
    reveal."""
    failed: bool = False
    truncated: bool = False
    """True when the shown text is cut at the display limit (the whole text is kept)."""


@dataclass(frozen=True, slots=True)
class ReasonState:
    text: str = ""
    spoken: bool = False
    """True when the text is a transcript to be corrected."""
    opening: bool = False
    """True while the microphone is being opened: nothing that is said now is recorded."""
    saved: bool = False


@dataclass(frozen=True, slots=True)
class ArenaState:
    """The one page a participant sees during a session."""

    title: str
    number: int
    """Battle, from 1."""
    total: int
    phase: Phase
    instruction: str = ""
    device_label: str = ""
    devices: tuple[DeviceRow, ...] = ()
    """What the microphone can be changed to; empty where it cannot be changed now."""
    device_key: str = ""
    max_duration_ms: int = 60_000
    take: TakeStrip | None = None
    card_a: CardState = CardState()
    card_b: CardState = CardState()
    vote: Vote | None = None
    strength: Strength | None = None
    asked: Asked = field(default_factory=Asked)
    judged: Judged = field(default_factory=Judged)
    can_change: bool = False
    """Whether the vote on the screen, or before a recording the last one, can be changed."""
    undo_ms: float = 0.0
    """For so long yet, changing it is called an undo."""
    reason: ReasonState = ReasonState()
    can_speak_reason: bool = True
    tells_names: bool = False
    """Whether who was who comes after this vote; the names are not here: see `NamesState`."""
    replays: bool = False
    """Whether earlier recordings are asked again, so that nobody has to speak."""
    asked_before: bool = False
    """Whether an earlier question of this session is shown again, with its answers."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class NamesState:
    """Who was who in one battle, for after its vote; it comes with phase NAMED, on its own road."""

    number: int
    """Of the battle, as in `ArenaState`."""
    name_a: str
    name_b: str


@dataclass(frozen=True, slots=True)
class ReplayState:
    """A battle that is shown again to whoever runs the study; nothing can be said about it."""

    line: str
    """Which battle it is, without a name."""
    turns: tuple[ArenaState, ...]
    """Each in phase REVEALING, as the participant met it."""
    names: NamesState | None = None
    """Only where they were asked for."""
    vote: Vote | None = None


@dataclass(frozen=True, slots=True)
class Meter:
    """The live level; arrives up to 30 times a second beside the state."""

    level_dbfs: float
    """RMS of the last block, at most 0; -inf for digital silence."""
    elapsed_ms: int = 0
    """Length of the running take; 0 while none is recorded."""
    peaks: tuple[float, ...] = ()
    """New waveform bars since the last meter value, each in [0, 1]."""


@dataclass(frozen=True, slots=True)
class CompareState:
    """The page before a session."""

    study_title: str
    study_text: str
    battles: int
    notice: str = ""
    """What the researcher should know, for example that only baselines are installed."""
    put_aside: str = ""
    """What was found of recordings that a crash left over, and where they lie."""
    devices: tuple[DeviceRow, ...] = ()
    device_key: str = ""
    meter_open: bool = False
    listens: bool = True
    """False where recordings stand in for the microphone: then there is nothing to listen to."""
    replays: bool = False
    """Whether those are asked again, so that nobody has to speak."""
    problem: Problem | None = None
    resume_text: str = ""
    """Not empty when an earlier session can be continued."""
    resume_fits: bool = True
    """False when the code that is typed is not that of the earlier session."""


@dataclass(frozen=True, slots=True)
class GuessState:
    """After the session, before it is told: which system was this? About one of its battles.

    The one state that lists systems before who was who is told: every vote is given and closed, and
    nothing here ties a name to an answer.
    """

    title: str
    number: int
    """Of the question, from 1."""
    total: int
    said: str
    """What was heard; empty for nothing."""
    text_a: str
    text_b: str
    choices: tuple[str, ...]
    """Names of the study's systems, the same for every question."""
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class RevealRow:
    """One battle after the session, with the names."""

    number: int
    said: str
    vote_text: str
    name_a: str
    name_b: str


@dataclass(frozen=True, slots=True)
class FinishedState:
    title: str
    voted: int
    total: int
    rows: tuple[RevealRow, ...] = ()
    reveals: bool = True
    """False when the study never tells; then nothing here leads to the results."""
    problem: Problem | None = None


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
    """Part of the resamples in which it is above every other; nan where nobody asked."""


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
    exclusions: str = ""
    """What is not counted, by rule."""
    rows: tuple[BoardRow, ...] = ()
    labels: tuple[str, ...] = ()
    """Matrix order; the same order as `rows`."""
    short_labels: tuple[str, ...] = ()
    cells: tuple[tuple[PairCell, ...], ...] = ()
    balance: str = ""
    """Slot balance in one sentence."""
    against: str = ""  # where head to head and leaderboard disagree
    includes_simulated: bool = False
    problem: Problem | None = None
    export: ExportState = ExportState()
    leaks: LeaksState = LeaksState()


class Way(StrEnum):
    """What a button of a system's row opens."""

    INSTALL = "install"  # its weights can be fetched
    ENVIRONMENT = "environment"  # its engine needs a Python environment of its own
    KEY = "key"  # it is asked with a key
    REMOVE = "remove"  # what it takes on the disk can be freed


class Availability(StrEnum):
    READY = "ready"
    MISSING = "missing"  # something has to be installed
    BROKEN = "broken"  # it is there and does not work
    UNAVAILABLE = "unavailable"  # retired, or nobody provides it
    CHECKING = "checking"


@dataclass(frozen=True, slots=True)
class SystemRow:
    label: str
    id: str
    kind: str
    """In words: what it is made of."""
    availability: Availability
    status_text: str
    how_to_get: str = ""
    """A command or a sentence; empty when it is ready."""
    detail: str = ""
    baseline: bool = False
    licence: str = ""
    """Its name, and whether the source wants to know who accepted it."""
    memory: str = ""
    """What it needs, and what is free where that was asked; empty when nobody knows."""
    paper: str = ""
    """What the paper calls it; empty for others."""
    can_install: bool = False
    """Its weights are not here and can be fetched."""
    own: bool = False
    """Somebody added it on this station."""
    ways: tuple[Way, ...] = ()
    """What can be done about it here, the next thing first."""
    key: str = ""
    """The name of the key that it is asked with."""
    first: str = ""
    """What has to be typed before the window can do anything; empty where nothing has."""


@dataclass(frozen=True, slots=True)
class SystemsState:
    working: str = ""
    rows: tuple[SystemRow, ...] = ()
    problem: Problem | None = None
    said: str = ""
    """What was done last, in one sentence."""
