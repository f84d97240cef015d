"""The words an engine and its callers share: roles, what goes in, what comes out.

Nothing here imports a model library, Qt or a database. An engine is a class named `Engine` in
`engines/<family>/engine.py`; it runs only inside a worker process (`engines.worker`) and implements
`Recogniser`, `Responder`, `Lam` or `Fetcher` below. Callers never see it, only `engines.client`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

Settings = Mapping[str, Any]
"""JSON values only: settings cross a process border and are stored with every answer."""


class Role(StrEnum):
    """What runs in a worker."""

    RECOGNISER = "recogniser"  # audio -> hypotheses with scores
    RESPONDER = "responder"  # text -> text
    LAM = "lam"  # audio -> text: a large audio model
    FETCHER = "fetcher"  # brings the weights of a model onto this machine


class FinishReason(StrEnum):
    STOP = "stop"  # the system ended its answer
    LENGTH = "length"  # it reached the token limit
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Probe:
    """Whether an engine could run here, told before anything heavy is imported."""

    ok: bool
    missing: tuple[str, ...] = ()
    """What is not there, each a thing to install or download."""
    reason: str = ""
    """One sentence for the researcher; empty when `ok`."""
    memory_bytes: int = 0
    """Estimated memory once loaded, on `device`."""
    lacks: str = ""
    """What kind of thing is missing, an `ErrorKind`; empty when `ok` or when there is no word."""
    device: str = "cpu"
    """Where it would be loaded."""
    free_bytes: int | None = None
    """Memory that is free on `device` now; None when that was not asked."""
    choices: tuple[str, ...] = ()
    """Models that a server has, where the table names none of them."""
    warning: str = ""
    """One sentence on what works today and will not for long; may come with `ok`."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was really loaded."""

    model_version: str
    device: str = "cpu"
    dtype: str = ""
    weights: Mapping[str, str] = field(default_factory=dict)
    """File, by its name or its path in the model's folder -> SHA-256 in hexadecimal."""
    segments: bool = False
    """Whether it takes a take in while it is being spoken (`SegmentRecogniser`)."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One reading of a take."""

    name: str
    """Which search made it, for example `skills` or `dictation`."""
    text: str
    """Words separated by single spaces; empty when nothing was heard.

    In the case and with the marks its recogniser writes: a language model reads them, and the
    skills do without.
    """
    score: float
    """A log-probability, per frame or per token; comparable between hypotheses of one take only."""
    accepted: bool = True
    """False when the recogniser itself says the speech is outside this search's domain."""


@dataclass(frozen=True, slots=True)
class Transcription:
    """What a recogniser heard in one take."""

    hypotheses: tuple[Hypothesis, ...]
    duration_ms: float
    """Length of the audio that was decoded."""
    recognise_ms: float
    """The recogniser's work, also what it did while the person still spoke."""
    model_version: str
    segments: int = 0
    """In how many pieces it was recognised while it was being spoken; 0 for a whole file."""

    def named(self, name: str) -> Hypothesis:
        """The hypothesis of one search. Raises KeyError when the recogniser has no such search."""
        for hypothesis in self.hypotheses:
            if hypothesis.name == name:
                return hypothesis
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange of a conversation."""

    said: str
    """What this system's recogniser heard; empty where it hears the take itself."""
    answered: str
    wav_path: Path | None = None
    """The take it was asked with, for a system that hears it itself (16 kHz mono PCM16 WAV)."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a responder or a LAM is asked."""

    text: str = ""
    """What the recogniser heard (responders); empty for a LAM."""
    understood: bool = True
    """False when the recogniser rejected the speech as outside its domain."""
    wav_path: Path | None = None
    """16 kHz mono PCM16 WAV (LAMs)."""
    instruction: str = ""
    """Text of the user's turn that goes with the audio (LAMs)."""
    system_prompt: str = ""
    history: Sequence[Turn] = ()
    settings: Settings = field(default_factory=dict)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Finished:
    """How an answer ended: what an engine's `respond` generator returns."""

    reason: FinishReason = FinishReason.STOP
    model_version: str = ""
    """The version that was actually served; an API may serve another than was asked for."""
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    encode_ms: float | None = None
    """From the request to a prompt the model can continue: audio features, tokenisation."""


@dataclass(frozen=True, slots=True)
class FetchedFile:
    """One file of a model."""

    size_bytes: int
    sha256: str = ""
    """In hexadecimal; empty while the file is not here and nobody has said."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetcher brought, or would bring."""

    revision: str
    """Of the files: for a hub the full commit."""
    files: Mapping[str, FetchedFile] = field(default_factory=dict)
    """Path within the folder, with forward slashes -> the file."""
    licence: str = ""
    """As the source names it; empty when it does not."""
    gated: bool = False
    """Whether the source wants its terms accepted by a known person first."""


Progress = Callable[[str, float | None], None]
"""`progress(what, share)`: share in [0, 1], or None when it cannot be known."""
Cancelled = Callable[[], bool]
"""True once the caller has cancelled; an engine asks between tokens."""


class Engine(Protocol):
    """Common to all roles. Errors are raised as `engines.errors.EngineError`."""

    def probe(self, model: Settings) -> Probe: ...
    def load(self, model: Settings, progress: Progress) -> Loaded: ...
    def unload(self) -> None: ...


class Keyed(Protocol):
    """An engine of systems that want a key (`key` in the model's table names it)."""

    def take_key(self, key: str) -> None:
        """Called before `probe` and `load`. The key is kept in memory and told to nobody else."""
        ...


class Recogniser(Engine, Protocol):
    def transcribe(
        self, wav_path: Path, settings: Settings, cancelled: Cancelled
    ) -> Transcription: ...


class Segment(Protocol):
    """A take that is still being spoken, as an engine holds it. Used by one thread at a time."""

    def feed(self, pcm16: bytes) -> None:
        """The next samples, 16 kHz mono, little-endian, any number of whole ones."""
        ...

    def close(self) -> Transcription:
        """The take has ended. Raises what `transcribe` raises. Nothing is called after it."""
        ...

    def discard(self) -> None:
        """Nobody wants it any more: keep nothing of it. Nothing is called after it."""
        ...


class SegmentRecogniser(Recogniser, Protocol):
    """A recogniser that begins before the take has ended. Its manifest says `segments = true`."""

    def open(self, settings: Settings, cancelled: Cancelled) -> Segment:
        """Begin. Before anything else is asked of the engine, the segment is closed or discarded.

        `cancelled` holds for all that is done with the segment. Only asked of a model whose
        `Loaded.segments` is true.
        """
        ...


class Responder(Engine, Protocol):
    def respond(self, prompt: Prompt, cancelled: Cancelled) -> Generator[str, None, Finished]:
        """Yield text deltas; return how it ended."""
        ...


Lam = Responder
"""A LAM answers like a responder, from `Prompt.wav_path` instead of `Prompt.text`."""


class Fetcher(Engine, Protocol):
    def fetch(
        self, model: Settings, folder: Path | None, progress: Progress, cancelled: Cancelled
    ) -> Fetched:
        """Bring the files of `model` into `folder`, or without one only say which they are.

        Files that are complete in `folder` are not brought again; what was broken off is gone on
        with. Every file is verified and on the disk (fsync) under its own name on return.
        `progress` hears shares of all bytes of the model, those that were there included.
        """
        ...


@dataclass(frozen=True, slots=True)
class Part:
    """One loadable thing of a system: an engine family and the model it loads."""

    engine: str
    """Folder name under `engines/`."""
    model: Settings = field(default_factory=dict)
    """What `load` gets. Equal (engine, model) pairs share one worker process."""


@dataclass(frozen=True, slots=True)
class System:
    """What competes: a LAM, or a composition of a recogniser and a responder."""

    id: str
    version: str
    responder: Part
    """The responder or LAM."""
    recogniser: Part | None = None
    """None for a LAM."""
    hypothesis: str = ""
    """Which of the recogniser's hypotheses the responder reads."""
    system_prompt: str = ""
    settings: Settings = field(default_factory=dict)
    instruction: str = ""
    """Text of the user's turn that goes with the audio; for LAMs."""
    longest_s: float = 0.0
    """Of takes longer than this it is not asked; 0 leaves that to its engine."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds from a monotonic clock, named as the field names them."""

    load_ms: float | None = None
    asr_ms: float | None = None
    """Recognition once the take had ended, whichever answer of the battle paid for it."""
    encode_ms: float | None = None
    ttft_ms: float | None = None
    """Time to first token, from sending `respond`."""
    tpot_ms: float | None = None
    """Mean time per output token after the first."""
    total_ms: float = 0.0
    """From `ask` to the end of the answer, waiting for workers included."""
    engine_ms: float = 0.0
    """What the engines themselves took: recognition plus response, measured inside the workers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One complete answer and what served it."""

    text: str
    finish: FinishReason
    timings: Timings
    served_version: str
    transcription: Transcription | None = None
    """The recognition this answer used; the same object for every system that shared it."""
    hypothesis: str = ""
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    seed: int = 0
    settings: Settings = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    """Package name -> version, as the workers reported them."""
    weights: Mapping[str, str] = field(default_factory=dict)
    audio_sha256: str = ""
    """Of the bytes of the WAV file the system got."""
    prompt_sha256: str = ""
    """Of the prompt as the responder or LAM got it, without the audio (`engines.asking`)."""
    device: str = ""
    dtype: str = ""
    """Of the responder or LAM."""
    network: str = ""
    """What the workers that made it could reach (`engines.isolation.Network`)."""
    replaced_characters: int = 0
    """NUL and lone surrogates of the answer that became U+FFFD at the protocol's edge."""
