"""Recordings of an earlier session, or of a folder, as the questions of a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from desktop.audio.capture import CaptureFault, Level
from desktop.audio.convert import read_samples
from desktop.audio.file_source import FileSource
from desktop.audio.quality import Limits, assess
from desktop.errors import EarshotError, UsageProblem
from desktop.paths import Home
from desktop.session.take_desk import NamedSource, SourceFactory
from local_db.kept import Battle
from local_db.reader import open_reader

LAST = "last"
_SOUNDS = (".wav", ".flac")


def earlier_takes(which: str, home: Home) -> list[Path]:
    """The recordings of the `last` session with some, of the session of that id, or of a folder.

    In the order in which they were spoken; those of a folder by name. Raises UsageProblem where
    there are none, and WorldError where the database cannot be read.
    """
    folder = Path(which).expanduser()
    if which != LAST and folder.is_dir():
        found = sorted(file for file in folder.iterdir() if file.suffix.lower() in _SOUNDS)
        if not found:
            raise UsageProblem(f"There is no WAV or FLAC file in {which}.")
        return found
    if not home.database.exists():
        raise UsageProblem(
            "No session was held on this station yet.", "Name a folder of WAV files."
        )
    with open_reader(home.database) as reader:
        battles = reader.battles()
    sessions = [battle.session for battle in battles if _questions(battle, home)]
    if which == LAST:
        if not sessions:
            raise UsageProblem(
                "No session of this station has recordings that are still there.",
                "Name a folder of WAV or FLAC files, or hold a session first.",
            )
        which = sessions[-1]
    found = [file for b in battles if b.session == which for file in _questions(b, home)]
    if not found:
        raise UsageProblem(
            "That session has no recordings that are still there."
            if which in {battle.session for battle in battles}
            else f"There is no session {which}, and no folder of that name.",
            f"Say {LAST}, a session's id (see an export), or a folder of WAV files.",
        )
    return list(dict.fromkeys(found))


def require_usable(takes: list[Path], *, longest_ms: float) -> None:
    """See that each would pass as a take: in the window nobody could get past one that does not.

    Raises AudioUnavailable for what is no sound, and EarshotError.
    """
    for take in takes:
        quality = assess(*read_samples(take), limits=Limits(longest_ms=longest_ms))
        for verdict in quality.verdicts:
            if verdict.refuses:
                why = verdict.code.value.replace("_", " ")
                raise EarshotError(
                    f"“{take.name}” would be refused as a take: {why}.",
                    "Leave it out of the folder, or name another session.",
                )


def replaying(takes: list[Path], name: str) -> SourceFactory:
    """A source that gives the first of them for the first question, and so on; more questions
    than recordings begin anew. A question that is asked once more is asked alike."""

    def make(
        on_level: Callable[[Level], None], _: Callable[[CaptureFault], None], question: int
    ) -> NamedSource:
        return NamedSource(FileSource(takes[(question - 1) % len(takes)], name, on_level), name)

    return make


def _questions(battle: Battle, home: Home) -> list[Path]:
    """What was asked in a battle, where the recording is still there."""
    asked = {turn.take_id for turn in battle.turns}
    files = [home.takes / take.file for take in battle.takes if take.id in asked]
    return [file for file in files if file.is_file()]
