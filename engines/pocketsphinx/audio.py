"""A take as the acoustic model wants to hear it."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import EngineError, ErrorKind

if TYPE_CHECKING:  # numpy is one of this engine's needs: nothing of it before `load`
    import numpy as np
    from numpy.typing import NDArray

RATE_HZ = 16_000
LONGEST_S = 120

_PEAK = 0.6
"""Of full scale. At 0.2 the word error rate on open speech doubles (docs/baselines.md)."""
_NOISE_DBFS = -50.0
"""RMS of the noise laid under the take: the acoustic model was never trained on digital silence."""
_QUIET_S = 0.3
"""Added on either side, so that the first word does not begin with the first sample."""


def read_take(wav_path: Path) -> NDArray[np.int16]:
    """The samples of a 16 kHz mono PCM16 WAV file, shape `(n_samples,)`.

    Raises EngineError: `bad_audio`, `audio_empty` (no samples, or nothing but zeros) or
    `audio_too_long`.
    """
    import numpy as np

    try:
        with wave.open(str(wav_path), "rb") as take:
            shape = (take.getframerate(), take.getnchannels(), take.getsampwidth())
            content = take.readframes(take.getnframes())
    except (OSError, EOFError, wave.Error) as error:
        sentence = f"{wav_path} is not a WAV file that can be read: {error}"
        raise EngineError(ErrorKind.BAD_AUDIO, sentence) from error
    if shape != (RATE_HZ, 1, 2):
        sentence = (
            f"{wav_path} has {shape[0]} Hz, {shape[1]} channels and {8 * shape[2]} bits; "
            f"the recogniser reads {RATE_HZ} Hz, one channel and 16 bits."
        )
        raise EngineError(ErrorKind.BAD_AUDIO, sentence)
    samples = np.frombuffer(content[: len(content) // 2 * 2], dtype="<i2")
    if not samples.any():
        raise EngineError(ErrorKind.AUDIO_EMPTY, f"{wav_path} holds no sound.")
    if len(samples) > LONGEST_S * RATE_HZ:
        sentence = f"{wav_path} is {len(samples) / RATE_HZ:.0f} s long; the limit is {LONGEST_S} s."
        raise EngineError(ErrorKind.AUDIO_TOO_LONG, sentence)
    return samples


def prepare(samples: NDArray[np.int16]) -> bytes:
    """Level, noise floor and quiet on either side, as little-endian PCM16.

    The noise is the same every time, so that a take is always heard alike.
    """
    import numpy as np

    quiet = np.zeros(round(_QUIET_S * RATE_HZ), dtype=np.float32)
    level = _PEAK / float(np.abs(samples.astype(np.float32)).max())
    padded = np.concatenate([quiet, samples.astype(np.float32) * level, quiet])
    rms = 10 ** (_NOISE_DBFS / 20)
    noise = np.random.default_rng(0).normal(0.0, rms, len(padded)).astype(np.float32)
    loud = np.clip(padded + noise, -1.0, 1.0) * 32767
    return loud.astype("<i2").tobytes()
