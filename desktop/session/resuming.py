"""A sitting that was broken off: whether there is one that can go on, and for whom."""

from __future__ import annotations

from collections.abc import Callable

from desktop.session.participant_code import normal_code
from desktop.session.study import Study
from desktop.session.view import resume_text
from local_db.errors import WorldError
from local_db.kept import SessionProgress
from local_db.reader import Reader


class Resuming:
    """Belongs to the thread of `reader`; `tell` changes what the page before a session says."""

    def __init__(
        self, reader: Reader, study: Study, tell: Callable[..., None], *, simulated: bool
    ) -> None:
        self._reader = reader
        self._study = study
        self._tell = tell
        self._simulated = simulated
        self.earlier: SessionProgress | None = None
        """What was offered last."""

    def offer(self, typed: str) -> None:
        """Look for one, and say so on the page, where the code `typed` stands.

        Raises WorldError where the database cannot say.
        """
        self.earlier = self._broken_off()
        self._tell(resume_text=resume_text(self.earlier))
        self.code_typed(typed)

    def code_typed(self, typed: str) -> None:
        """A session goes on under its own code; one without a code for whoever types none."""
        own = self.earlier.participant_code if self.earlier is not None else None
        self._tell(resume_fits=normal_code(typed) == own)

    def possible(self) -> bool:
        """False also where the database cannot say; whoever counts it hears why."""
        try:
            return self._broken_off() is not None
        except WorldError:
            return False

    def _broken_off(self) -> SessionProgress | None:
        """The newest, of this very study file."""
        for session in self._reader.open_sessions(self._study.id):
            same = session.study_sha256 == self._study.sha256
            voted, planned = session.battles.voted, session.battles_planned
            if same and session.simulated == self._simulated and 0 < voted < planned:
                return session
        return None
