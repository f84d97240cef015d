"""From a take, or any sound file, to what the engines read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from desktop.audio.cut_off import share_there
from desktop.audio.facts import Samples
from desktop.audio.problems import AudioUnavailable, Cause, cut_off, unreadable_file
from desktop.audio.wav_file import WavFile

if TYPE_CHECKING:
    import soundfile

ENGINE_RATE_HZ = 16_000
LONGEST_S = 600.0
"""A longer file is refused rather than read into memory."""
BLOCK_SAMPLES = 2**19
"""Read at once, all channels together."""
QUALITY = "VHQ"
"""soxr's best: 28 bits, nothing audible left of what 16 kHz cannot hold."""


def read_samples(path: Path) -> tuple[Samples, int]:
    """The first channel as float32, shape (n_samples,), in [-1, 1], and its rate in Hz.

    Raises AudioUnavailable (`unreadable_file`) when it is not audio, not whole, or longer than
    `LONGEST_S`.
    """
    with _opened(path) as file:
        # In blocks: eight channels at 192 kHz are gigabytes, the first of them is not.
        frames = max(1, BLOCK_SAMPLES // file.channels)
        samples, at = np.empty(file.frames, np.float32), 0
        for block in file.blocks(frames, dtype="float32", always_2d=True):
            samples[at : at + len(block)] = block[:, 0]
            at += len(block)
        samples, rate_hz = samples[:at], int(file.samplerate)
    if not np.isfinite(samples).all():
        raise unreadable_file(path, "it holds samples that are no numbers")
    return np.clip(samples, -1.0, 1.0, out=samples), rate_hz


@contextmanager
def _opened(path: Path) -> Iterator[soundfile.SoundFile]:
    import soundfile  # late: a window that has nothing to convert yet need not load it

    try:
        # As bytes: soundfile gives up on a name that is not UTF-8.
        with soundfile.SoundFile(os.fsencode(path) if os.name == "posix" else path) as file:
            if file.frames > LONGEST_S * file.samplerate:
                raise AudioUnavailable(
                    f"“{path.name}” is longer than {LONGEST_S / 60:.0f} minutes.",
                    "Choose a shorter file.",
                    cause=Cause.UNREADABLE_FILE,
                )
            if (share := share_there(path)) < 1:
                raise cut_off(path, share)
            yield file
    except soundfile.LibsndfileError as error:
        raise unreadable_file(path, str(error)) from error


def to_engine_wav(source: Path, target: Path) -> None:
    """Write `source` as 16 kHz mono PCM16 WAV; `target` appears whole or not at all.

    Deterministic: the same bytes in, the same bytes out. Raises AudioUnavailable when `source`
    cannot be read, OSError when `target` cannot be written.
    """
    samples, rate_hz = read_samples(source)
    pcm = to_pcm16(resample(samples, rate_hz, ENGINE_RATE_HZ))
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        file = WavFile(partial, ENGINE_RATE_HZ)
        try:
            file.append(pcm)
        finally:
            file.close()
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def resample(samples: Samples, rate_hz: int, target_hz: int) -> Samples:
    """Mono float32 at another rate; the very same samples when the rates are equal."""
    import soxr  # late, as above

    if rate_hz == target_hz:
        return samples
    resampled: Samples = soxr.resample(samples, rate_hz, target_hz, quality=QUALITY)
    return resampled


class EngineStream:
    """A recording that is still being made, as the engines will read it.

    What comes out, joined, is what `to_engine_wav` writes of the finished file, sample for sample,
    whatever pieces went in.
    """

    def __init__(self, rate_hz: int) -> None:
        import soxr  # late, as above

        self._stream = None
        if rate_hz != ENGINE_RATE_HZ:
            self._stream = soxr.ResampleStream(
                rate_hz, ENGINE_RATE_HZ, 1, dtype="float32", quality=QUALITY
            )

    def add(self, pcm16: bytes) -> bytes:
        """The next samples at the recording's rate; gives what is ready at 16 kHz."""
        return pcm16 if self._stream is None else self._resampled(pcm16, last=False)

    def end(self) -> bytes:
        """The rest."""
        return b"" if self._stream is None else self._resampled(b"", last=True)

    def _resampled(self, pcm16: bytes, *, last: bool) -> bytes:
        assert self._stream is not None
        samples = np.frombuffer(pcm16, dtype="<i2").astype(np.float32) / np.float32(32768.0)
        return to_pcm16(self._stream.resample_chunk(samples, last=last))


def to_pcm16(samples: Samples) -> bytes:
    """Little-endian 16 bit; what lies outside [-1, 1] is clipped."""
    pcm: bytes = np.clip(np.rint(samples * 32768.0), -32768, 32767).astype("<i2").tobytes()
    return pcm
