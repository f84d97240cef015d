"""One take on its way through PocketSphinx, from its file or while it is still being spoken."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engines.api import Cancelled, Hypothesis, Transcription
from engines.audio import LONGEST_S, RATE_HZ, require_sound
from engines.pocketsphinx.level import Preparing
from engines.pocketsphinx.search import DICTATION, SKILLS, Search, Searches

if TYPE_CHECKING:  # as in `level`
    import numpy as np
    from numpy.typing import NDArray

ACCEPT_AT = 0.1
"""Nats per frame by which the path of `skills` must beat that of `dictation` to be accepted."""


class Hearing:
    """A `Segment` of `engines.api`: what is fed is heard at once, as far as that can be.

    The searches begin once the level and the means are known (`level`), and then catch up: both
    together take about a third of the time that speaking takes.
    """

    def __init__(self, searches: Searches, model_version: str, cancelled: Cancelled) -> None:
        self._searches = searches
        self._model_version = model_version
        self._cancelled = cancelled
        self._preparing = Preparing()
        self._at_work: list[Search] = []
        self._any_sound = False
        self._took_s = 0.0

    def feed(self, pcm16: bytes) -> None:
        import numpy as np

        self.hear(np.frombuffer(pcm16, dtype="<i2"))

    def hear(self, samples: NDArray[np.int16]) -> None:
        """The next samples, shape `(n_samples,)`. What is over the longest take is not heard."""
        began_s = time.perf_counter()
        self._any_sound = self._any_sound or bool(samples.any())
        room = max(0, LONGEST_S * RATE_HZ - self._preparing.frames)
        sound = self._preparing.add(samples[: room + 1])  # one more, so that `close` sees it
        self._search(sound)
        self._took_s += time.perf_counter() - began_s

    def close(self, segments: int = 1) -> Transcription:
        """Raises EngineError: `audio_empty`, `audio_too_long`."""
        began_s = time.perf_counter()
        try:
            require_sound(self._preparing.frames, any_sound=self._any_sound)
        except BaseException:
            self.discard()
            raise
        self._search(self._preparing.end())
        skills, dictation = (search.end() for search in self._at_work)
        accepted = bool(skills.text) and skills.score - dictation.score >= ACCEPT_AT
        self._took_s += time.perf_counter() - began_s
        return Transcription(
            hypotheses=(
                Hypothesis(SKILLS, skills.text, skills.score, accepted),
                Hypothesis(DICTATION, dictation.text, dictation.score),
            ),
            duration_ms=self._preparing.frames / RATE_HZ * 1000,
            recognise_ms=self._took_s * 1000,
            model_version=self._model_version,
            segments=segments,
        )

    @property
    def searching(self) -> bool:
        """Whether the searches have begun."""
        return bool(self._at_work)

    def discard(self) -> None:
        at_work, self._at_work = self._at_work, []
        for search in at_work:
            search.drop()

    def _search(self, sound: bytes) -> None:
        if not sound:
            return
        if not self._at_work:
            means = self._searches.means(self._preparing.head)
            self._at_work = [
                self._searches.begin(name, means, self._cancelled) for name in (SKILLS, DICTATION)
            ]
        for search in self._at_work:
            search.hear(sound)
