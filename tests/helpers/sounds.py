"""Sounds for tests: synthetic speech, human clips, and everything a microphone should not give."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np

from desktop.audio.convert import read_samples, to_pcm16
from desktop.audio.facts import Samples
from desktop.audio.wav_file import WavFile

HUMAN_FOLDER = Path("/usr/share/pocketsphinx/test/data")
"""Debian's pocketsphinx-testdata: LibriVox sentences, cards, numbers, commands."""
RATE_HZ = 16_000
HUMAN_RAW = ("goforward.raw", "numbers.raw", "something.raw")


def speak(text: str, target: Path, *, voice: str = "en-us", words_per_minute: int = 160) -> Path:
    """A sentence spoken by espeak-ng."""
    command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(target), text]
    subprocess.run(command, check=True, timeout=30)
    return target


def human_clips() -> dict[str, Samples]:
    """Clips of real people at `RATE_HZ`; the same ones everywhere the package is installed."""
    clips = {
        path.stem: read_samples(path)[0]
        for folder in ("cards", "librivox")
        for path in sorted((HUMAN_FOLDER / folder).glob("*.wav"))
    }
    for name in HUMAN_RAW:
        pcm = np.fromfile(HUMAN_FOLDER / name, dtype="<i2")
        clips[name] = (pcm / 32768.0).astype(np.float32)
    assert len(clips) >= 10, "pocketsphinx-testdata is missing: run `make test`"
    return clips


def write_wav(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    file = WavFile(path, rate_hz)
    file.append(to_pcm16(samples))
    file.close()
    return path


def noise(seconds: float, level_dbfs: float, *, colour: float = 0.0, seed: int = 0) -> Samples:
    """Noise at an RMS level; its power falls with frequency to the power of `colour`."""
    count = round(seconds * RATE_HZ)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.maximum(np.arange(len(spectrum)), 1.0) ** (colour / 2)
    samples = np.fft.irfft(spectrum, count)
    return at_level(samples.astype(np.float32), level_dbfs)


def hum(seconds: float, level_dbfs: float) -> Samples:
    """Mains hum with its third harmonic, over a faint noise."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    tone = np.sin(2 * np.pi * 50 * time_s) + 0.5 * np.sin(2 * np.pi * 150 * time_s)
    return at_level(tone.astype(np.float32), level_dbfs) + noise(seconds, -75.0)


def clicks(seconds: float, per_second: float, seed: int = 0) -> Samples:
    """Somebody types: short bursts over a faint noise."""
    random = np.random.default_rng(seed)
    samples = noise(seconds, -70.0)
    burst_length = RATE_HZ // 50
    for start in random.integers(0, len(samples) - burst_length, round(seconds * per_second)):
        burst = random.standard_normal(burst_length) * np.exp(-np.arange(burst_length) / 60)
        samples[start : start + burst_length] += (0.3 * burst).astype(np.float32)
    return samples


def at_level(samples: Samples, level_dbfs: float) -> Samples:
    """Scaled to an RMS level."""
    scale = 10 ** (level_dbfs / 20) / np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    return (samples * scale).astype(np.float32)
