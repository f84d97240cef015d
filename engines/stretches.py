"""A take cut at its pauses while it is still being spoken, for recognisers of the Whisper kind.

Such a recogniser hears a window of 30 s at once and has no state between windows. What was said up
to a pause can be recognised while the person goes on; what comes after the last pause is all that
is left when the take ends. The text may differ from that of the whole take, so this is only done
where a model table says `segments = true`, and it is told with the transcript.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from engines.api import Settings, Transcription
from engines.audio import RATE_HZ, as_float32, require_sound
from engines.errors import EngineError, ErrorKind

if TYPE_CHECKING:  # numpy is a need of some engines, not of all
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

SHORTEST_S = 5.0
"""A shorter stretch is heard with the next one: each costs a whole window."""
LONGEST_S = 28.0
"""Within one window, with room for where it is cut."""
PAUSE_S = 0.5
"""Between sentences; the stops within words and most pauses for breath are shorter."""
_SEARCHED_S = 8.0
"""Before `LONGEST_S`, where nobody paused: cut where it was quietest."""
_FRAME = RATE_HZ * 30 // 1000
_FRAME_S = _FRAME / RATE_HZ
_ABOVE_QUIETEST = 3.0
"""RMS of speech, over that of the quietest frame so far: 9.5 dB. It tells pauses."""
_PERHAPS_ABOVE_QUIETEST = 1.5
"""The same of what may be soft speech: 3.5 dB. A steady room stays below, what rumbles does not; of
speech that stayed below, a Whisper (`base`) made out nothing."""
_SPOKEN_S = 0.25
"""Above it in all where somebody surely speaks: a key or a chair that moves is shorter."""
_LONGEST_PAUSE_S = 2.0
"""At the end of a take. A longer rest is heard, however little stands out of it."""
_QUIETEST = 10.0
"""RMS, of 32768: digital silence is quieter than any room."""


def wanted(model: Settings) -> bool:
    """Whether a model table asks for it. Raises EngineError `internal` for what is no answer."""
    segments = model.get("segments", False)
    if not isinstance(segments, bool):
        raise EngineError(ErrorKind.INTERNAL, f"'segments' is true or false, not {segments!r}.")
    return segments


@dataclass(frozen=True, slots=True)
class Stretch:
    samples: NDArray[np.int16]
    """Shape `(n_samples,)`."""
    spoken: bool
    """Whether somebody surely speaks in it."""


class Stretches:
    """Cuts samples into stretches; joined, they are what came in."""

    def __init__(self) -> None:
        import numpy as np

        self._samples = np.zeros(0, dtype=np.int16)  # since the last cut
        self._rms: list[float] = []  # of their frames
        self._quietest = float("inf")  # of all frames of the take

    def add(self, samples: NDArray[np.int16]) -> list[Stretch]:
        """The next samples, shape `(n_samples,)`; gives the stretches that are over."""
        import numpy as np

        self._samples = np.concatenate([self._samples, samples])
        over: list[Stretch] = []
        while (len(self._rms) + 1) * _FRAME <= len(self._samples):
            start = len(self._rms) * _FRAME
            frame = self._samples[start : start + _FRAME].astype(np.float64)
            self._rms.append(float(np.sqrt(np.mean(frame**2))))
            self._quietest = min(self._quietest, max(_QUIETEST, self._rms[-1]))
            if (frames := self._cut_at()) is not None:
                over.append(self._stretch(frames))
                self._samples = self._samples[frames * _FRAME :]
                del self._rms[:frames]
        return over

    def rest(self) -> Stretch:
        """What is left at the end of the take; may be nothing."""
        return self._stretch(len(self._rms) + 1)

    @property
    def paused(self) -> bool:
        """Whether nobody has spoken since the last cut: nothing of it stands out of the noise."""
        short = len(self._samples) <= _LONGEST_PAUSE_S * RATE_HZ
        return short and all(rms <= _PERHAPS_ABOVE_QUIETEST * self._quietest for rms in self._rms)

    def _stretch(self, frames: int) -> Stretch:
        """The first of what is here, as far as it goes."""
        loud = sum(rms > _ABOVE_QUIETEST * self._quietest for rms in self._rms[:frames])
        return Stretch(self._samples[: frames * _FRAME], loud * _FRAME_S >= _SPOKEN_S)

    def _cut_at(self) -> int | None:
        """After how many frames the stretch ends; None while it goes on."""
        pause = round(PAUSE_S / _FRAME_S)
        limit = _ABOVE_QUIETEST * self._quietest
        loud = [rms > limit for rms in self._rms]
        long_enough = len(loud) * _FRAME_S >= SHORTEST_S + PAUSE_S
        if long_enough and not any(loud[-pause:]) and any(loud):
            return len(loud) - pause // 2
        if len(loud) * _FRAME_S < LONGEST_S:
            return None
        searched = self._rms[-round(_SEARCHED_S / _FRAME_S) :]
        return len(loud) - len(searched) + searched.index(min(searched)) + 1


class Hear(Protocol):
    def __call__(self, samples: NDArray[np.float32], *, told: bool) -> None:
        """Hear the next stretch, in [-1, 1]; `told` what was heard before it, or not."""


class InStretches:
    """A `Segment` of `engines.api` for an engine that hears one stretch at a time.

    A stretch in which somebody may speak or nobody is heard as well, and told nothing: over noise a
    recogniser of this kind goes on with whatever it is told.
    """

    def __init__(
        self,
        hear: Hear,
        conclude: Callable[[float, float], Transcription],
        longest_s: float,
    ) -> None:
        """`conclude` is given the seconds of the take and those of the work, once all stretches
        were heard."""
        self._hear = hear
        self._conclude = conclude
        self._longest_s = longest_s
        self._stretches = Stretches()
        self._frames = 0
        self._any_sound = False
        self._heard = 0
        self._took_s = 0.0

    def feed(self, pcm16: bytes) -> None:
        import numpy as np

        samples = np.frombuffer(pcm16, dtype="<i2")
        self._frames += len(samples)
        self._any_sound = self._any_sound or bool(samples.any())
        if self._frames <= self._longest_s * RATE_HZ:  # else `close` refuses it
            for stretch in self._stretches.add(samples):
                self._hear_one(stretch)

    def close(self) -> Transcription:
        """Raises EngineError: `audio_empty`, `audio_too_long`, and what hearing raises."""
        require_sound(self._frames, any_sound=self._any_sound, longest_s=self._longest_s)
        if not self._stretches.paused or not self._heard:  # a pause is nothing to wait for
            self._hear_one(self._stretches.rest())
        return self._conclude(self._frames / RATE_HZ, self._took_s)

    def discard(self) -> None:
        self._stretches = Stretches()

    def _hear_one(self, stretch: Stretch) -> None:
        if not stretch.samples.any():
            return
        self._heard += 1
        began_s = time.perf_counter()
        self._hear(as_float32(stretch.samples), told=stretch.spoken)
        self._took_s += time.perf_counter() - began_s
