"""A take as engines read it: a 16 kHz mono PCM16 WAV file, checked before any model hears it."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING

from engines.api import Prompt, Settings
from engines.errors import EngineError, ErrorKind

if TYPE_CHECKING:  # numpy is a need of some engines, not of all
    import numpy as np
    from numpy.typing import NDArray

RATE_HZ = 16_000
LONGEST_S = 120
SHORTEST_S = 0.1
"""In less there is no word, and some models fall over it."""
_SAMPLE_BYTES = 2


def read_take(wav_path: Path, longest_s: float = LONGEST_S) -> NDArray[np.int16]:
    """The samples of a 16 kHz mono PCM16 WAV file, shape `(n_samples,)`.

    Raises EngineError like `read_pcm`.
    """
    import numpy as np

    return np.frombuffer(read_pcm(wav_path, longest_s), dtype="<i2")


def read_pcm(wav_path: Path, longest_s: float = LONGEST_S) -> bytes:
    """The same samples as the bytes of the file: two each, the lower one first.

    Raises EngineError: `bad_audio` (no such file, or cut off), `audio_empty` (less than
    `SHORTEST_S`, or nothing but zeros) or `audio_too_long`. A file that its header gives away is
    not read any further, however large it is.
    """
    try:
        with wave.open(str(wav_path), "rb") as take:
            shape = (take.getframerate(), take.getnchannels(), take.getsampwidth())
            samples = take.getnframes()
            _check(shape, samples, longest_s)
            pcm = take.readframes(samples)
    except (OSError, EOFError, wave.Error) as error:
        sentence = f"{wav_path} is not a WAV file that can be read: {error}"
        raise EngineError(ErrorKind.BAD_AUDIO, sentence) from error
    if len(pcm) < samples * _SAMPLE_BYTES:
        there_s, whole_s = (n / RATE_HZ for n in (len(pcm) // _SAMPLE_BYTES, samples))
        sentence = f"The recording is cut off: {there_s:.1f} of {whole_s:.1f} s are there."
        raise EngineError(ErrorKind.BAD_AUDIO, sentence)
    require_sound(samples, any_sound=pcm.count(0) < len(pcm), longest_s=longest_s)
    return pcm


def require_sound(frames: int, *, any_sound: bool, longest_s: float = LONGEST_S) -> None:
    """Raises EngineError: `audio_too_long`, or `audio_empty` (less than `SHORTEST_S`, or without
    a sample that is not 0)."""
    require_shorter(frames / RATE_HZ, longest_s)
    if frames < SHORTEST_S * RATE_HZ or not any_sound:
        raise EngineError(ErrorKind.AUDIO_EMPTY, "The recording holds no sound.")


def length_s(wav_path: Path) -> float:
    """As its header says; 0 for what is no WAV file: whoever reads it says so."""
    try:
        with wave.open(str(wav_path), "rb") as take:
            return take.getnframes() / take.getframerate()
    except (OSError, EOFError, wave.Error, ZeroDivisionError):
        return 0.0


def read_longest_s(model: Settings, default: float = LONGEST_S) -> float:
    """`longest_s` of a model table, in seconds. Raises EngineError (`internal`)."""
    told = model.get("longest_s", default)
    if isinstance(told, bool) or not isinstance(told, int | float) or not told > 0:
        raise EngineError(ErrorKind.INTERNAL, f"'longest_s' of a model cannot be {told!r}.")
    return float(told)


def as_float32(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """The same samples in [-1, 1], shape `(n_samples,)`."""
    import numpy as np

    return samples.astype(np.float32) / np.float32(32768.0)


def _check(shape: tuple[int, int, int], samples: int, longest_s: float) -> None:
    rate_hz, channels, sample_bytes = shape
    if shape != (RATE_HZ, 1, _SAMPLE_BYTES):
        sentence = (
            f"The recording has {rate_hz} Hz, {channels} channels and {8 * sample_bytes} bits; "
            f"engines read {RATE_HZ} Hz, one channel and 16 bits."
        )
        raise EngineError(ErrorKind.BAD_AUDIO, sentence)
    require_shorter(samples / RATE_HZ, longest_s)


def require_shorter(length_s: float, longest_s: float) -> None:
    """Raises EngineError (`audio_too_long`)."""
    if length_s > longest_s:
        sentence = f"The recording is {length_s:.0f} s long; the limit is {longest_s:g} s."
        raise EngineError(ErrorKind.AUDIO_TOO_LONG, sentence)


def require_written_history(prompt: Prompt) -> None:
    """For an engine that hears one take only: earlier ones must not be passed over in silence.

    Raises EngineError (`internal`).
    """
    if any(turn.wav_path is not None for turn in prompt.history):
        sentence = "This engine hears one take: it cannot take part in several turns."
        raise EngineError(ErrorKind.INTERNAL, sentence)
