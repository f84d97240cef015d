"""What is left to wait for when a person stops speaking: with the take recognised while it is
spoken, and with the whole file recognised afterwards. The takes are fed as fast as they are spoken,
in pieces of a quarter of a second, through a worker as the program does it; what is measured is the
time from the last sample to the transcript, without the 300 ms of sound that are recorded after the
key.
"""

from __future__ import annotations

import importlib.util
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engines.api import Part
from engines.audio import RATE_HZ, read_take
from engines.pool import Pool
from engines.segment import Listening
from tests.helpers.hearing import in_domain, out_of_domain
from tests.helpers.spoken import spoken
from tests.performance.figure import Figure

LENGTHS_S = (5, 15, 30)
LIMIT_S = 120.0
PIECE_S = 0.25
PAUSE_S = 0.8
"""Between sentences, as somebody makes who thinks while speaking."""
VOICE = ("en-us+f2", 150)
TOKENS_PER_S = 3.5
"""Of English, spoken at 150 words a minute."""


def run() -> list[Figure]:
    """Some two and a half minutes; each take is heard once in either way."""
    with tempfile.TemporaryDirectory() as folder:
        takes = {seconds: _take(seconds, Path(folder)) for seconds in LENGTHS_S}
        figures = _pocketsphinx(takes)
        if importlib.util.find_spec("whisper") is not None:
            figures += _whisper(takes, Path(folder))
    return figures


def _pocketsphinx(takes: dict[int, Path]) -> list[Figure]:
    part = Part("pocketsphinx")
    figures = []
    with Pool([]) as pool:
        pool.transcribe(part, takes[LENGTHS_S[0]]).result(LIMIT_S)  # loaded
        for seconds, take in takes.items():
            whole, ahead = _whole(pool, part, take), _ahead(pool, part, take)
            figures.append(_compared("PocketSphinx", seconds, whole, ahead, _NOTE))
    return figures


_NOTE = "hears the same both ways; the last piece and 0.3 s of quiet after it are left"


def _whisper(takes: dict[int, Path], folder: Path) -> list[Figure]:
    """Of the size of `tiny`, with random weights, which write until they may not write any more:
    each checkpoint may write as many tokens as were spoken in what it hears."""
    figures = []
    for seconds, take in takes.items():
        last_s = _last_stretch_s(take)
        whole_part = _checkpoint(folder, seconds, segments=False)
        last_part = _checkpoint(folder, last_s, segments=True)
        with Pool([]) as pool:
            for part in (whole_part, last_part):  # loaded
                pool.transcribe(part, take).result(LIMIT_S)
            whole, ahead = _whole(pool, whole_part, take), _ahead(pool, last_part, take)
        note = f"random weights of the size of tiny; {last_s:.0f} s are left after the last pause"
        figures.append(_compared("Whisper", seconds, whole, ahead, note))
    return figures


def _last_stretch_s(take: Path) -> float:
    from engines.stretches import Stretches

    stretches = Stretches()
    stretches.add(read_take(take))
    return len(stretches.rest().samples) / RATE_HZ


def _checkpoint(folder: Path, seconds: float, *, segments: bool) -> Part:
    from tests.tiny.whisper_pt import build_whisper_pt

    name = f"{seconds:.1f}.pt"
    tokens = max(4, round(TOKENS_PER_S * seconds))
    path = build_whisper_pt(folder, name=name, width=384, layers=4, tokens=tokens)
    model = {"path": str(path), "allow_pickle": name, "device": "cpu", "language": "en"}
    return Part("openai_whisper", {**model, "segments": segments})


def _compared(name: str, seconds: int, whole: float, ahead: float, note: str) -> Figure:
    floor = f"{whole:,.0f} ms: the whole file afterwards"
    return Figure(
        f"{name}, end of a take of {seconds} s to its transcript", ahead, "ms", "", floor, note
    )


def _whole(pool: Pool, part: Part, take: Path) -> float:
    pool.forget(take)
    return _elapsed_ms(lambda: pool.transcribe(part, take).result(LIMIT_S))


def _ahead(pool: Pool, part: Part, take: Path) -> float:
    pool.forget(take)
    listening = pool.listen([part])
    _speak(listening, read_take(take))

    def ended() -> None:
        listening.end()
        listening.whole(take)
        assert pool.transcribe(part, take).result(LIMIT_S).segments, "it was recognised whole"

    return _elapsed_ms(ended)


def _speak(listening: Listening, samples: NDArray[np.int16]) -> None:
    """In real time: each piece comes when its last sample was spoken."""
    size = round(PIECE_S * RATE_HZ)
    began_s = time.perf_counter()
    for at in range(0, len(samples), size):
        piece = samples[at : at + size]
        due_s = began_s + (at + len(piece)) / RATE_HZ
        time.sleep(max(0.0, due_s - time.perf_counter()))
        listening.feed(piece.astype("<i2").tobytes())


def _take(seconds: int, folder: Path) -> Path:
    """Sentences with pauses between them, of exactly this length."""
    pause = np.random.default_rng(2).normal(0, 10, round(PAUSE_S * RATE_HZ)).astype(np.int16)
    pieces: list[NDArray[np.int16]] = []
    for sentence in [*in_domain(held_out=True), *out_of_domain(held_out=True)]:
        pieces += [read_take(spoken(sentence.text, *VOICE)), pause]
        if sum(map(len, pieces)) > seconds * RATE_HZ:
            break
    path = folder / f"{seconds}.wav"
    with wave.open(str(path), "wb") as take:
        take.setnchannels(1)
        take.setsampwidth(2)
        take.setframerate(RATE_HZ)
        take.writeframes(np.concatenate(pieces)[: seconds * RATE_HZ].tobytes())
    return path


def _elapsed_ms(work: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    work()
    return (time.perf_counter() - began_s) * 1000
