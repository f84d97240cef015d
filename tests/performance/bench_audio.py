"""What recording costs: in the callback, at the end of a take, and on the way to the engines."""

from __future__ import annotations

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import soxr

from desktop.audio import portaudio
from desktop.audio.convert import ENGINE_RATE_HZ, QUALITY, read_samples, to_engine_wav
from desktop.audio.devices import list_inputs
from desktop.audio.opening import LATENCY_S, RING_MS
from desktop.audio.quality import assess
from desktop.audio.recorder import Recorder
from desktop.audio.ring import Ring
from tests.helpers.pulse import NEEDED, PulseServer
from tests.helpers.sounds import write_wav
from tests.performance.figure import Figure

RATE_HZ = 48_000
BLOCK = round(RATE_HZ * LATENCY_S / 4)
"""Frames a block: PortAudio cuts the buffer of `LATENCY_S` into four."""
TAKE_S = 10
TAKES = 5


def run() -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        return [
            callback_cost(),
            *end_of_take(Path(folder)),
            engine_copy(Path(folder)),
            judgement(Path(folder)),
        ]


def shortest_ms(work: Callable[[], object], repeats: int = 15) -> float:
    """The machine is shared, and nothing makes work shorter."""
    spans = []
    for _ in range(repeats):
        started_s = time.perf_counter()
        work()
        spans.append((time.perf_counter() - started_s) * 1000)
    return min(spans)


def callback_cost() -> Figure:
    ring, block = Ring(RATE_HZ, 1, RING_MS), bytes(2 * BLOCK)
    place = memoryview(bytearray(2 * BLOCK))

    def call() -> None:
        for _ in range(100):
            ring.callback(block, BLOCK, None, None)
            ring.free_below = ring.frames

    def copy() -> None:
        for _ in range(100):
            place[:] = block

    block_us = 1e6 * BLOCK / RATE_HZ
    return Figure(
        name="audio callback, one block",
        value=shortest_ms(call, 50) * 10,
        unit="µs",
        target=f"1 % of the block's own {block_us / 1000:.0f} ms",
        floor=f"{shortest_ms(copy, 50) * 10:.2f} µs, copying the block alone",
        note=f"{BLOCK} frames",
    )


def end_of_take(folder: Path) -> list[Figure]:
    if any(shutil.which(program) is None for program in NEEDED):
        return []
    server, outside = PulseServer(), dict(os.environ)
    try:
        os.environ.update(server.start().environment)
        portaudio.reinitialise()
        spans = [_end_one(folder / f"{number}.part") for number in range(TAKES)]
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(outside)
        portaudio.reinitialise()
    content = bytes(2 * RATE_HZ * 2)

    def write() -> None:
        (folder / "plain").write_bytes(content)

    floor = f"{shortest_ms(write):.1f} ms, writing 2 s of samples at once"
    names = ("take ended to file closed", "take ended to its facts known")
    notes = ("no post-roll", "SHA-256, clipping, zeros, gaps, and where the stream is connected")
    return [
        Figure(name, statistics.median(values), "ms", "", floor, note)
        for name, values, note in zip(names, zip(*spans, strict=True), notes, strict=True)
    ]


def _end_one(part: Path) -> tuple[float, float]:
    """Milliseconds from `end` to the whole file, and to the capture."""
    microphone = next(device for device in list_inputs() if device.name == "mic1")
    levels: list[int] = []

    def on_level(level: object) -> None:
        levels.append(level.elapsed_ms)  # type: ignore[attr-defined]

    with Recorder(microphone, on_level=on_level, on_fault=print) as recorder:
        recorder.open().result()
        recorder.begin(part)
        while not levels or levels[-1] < 2_000:
            time.sleep(0.01)
        started_s = time.perf_counter()
        ended = recorder.end(post_roll_ms=0)
        writer = recorder._session.writer  # type: ignore[union-attr]
        while writer._take is not None:
            time.sleep(0.0002)
        closed_s = time.perf_counter()
        ended.result()
        known_s = time.perf_counter()
    return (closed_s - started_s) * 1000, (known_s - started_s) * 1000


def engine_copy(folder: Path) -> Figure:
    source = _take(folder)
    samples, rate_hz = read_samples(source)
    return Figure(
        name=f"16 kHz copy of a {TAKE_S} s take",
        value=shortest_ms(lambda: to_engine_wav(source, folder / "engine.wav")),
        unit="ms",
        target="",
        floor=f"{shortest_ms(lambda: _resample(samples, rate_hz)):.1f} ms, soxr alone",
        note=f"from {RATE_HZ // 1000} kHz, quality {QUALITY}",
    )


def judgement(folder: Path) -> Figure:
    samples, rate_hz = read_samples(_take(folder))
    return Figure(
        name=f"verdict on a {TAKE_S} s take",
        value=shortest_ms(lambda: assess(samples, rate_hz)),
        unit="ms",
        target="",
        floor=f"{shortest_ms(lambda: np.fft.rfft(samples.reshape(-1, 960))):.1f} ms, "
        "the Fourier transforms alone",
    )


def _take(folder: Path) -> Path:
    path = folder / "take.wav"
    if not path.exists():
        noise = np.random.default_rng(0).normal(0, 0.05, RATE_HZ * TAKE_S).astype(np.float32)
        write_wav(path, noise, RATE_HZ)
    return path


def _resample(samples: np.ndarray, rate_hz: int) -> np.ndarray:
    return np.asarray(soxr.resample(samples, rate_hz, ENGINE_RATE_HZ, quality=QUALITY))
