"""Real people's voices: clips of Debian's pocketsphinx-testdata with what was said in them."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.sounds import HUMAN_FOLDER

_RATE_HZ = 16_000

# Clips without a transcript file, and what PocketSphinx's own tests expect of them.
_RAW = {
    "goforward.raw": "go forward ten meters",
    "something.raw": "go somewhere and do something",
    "tidigits/dhd.2934z.raw": "two nine three four zero",
}


@dataclass(frozen=True)
class Clip:
    kind: str
    """`read sentence`, `playing cards` or `command`."""
    said: str
    wav_path: Path


def human_clips(folder: Path) -> list[Clip]:
    """All clips with known words; what is not a WAV file yet is written into `folder`."""
    clips = [
        *_transcribed("librivox", "transcription", "read sentence"),
        *_transcribed("cards", "cards.transcription", "playing cards"),
    ]
    for name, said in _RAW.items():
        path = folder / f"{Path(name).stem}.wav"
        with wave.open(str(path), "wb") as clip:
            clip.setnchannels(1)
            clip.setsampwidth(2)
            clip.setframerate(_RATE_HZ)
            clip.writeframes((HUMAN_FOLDER / name).read_bytes())
        clips.append(Clip("command", said, path))
    return clips


def _transcribed(folder: str, name: str, kind: str) -> Iterator[Clip]:
    lines = (HUMAN_FOLDER / folder / name).read_text(encoding="utf-8").splitlines()
    for line in lines:
        match = re.fullmatch(r"<s> (.*?) *</s> \((\S+)\)", line.strip())
        assert match is not None, f"an unexpected line in {name}: {line!r}"
        yield Clip(kind, match[1], HUMAN_FOLDER / folder / f"{match[2]}.wav")
