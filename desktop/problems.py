"""Every sentence a participant reads when something went wrong, made in one place.

No sentence here names a system or an exception, and only those for whoever runs the station name a
place on its disk.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from desktop.audio.capture import CaptureFailed, CaptureFault
from desktop.logs import log
from desktop.plural import count
from engines.errors import EngineError
from local_db.errors import DiskFull, WorldError
from ui.safe_text import in_line
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
VOTE_IS_KEPT = Problem(
    "Your vote was saved after all, and it counts.",
    "This computer had reported an error. You can still change the vote.",
)
GUESS_IS_KEPT = Problem(
    "What you chose first was saved after all, and it stands.",
    "This computer had reported an error. A guess cannot be changed once it is saved.",
    "Go on",
)
REASON_NOT_TRANSCRIBED = Problem(
    "Your reason was recorded, but it could not be turned into text.",
    "Type it here; the recording is kept with it.",
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


def for_researcher(error: BaseException, *, action: str = "") -> Problem:
    """As `from_exception`, in the words for whoever runs the station: they may name systems."""
    if isinstance(error, EngineError):
        title, _, detail = error.researcher.partition("\n")
        return Problem(title, detail, action)
    return from_exception(error, action=action)


def for_participant(error: WorldError, action: str = "") -> Problem:
    """What a participant reads when something could not be written down."""
    log.info("not kept: %s %s", error.sentence, error.advice)
    if isinstance(error, DiskFull):
        return Problem(
            "The disk of this computer is full, so this step was not saved.",
            "Everything before it is safe. Free some space, then try again.",
            action,
        )
    return Problem(
        "This computer could not save this step.",
        "Everything before it is safe. Try again, or ask the person who runs this study.",
        action,
    )


def no_take(error: BaseException) -> Problem:
    """Why there is no recording: the microphone's fault, or the disk's."""
    return for_participant(error) if isinstance(error, WorldError) else from_exception(error)


def no_backup(error: WorldError) -> Problem:
    """Everything is saved; only its second copy is not."""
    log.info("no backup: %s %s", error.sentence, error.advice)
    return Problem(
        "Your votes are saved, but no second copy of them could be made.",
        "Please tell the person who runs this study.",
    )


def bug(log_file: Path) -> Problem:
    """A mistake of the program's own; the log is for whoever reports it."""
    return Problem(
        "Something went wrong inside Earshot.",
        f"Every vote you gave is kept. What happened is written in {log_file}.",
        "Dismiss",
    )


def recordings_missing(n: int) -> Problem:
    """For the researcher: rows whose recordings are not there any more."""
    what = count(n, "recording is", "recordings are")
    return Problem(
        f"{what} missing from the takes folder.",
        "The votes on them are kept. Look for the files in a backup of this computer.",
    )


def recordings_put_aside(n: int, folder: Path) -> str:
    """For the researcher: mostly what was cut off when the program or the computer stopped."""
    what = count(n, "recording was", "recordings were")
    return f"When Earshot last stopped, {what} left over without a vote. Look in {folder}."


def another_microphone(asked_for: str, used: str) -> Problem:
    """The one that was named or chosen is not there; the session can go on with another."""
    return Problem(
        f"The microphone “{in_line(asked_for, longest=100)}” is not there; "
        f"“{in_line(used, longest=100)}” is used instead.",
        "Connect it and look again, or choose one below.",
        "Look again",
    )


def from_fault(fault: CaptureFault) -> Problem:
    """What to say about a microphone that fails while it is open."""
    return Problem(fault.sentence, fault.advice)


def from_verdicts(quality: Quality) -> Problem:
    """Why a take was refused."""
    verdict = next(verdict for verdict in quality.verdicts if verdict.refuses)
    return Problem(verdict.sentence, verdict.advice)


def refused_reason(quality: Quality) -> Problem:
    """Why a spoken reason was refused. There is another way to give it."""
    refusal = from_verdicts(quality)
    return replace(refusal, detail=f"{refusal.detail} You can also type it.")


def from_flags(quality: Quality) -> Problem | None:
    """What the speaker should know of a take that is used all the same."""
    for verdict in quality.verdicts:
        return Problem(verdict.sentence, verdict.advice)
    return None
