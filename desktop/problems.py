"""Every sentence a participant reads when something went wrong, made in one place.

No sentence here names a system, a file of this station or an exception.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from desktop.audio.capture import CaptureFailed, CaptureFault
from engines.errors import EngineError
from ui.state import Problem

if TYPE_CHECKING:
    from desktop.audio.quality import Quality

COMPARISON_FAILED = Problem(
    "This comparison could not be completed.",
    "Your recording is kept, and nothing you did caused it. You get another try.",
    "Continue",
)
SYSTEMS_KEEP_FAILING = Problem(
    "The session has ended early because the assistants do not answer.",
    "Every vote you gave is kept. Please tell the person who runs this study.",
)
BUG = Problem(
    "Something went wrong inside Earshot.",
    "Every vote you gave is kept. What happened is written in the log of this computer.",
)


@runtime_checkable
class Spoken(Protocol):
    """The families of world errors: each carries the sentences people read."""

    sentence: str
    advice: str


def from_exception(error: BaseException, *, action: str = "") -> Problem:
    """What to say about a world error. Anything else is a bug and is raised again."""
    if isinstance(error, EngineError):
        return Problem(error.participant, action=action)
    if isinstance(error, CaptureFailed):
        return replace(from_fault(error.fault), action=action)
    if isinstance(error, Spoken):
        return Problem(error.sentence, error.advice, action)
    raise error


def from_fault(fault: CaptureFault) -> Problem:
    """What to say about a microphone that fails while it is open."""
    return Problem(fault.sentence, fault.advice)


def from_verdicts(quality: Quality) -> Problem:
    """Why a take was refused."""
    verdict = next(verdict for verdict in quality.verdicts if verdict.refuses)
    return Problem(verdict.sentence, verdict.advice)


def from_flags(quality: Quality) -> Problem | None:
    """What the speaker should know of a take that is used all the same."""
    for verdict in quality.verdicts:
        return Problem(verdict.sentence, verdict.advice)
    return None
