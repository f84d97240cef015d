"""Why the participant voted so: typed, or spoken, transcribed on this machine and corrected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass

from desktop.catalogue import Entry
from desktop.study import Study
from desktop.take_desk import Take, TakeDesk
from engines.api import Part, Transcription
from engines.pool import Pool
from ui.state import ReasonState


@dataclass(frozen=True, slots=True)
class SpokenReason:
    """A recorded reason and what the recogniser made of it, before any correction."""

    take: Take
    recogniser: Part
    transcription: Transcription
    verbatim: str


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
        self._recogniser, self._hypothesis = _dictation(study, entries)
        self._text = ""
        self._saved = False
        self.spoken: SpokenReason | None = None

    @property
    def possible(self) -> bool:
        """Whether this study has a recogniser that could hear a spoken reason."""
        return self._recogniser is not None

    def state(self) -> ReasonState:
        return ReasonState(text=self._text, spoken=self.spoken is not None, saved=self._saved)

    def clear(self) -> None:
        self._text, self._saved, self.spoken = "", False, None

    def saved(self, text: str) -> None:
        self._text, self._saved = text, True

    def record(self, changed: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Open the microphone and record at once."""
        self.clear()

        def opened() -> None:
            self._desk.begin()
            changed()

        self._desk.open(opened, failed)

    def stop(self, heard: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """End the recording and transcribe it; `heard` is called when the text can be corrected."""

        def taken(take: Take) -> None:
            self._desk.close()
            recogniser = self._recogniser
            if take.quality.refused or recogniser is None:
                heard()
                return
            future = self._pool.transcribe(recogniser, take.heard)
            future.add_done_callback(
                lambda _: self._post(lambda: self._transcribed(take, future, heard, failed))
            )

        self._desk.end(taken, failed)

    def _transcribed(
        self,
        take: Take,
        future: Future[Transcription],
        heard: Callable[[], None],
        failed: Callable[[BaseException], None],
    ) -> None:
        self._pool.forget(take.heard)
        take.heard.unlink(missing_ok=True)
        error = future.exception()
        if error is not None:
            failed(error)
            return
        assert self._recogniser is not None
        transcription = future.result()
        self._text = transcription.named(self._hypothesis).text
        self.spoken = SpokenReason(take, self._recogniser, transcription, self._text)
        heard()


def _dictation(study: Study, entries: Mapping[str, Entry]) -> tuple[Part | None, str]:
    """The recogniser of the study that takes free dictation, and its hypothesis' name."""
    for system_id in study.systems:
        system = entries[system_id].system
        if system.recogniser is not None and system.hypothesis == "dictation":
            return system.recogniser, system.hypothesis
    return None, ""
