"""A take as engines read it: a 16 kHz mono PCM16 WAV file, checked before any model hears it."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from engines.errors import EngineError, ErrorKind

if TYPE_CHECKING:  # numpy is a need of some engines, not of all
    import numpy as np
    from numpy.typing import NDArray

RATE_HZ = 16_000
LONGEST_S = 120


def read_take(wav_path: Path, longest_s: float = LONGEST_S) -> NDArray[np.int16]:
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
            f"engines read {RATE_HZ} Hz, one channel and 16 bits."
        )
        raise EngineError(ErrorKind.BAD_AUDIO, sentence)
    samples = np.frombuffer(content[: len(content) // 2 * 2], dtype="<i2")
    require_sound(len(samples), str(wav_path), any_sound=bool(samples.any()), longest_s=longest_s)
    return samples


def require_sound(frames: int, name: str, *, any_sound: bool, longest_s: float = LONGEST_S) -> None:
    """Raises EngineError: `audio_empty` without a sample that is not 0, or `audio_too_long`."""
    if not any_sound:
        raise EngineError(ErrorKind.AUDIO_EMPTY, f"{name} holds no sound.")
    if frames > longest_s * RATE_HZ:
        sentence = f"{name} is {frames / RATE_HZ:.0f} s long; the limit is {longest_s:g} s."
        raise EngineError(ErrorKind.AUDIO_TOO_LONG, sentence)


def as_float32(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """The same samples in [-1, 1], shape `(n_samples,)`."""
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768.0)
