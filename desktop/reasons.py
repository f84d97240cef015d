"""Why the participant voted so: typed, or spoken, transcribed on this machine and corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future

from desktop import problems
from desktop.catalogue import Entry
from desktop.ledger import SpokenReason
from desktop.study import Study
from desktop.take_desk import Take, TakeDesk
from engines.api import Part, Transcription
from engines.pool import Pool
from ui.state import Problem, ReasonState

DICTATION = "dictation"
"""The hypothesis of free speech."""


class ReasonDesk:
    """Holds one reason while it is being made. Belongs to the window's thread."""

    def __init__(
        self,
        desk: TakeDesk,
        pool: Pool,
        study: Study,
        entries: Mapping[str, Entry],
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        self._desk = desk
        self._pool = pool
        self._post = post
        self._recogniser = _dictation(study, entries)
        self._text = ""
        self._saved = False
        self.spoken: SpokenReason | None = None
        self.problem: Problem | None = None
        """Why a spoken reason was not understood; it can still be typed."""

    @property
    def possible(self) -> bool:
        """Whether this study has a recogniser that could hear a spoken reason."""
        return self._recogniser is not None

    def state(self) -> ReasonState:
        return ReasonState(text=self._text, spoken=self.spoken is not None, saved=self._saved)

    def clear(self) -> None:
        self._text, self._saved, self.spoken, self.problem = "", False, None, None

    def saved(self, text: str) -> None:
        self._text, self._saved = text, True

    def dismiss(self) -> None:
        """The participant thinks better of it: a recorded reason that was not saved is deleted."""
        self._desk.close()
        if self.spoken is not None:
            self.spoken.take.file.unlink(missing_ok=True)
        self.clear()

    def record(self, changed: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Open the microphone and record at once."""
        self.clear()

        def opened() -> None:
            self._desk.begin()
            changed()

        self._desk.open(opened, failed)

    def stop(self, heard: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """End the recording and transcribe it; `heard` is called when the text can be corrected."""
        if not self._desk.recording:
            self._desk.close()
            heard()
            return

        def taken(take: Take) -> None:
            self._desk.close()
            recogniser = self._recogniser
            if take.quality.refused or recogniser is None:
                take.file.unlink(missing_ok=True)
                self.problem = problems.from_verdicts(take.quality)
                heard()
                return
            future = self._pool.transcribe(recogniser, take.heard)
            future.add_done_callback(
                lambda _: self._post(
                    lambda: self._transcribed(take, recogniser, future, heard, failed)
                )
            )

        self._desk.end(taken, failed)

    def _transcribed(
        self,
        take: Take,
        recogniser: Part,
        future: Future[Transcription],
        heard: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._pool.forget(take.heard)
        take.heard.unlink(missing_ok=True)
        error = future.exception()
        if error is not None:
            take.file.unlink(missing_ok=True)
            failed(error)
            return
        transcription = future.result()
        self._text = transcription.named(DICTATION).text
        self.spoken = SpokenReason(take, recogniser, transcription, self._text)
        heard()


def _dictation(study: Study, entries: Mapping[str, Entry]) -> Part | None:
    """A recogniser of the study that takes free dictation."""
    for system_id in study.systems:
        system = entries[system_id].system
        if system.recogniser is not None and system.hypothesis == DICTATION:
            return system.recogniser
    return None
