"""Why the participant voted so: typed, or spoken, transcribed on this machine and corrected."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future

from desktop import problems
from desktop.audio.problems import AudioUnavailable
from desktop.getting.removing import remove_quietly
from desktop.session.ledger import SpokenReason
from desktop.session.listening_ahead import listen_ahead
from desktop.session.reason_recogniser import Dictation
from desktop.session.take_desk import NotKept, Take, TakeDesk
from engines.api import Transcription
from engines.errors import EngineError
from engines.pool import Pool
from ui.state import Problem, ReasonState


class ReasonDesk:
    """Holds one reason while it is being made. Belongs to the window's thread."""

    def __init__(
        self,
        desk: TakeDesk,
        pool: Pool,
        dictation: Dictation | None,
        post: Callable[[Callable[[], None]], None],
    ) -> None:
        """Without `dictation` reasons are typed."""
        self._desk = desk
        self._pool = pool
        self._post = post
        self._dictation = dictation
        self._opening = False
        self._text = ""
        self._kept_text = ""
        """The reason for the present choice that is in the database; empty while there is none."""
        self._draft = ""
        """What typing begins from, where none is kept: the reason for another choice."""
        self._take: Take | None = None
        """What was recorded and is not in the database."""
        self.spoken: SpokenReason | None = None
        self.problem: Problem | None = None
        """What is wrong with a spoken reason; it can still be typed."""

    @property
    def possible(self) -> bool:
        """Whether somebody speaks, and this study has a recogniser that could hear a reason."""
        return self._dictation is not None and not self._desk.replays

    def state(self) -> ReasonState:
        return ReasonState(
            text=self._text,
            spoken=self.spoken is not None,
            opening=self._opening,
            saved=bool(self._kept_text),
        )

    def clear(self) -> None:
        """Forget the reason of the battle before."""
        self.take_up("")

    def take_up(self, text: str) -> None:
        """Another battle, with its saved reason if it has any."""
        self._begin("")
        self._kept_text, self._draft = text, ""

    def choice_changed(self) -> None:
        """What was saved explains the choice before; it stays with that, and begins a new one."""
        self._draft, self._kept_text = self._kept_text or self._draft, ""

    def edit(self) -> None:
        """Type, from what was saved before if there is any."""
        self._begin(self._kept_text or self._draft)

    def saved(self, text: str) -> None:
        self._begin(text)
        self._kept_text = text

    def dismiss(self) -> None:
        """The participant thinks better of it: what was recorded and not saved is deleted."""
        self._desk.discard()
        if self._take is not None:
            self._delete(self._take)
        self._begin(self._kept_text)

    def give_up(self) -> None:
        """The microphone failed: close it."""
        self._desk.close()

    def record(self, changed: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Open the microphone and record at once."""
        self._begin("")
        self._opening = True

        def opened() -> None:
            try:
                hears = [] if self._dictation is None else [self._dictation.recogniser]
                self._desk.begin(listen_ahead(self._pool, hears))
            except AudioUnavailable as error:  # it went in this very moment
                failed(error)
                return
            self._opening = False
            changed()

        self._desk.open(opened, failed)

    def stop(
        self,
        heard: Callable[[], None],
        failed: Callable[[BaseException], None],
        not_kept: NotKept,
    ) -> None:
        """End the recording and transcribe it.

        `heard` is called when the text can be corrected, or when there is nothing to correct:
        then `spoken` is None.
        """
        self._opening = False
        if not self._desk.recording:
            self._desk.close()
            heard()
            return

        def taken(take: Take) -> None:
            self._desk.close()
            dictation = self._dictation
            if take.quality.refused or dictation is None:
                self._delete(take)
                self.problem = problems.refused_reason(take.quality)
                heard()
                return
            self._take = take
            future = self._pool.transcribe(dictation.recogniser, take.heard)
            future.add_done_callback(
                lambda _: self._post(lambda: self._transcribed(take, dictation, future, heard))
            )

        self._desk.end(taken, failed, not_kept)

    def _transcribed(
        self,
        take: Take,
        dictation: Dictation,
        future: Future[Transcription],
        heard: Callable[[], None],
    ) -> None:
        if take is not self._take:  # dismissed meanwhile
            return
        error = future.exception()
        self._let_go(take)
        if isinstance(error, EngineError):
            self.problem = problems.REASON_NOT_TRANSCRIBED
            self.spoken = SpokenReason(take, dictation.recogniser, None, "")
        elif error is not None:
            raise error
        else:
            transcription = future.result()
            texts = {one.name: one.text for one in transcription.hypotheses}
            self._text = texts.get(dictation.hypothesis, "")
            if dictation.hypothesis not in texts:  # the catalogue promised what it does not give
                self.problem = problems.REASON_NOT_TRANSCRIBED
            self.spoken = SpokenReason(take, dictation.recogniser, transcription, self._text)
        heard()

    def _begin(self, text: str) -> None:
        self._opening, self._text, self.problem = False, text, None
        self._take, self.spoken = None, None

    def _let_go(self, take: Take) -> None:
        self._pool.forget(take.heard)
        remove_quietly(take.heard)

    def _delete(self, take: Take) -> None:
        self._let_go(take)
        remove_quietly(take.file)
