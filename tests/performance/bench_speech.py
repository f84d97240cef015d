"""What the baselines cost: loading, and processor time for a second of speech.

How well they hear takes longer to measure: `python -m tests.performance.speech_report`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from engines.audio import RATE_HZ, read_take
from engines.pocketsphinx.level import Preparing
from engines.pocketsphinx.search import DICTATION, SKILLS, Search, Searches
from tests.helpers.hearing import in_domain
from tests.helpers.spoken import spoken
from tests.performance.figure import Figure

VOICE = ("en-us+f2", 160)
SENTENCES = 12

_MEMORY = """
import resource
from engines.pocketsphinx.search import Searches
Searches()
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run() -> list[Figure]:
    """Some 30 seconds."""
    return [*_load(), *_speed()]


def _load() -> list[Figure]:
    began = _processor_s()
    Searches()
    load_ms = (_processor_s() - began) * 1000
    told = subprocess.run(
        [sys.executable, "-c", _MEMORY],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    general = "some 400 ms: the library with its general model alone"
    return [
        Figure("recogniser load", load_ms, "ms of processor", "", general),
        Figure("recogniser memory", float(told.stdout), "MB", "", "", "peak, own process"),
    ]


def _speed() -> list[Figure]:
    searches = Searches()
    sounds = [
        _prepare(spoken(sentence.text, *VOICE)) for sentence in in_domain(held_out=True)[:SENTENCES]
    ]
    seconds = sum(len(sound) for sound in sounds) / 2 / RATE_HZ
    means: list[str] = []
    leveling_s = _took_s(lambda: means.extend(searches.means(sound) for sound in sounds))
    figures = [Figure("real-time factor, means", leveling_s / seconds, "", "", "")]
    for name, target in ((SKILLS, "≤ 0.1"), (DICTATION, "≤ 0.5")):
        took_s = _took_s(
            lambda name=name: [
                _hear(searches.begin(name, mean, lambda: False), sound)
                for sound, mean in zip(sounds, means, strict=True)
            ]
        )
        note = "processor time for a second of sound"
        figures.append(Figure(f"real-time factor, {name}", took_s / seconds, "", target, "", note))
    return figures


def _prepare(wav_path: Path) -> bytes:
    preparing = Preparing()
    return preparing.add(read_take(wav_path)) + preparing.end()


def _hear(search: Search, sound: bytes) -> None:
    search.hear(sound)
    search.end()


def _took_s(work: Callable[[], object]) -> float:
    began = _processor_s()
    work()
    return _processor_s() - began


def _processor_s() -> float:
    """Not the clock on the wall: these figures are compared between busy machines."""
    return time.process_time()
