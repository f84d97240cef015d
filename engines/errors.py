"""What can go wrong in an engine: a kind, a sentence for the researcher, one for the participant.

    Exception
    ├── EngineError            the world's fault; has a kind, may cross the process border
    │   ├── WorkerLost         the process died, broke the protocol or could not start (`internal`)
    │   └── RequestCancelled   a request without partial result was cancelled (`internal`)
    └── anything else          our fault: a bug. Inside a worker it becomes `internal`, with the
                               traceback in the worker's log

An engine raises `EngineError`; the two subclasses are made on the caller's side only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ErrorKind(StrEnum):
    NEEDS_DOWNLOAD = "needs_download"  # weights are not on this machine
    NEEDS_PACKAGE = "needs_package"  # a Python package or program is missing
    NEEDS_KEY = "needs_key"  # an API key is missing or was rejected
    GATED = "gated"  # the weights need an accepted licence
    OUT_OF_MEMORY = "out_of_memory"
    AUDIO_EMPTY = "audio_empty"  # a well-formed file in which there is nothing to hear
    AUDIO_TOO_LONG = "audio_too_long"
    BAD_AUDIO = "bad_audio"  # not there, cut off, or not a 16 kHz mono PCM16 WAV file
    REFUSED = "refused"  # the system declined to answer
    RATE_LIMITED = "rate_limited"
    NETWORK = "network"
    TIMEOUT = "timeout"
    MODEL_RETIRED = "model_retired"
    INTERNAL = "internal"


_NOT_MADE = "The answer could not be made."
_NOT_FETCHED = "The answer could not be fetched just now."

# What a participant reads. No sentence may tell one system from another: a local model that is
# missing and an API whose key is wrong read the same.
_PARTICIPANT: Mapping[ErrorKind, str] = {
    ErrorKind.NEEDS_DOWNLOAD: _NOT_MADE,
    ErrorKind.NEEDS_PACKAGE: _NOT_MADE,
    ErrorKind.NEEDS_KEY: _NOT_MADE,
    ErrorKind.GATED: _NOT_MADE,
    ErrorKind.OUT_OF_MEMORY: _NOT_MADE,
    ErrorKind.AUDIO_EMPTY: "No speech could be heard in the recording. Please record it again.",
    ErrorKind.AUDIO_TOO_LONG: "The recording is too long. Please record a shorter one.",
    ErrorKind.BAD_AUDIO: "The recording could not be read. Please record it again.",
    ErrorKind.REFUSED: "No answer was given to this recording.",
    ErrorKind.RATE_LIMITED: _NOT_FETCHED,
    ErrorKind.NETWORK: _NOT_FETCHED,
    ErrorKind.TIMEOUT: "The answer did not arrive in time.",
    ErrorKind.MODEL_RETIRED: _NOT_MADE,
    ErrorKind.INTERNAL: _NOT_MADE,
}


class EngineError(Exception):
    """A typed failure of an engine or of the worker it runs in.

    `researcher` says what happened and what to do about it, and may name systems, files and
    packages; `data` holds JSON values that help (sizes, names). Neither is ever shown to a
    participant, who reads `participant`.
    """

    def __init__(
        self, kind: ErrorKind, researcher: str, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(researcher)
        self.kind = kind
        self.researcher = researcher
        self.data: dict[str, Any] = dict(data or {})

    @property
    def sentence(self) -> str:
        """For commands, whose reader is the researcher."""
        return self.researcher

    advice = ""

    @property
    def participant(self) -> str:
        """A neutral sentence, the same whichever system failed."""
        return _PARTICIPANT[self.kind]

    def to_wire(self) -> dict[str, Any]:
        """The `data` member of a JSON-RPC error: `{kind, researcher, data}`."""
        return {"kind": str(self.kind), "researcher": self.researcher, "data": self.data}

    @staticmethod
    def from_wire(wire: Mapping[str, Any], *, message: str = "") -> EngineError:
        """Read what `to_wire` wrote, or what a program that is not ours wrote in its place.

        A kind we do not know (a newer engine's) becomes `internal` and is kept in `data`.
        `message` is the JSON-RPC error's own text, used where `researcher` is missing.
        """
        kind, researcher, data = wire.get("kind"), wire.get("researcher"), wire.get("data")
        kept = dict(data) if isinstance(data, Mapping) else {}
        if not isinstance(kind, str) or kind not in set(ErrorKind):
            kept["unknown_kind"] = kind
            kind = ErrorKind.INTERNAL
        if not isinstance(researcher, str) or not researcher:
            researcher = message or "The engine failed and did not say why."
        return EngineError(ErrorKind(kind), researcher, kept)


class WorkerLost(EngineError):
    """The worker process is gone, with everything it had been asked. Always `internal`."""

    def __init__(self, researcher: str, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(ErrorKind.INTERNAL, researcher, data)


class RequestCancelled(EngineError):
    """The caller cancelled, or closed the worker, before there was a result."""

    def __init__(self, researcher: str = "The request was cancelled.") -> None:
        super().__init__(ErrorKind.INTERNAL, researcher)
