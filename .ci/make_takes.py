"""Speak the sample takes: `make takes`. Needs espeak-ng; the result is in the repository.

Twelve short questions in the proportions that the paper found in 100 queries it listened to
("Mind the Gap!", section 4.1: knowledge 50 %, advice 17 %, chat 16 %, tasks 10 %, the rest noise).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import soundfile

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from desktop.audio.convert import ENGINE_RATE_HZ, read_samples, resample

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "takes"
TAKES = (
    ("knowledge", "en-us", 150, "what is the capital of france"),
    ("advice", "en-gb", 155, "what should i cook for dinner tonight"),
    ("knowledge", "en-us+f3", 145, "how many ounces are in a pound"),
    ("chat", "en-us+m3", 150, "good morning how are you"),
    ("knowledge", "en-gb", 150, "why is the sky blue"),
    ("task", "en-us", 145, "what is fifteen percent of eighty"),
    ("knowledge", "en-us+m7", 150, "what is the capital of japan"),
    ("advice", "en-us+f2", 150, "how do i get better at public speaking"),
    ("knowledge", "en-us", 150, "what time is it"),
    ("chat", "en-gb", 150, "i am feeling a little sad today"),
    ("knowledge", "en-us", 150, "which planet is closest to the sun"),
    ("task", "en-us+m3", 145, "convert twelve miles to kilometers"),
)


def speak(words: str, voice: str, words_per_minute: int, target: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "spoken.wav"
        command = ["espeak-ng", "-v", voice, "-s", str(words_per_minute), "-w", str(wav), words]
        subprocess.run(command, check=True)
        samples, rate_hz = read_samples(wav)
    samples = resample(samples, rate_hz, ENGINE_RATE_HZ)
    soundfile.write(target, samples, ENGINE_RATE_HZ, format="FLAC", subtype="PCM_16")


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    lines = ["# The sample takes, in the order in which the demo uses them. Made by `make takes`."]
    for number, (topic, voice, words_per_minute, words) in enumerate(TAKES, 1):
        name = f"{number:02}-{topic}.flac"
        speak(words, voice, words_per_minute, FOLDER / name)
        lines += ["", "[[take]]", f'file = "{name}"', f'text = "{words}"']
        lines += [f'topic = "{topic}"', f'voice = "espeak-ng {voice}, {words_per_minute} wpm"']
    (FOLDER / "takes.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
