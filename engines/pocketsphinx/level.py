"""A take as the acoustic model wants to hear it, made while it is still being spoken.

    samples → head: until somebody has spoken for 3 s → its peak sets the level of the whole take
                                                      → its means are those of the whole take

A take with less speech than that is its own head, as most requests are. So a take is heard alike
from its file and while it is being spoken: nothing depends on what comes after the head. On longer
takes the head does as well as the whole (docs/baselines.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engines.audio import RATE_HZ

if TYPE_CHECKING:  # numpy is one of this engine's needs: nothing of it before `load`
    import numpy as np
    from numpy.typing import NDArray

_PEAK = 0.6
"""Of full scale. At 0.2 the word error rate on open speech doubles (docs/baselines.md)."""
_NOISE_DBFS = -50.0
"""RMS of the noise laid under the take: the acoustic model was never trained on digital silence."""
_QUIET_S = 0.3
"""Added on either side, so that the first word does not begin with the first sample."""
_BLOCK = RATE_HZ // 10
_HEAD_BLOCKS = 30
"""Of a tenth of a second, with somebody speaking in them (docs/baselines.md compares others)."""
_ABOVE_QUIETEST = 4.0
"""RMS of a block with speech, over that of the quietest block so far: 12 dB."""
_QUIETEST = 10.0
"""RMS, of 32768: digital silence is quieter than any room."""


class Preparing:
    """One take: level, noise floor and quiet on either side, as little-endian PCM16.

    The noise is the same every time, so that a take is always heard alike.
    """

    def __init__(self) -> None:
        import numpy as np

        self.head = b""
        """The prepared sound that the means are taken from; empty until it is known."""
        self.frames = 0
        """Samples that came in."""
        self._noise = np.random.default_rng(0)
        self._samples = np.zeros(0, dtype=np.int16)  # all of the head; then nothing
        self._rms: list[float] = []  # of its blocks
        self._level = 0.0

    def add(self, samples: NDArray[np.int16]) -> bytes:
        """The next samples, shape `(n_samples,)`; gives the sound that is ready."""
        import numpy as np

        self.frames += len(samples)
        if self.head:
            return self._at_level(samples)
        self._samples = np.concatenate([self._samples, samples])
        end = self._end_of_head()
        if end is None:
            return b""
        self.head = self._begin(self._samples[:end])
        rest, self._samples = self._samples[end:], self._samples[:0]
        return self.head + self._at_level(rest)

    def end(self) -> bytes:
        """The take has ended; gives the rest of the sound. It must hold a sample that is not 0."""
        if self.head:
            return self._quiet()
        self.head = self._begin(self._samples) + self._quiet()
        return self.head

    def _end_of_head(self) -> int | None:
        """Its length in samples, once there is enough speech in it."""
        import numpy as np

        for start in range(len(self._rms) * _BLOCK, len(self._samples) - _BLOCK + 1, _BLOCK):
            block = self._samples[start : start + _BLOCK].astype(np.float64)
            self._rms.append(float(np.sqrt(np.mean(block**2))))
            floor = max(_QUIETEST, min(self._rms))
            if sum(rms > _ABOVE_QUIETEST * floor for rms in self._rms) >= _HEAD_BLOCKS:
                return start + _BLOCK
        return None

    def _begin(self, head: NDArray[np.int16]) -> bytes:
        import numpy as np

        self._level = _PEAK / float(np.abs(head.astype(np.float32)).max())
        return self._quiet() + self._at_level(head)

    def _quiet(self) -> bytes:
        import numpy as np

        return self._at_level(np.zeros(round(_QUIET_S * RATE_HZ), dtype=np.int16))

    def _at_level(self, samples: NDArray[np.int16]) -> bytes:
        import numpy as np

        rms = 10 ** (_NOISE_DBFS / 20)
        noise = self._noise.normal(0.0, rms, len(samples)).astype(np.float32)
        loud = np.clip(samples.astype(np.float32) * np.float32(self._level) + noise, -1.0, 1.0)
        sound: bytes = (loud * 32767).astype("<i2").tobytes()
        return sound
