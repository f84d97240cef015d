"""How regularly the window gets to run and to paint, while it records and while workers write."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median, quantiles

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from engines.api import Part, System
from engines.pool import Pool
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.sounds import speak
from tests.performance.figure import Figure
from tests.performance.machine import load
from tests.performance.stage import listening_window, run_for
from ui import theme
from ui.state import Phase

ROUNDS = 3
SPAN_MS = 4_000
BEAT_MS = 2
SPEED_PER_S = 1_000
CHUNK = 4
"""Characters a token."""
SENTENCE = "Salt keeps. "
LONG = SENTENCE * (SPEED_PER_S * SPAN_MS // 1000 // len(SENTENCE))
SHORT = SENTENCE * (700 // len(SENTENCE))
"""Fits into its card: what is below the fold is not painted."""
WRITER = {
    "chunk": CHUNK,
    "token_delay_ms": 1000 * CHUNK / SPEED_PER_S,
    "answers": [LONG, SHORT],
}
SAID = "what is the capital of france and how far is it from here to there"
RECORDING, APPEARING = "recording", "both answers appearing"
BESIDE = "recording beside two writing workers"

Gaps = dict[str, list[list[float]]]
"""What was going on -> the gaps of each round in ms."""
Shares = dict[str, list[float]]
"""What was going on -> the share of one core in each round, in per cent."""


def figures(server: PulseServer) -> list[Figure]:
    loops: Gaps = {}
    paints: Gaps = {}
    shares: Shares = {}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        speech = speak(SAID, folder / "said.wav")
        # Different models, or both systems would queue for one worker.
        writers = {name: WRITER | {"heard": [name]} for name in ("one", "two")}
        with listening_window(server, folder, writers, ROUNDS) as person:
            person.stage.start()
            for _ in range(ROUNDS):
                _round(person, server, speech, loops, paints, shares)
    idle = loops.pop("nothing")
    floors = {
        **dict.fromkeys(
            (RECORDING, BESIDE), f"{theme.FRAME_MS} ms: the timer that moves the waveform"
        ),
        APPEARING: f"{theme.FRAME_MS} ms: the timer that uncovers the answers",
    }
    return [
        *_figures("event loop, longest wait", loops, {}, idle),
        *_figures("paint to paint", paints, floors, idle),
        _processor_figure(shares),
    ]


def _round(
    person: Person, server: PulseServer, speech: Path, loops: Gaps, paints: Gaps, shares: Shares
) -> None:
    """Record, record beside two writers, wait for two writers; once more, and read."""
    stage = person.stage
    stage.until(Phase.READY)
    with _beat(loops, "nothing"):
        run_for(SPAN_MS // 2)
    with _processor(shares, "nothing"):
        run_for(SPAN_MS // 2)
    person.start_talking()
    talk = server.play(speech)
    with _processor(shares, RECORDING):
        run_for(SPAN_MS // 2)
    with _beat(loops, RECORDING), _frames(paints, RECORDING, stage.window):
        run_for(SPAN_MS)
    with (
        _two_writers(speech),
        _beat(loops, BESIDE),
        _frames(paints, BESIDE, stage.window),
    ):
        run_for(SPAN_MS)
    person.wait(lambda: talk.poll() is not None)
    person.stop_talking()
    stage.until(Phase.THINKING)
    with _beat(loops, "two writing workers"):
        run_for(SPAN_MS * 3 // 5)
    with _beat(loops, "two long answers arriving, kept and laid out"):
        stage.until(Phase.REVEALING)
        run_for(SPAN_MS // 10)
    stage.press(Qt.Key.Key_R)
    stage.until(Phase.READY)
    person.start_talking()
    person.say(speech)
    person.stop_talking()
    stage.until(Phase.REVEALING)
    with _beat(loops, APPEARING), _frames(paints, APPEARING, stage.window):
        stage.until(Phase.VOTING)
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)


@contextmanager
def _beat(gaps: Gaps, name: str) -> Iterator[None]:
    """Gaps between the turns of the event loop that a timer gets."""
    times: list[float] = []
    timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: times.append(time.monotonic()))
    timer.start(BEAT_MS)
    yield
    timer.stop()
    gaps.setdefault(name, []).append(_between(times))


@contextmanager
def _frames(gaps: Gaps, name: str, window: QWidget) -> Iterator[None]:
    """Gaps between the moments at which the window painted anything."""
    watch = _Frames()
    window.installEventFilter(watch)
    yield
    window.removeEventFilter(watch)
    gaps.setdefault(name, []).append(_between(watch.times))


@contextmanager
def _processor(shares: Shares, name: str) -> Iterator[None]:
    """Processor time of all of this process's threads. Nothing else may measure meanwhile."""
    began_s, used_s = time.monotonic(), time.process_time()
    yield
    share = 100 * (time.process_time() - used_s) / (time.monotonic() - began_s)
    shares.setdefault(name, []).append(share)


class _Frames(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.UpdateRequest:
            self.times.append(time.monotonic())
        return False


@contextmanager
def _two_writers(take: Path) -> Iterator[None]:
    """Two more workers that write, which the window's process reads."""
    systems = [
        System(id=name, version="1", responder=Part("echo", WRITER | {"heard": [name]}))
        for name in ("three", "four")
    ]
    with Pool(systems) as pool:
        for done in pool.prewarm(["three", "four"]):
            done.result()
        asked = [pool.ask(system.id, take) for system in systems]
        yield
        for one in asked:
            one.cancel()


def _between(times: list[float]) -> list[float]:
    return [1000 * (after - before) for before, after in pairwise(times)]


def _p99(gaps: list[float]) -> float:
    return quantiles(gaps, n=100, method="inclusive")[98]


def _figures(
    what: str, gaps: Gaps, floors: Mapping[str, str], idle: list[list[float]]
) -> Iterator[Figure]:
    """`idle` are the gaps while nothing was done: the floor where `floors` has none."""
    for name, rounds in gaps.items():
        middle = f"median {median(map(median, rounds)):.1f} ms"
        timer = f"a timer of {BEAT_MS} ms while nothing is done"
        p99_floor = floors.get(name, f"{median(map(_p99, idle)):.1f} ms: {timer}")
        worst_floor = floors.get(name, f"{max(map(max, idle)):.1f} ms: {timer}")
        p99s, worsts = [_p99(one) for one in rounds], [max(one) for one in rounds]
        yield Figure(
            f"{what}, {name}: 99th per cent",
            median(p99s),
            "ms",
            "≤ 16 ms",
            p99_floor,
            f"rounds {_list(p99s)}; {middle}",
        )
        yield Figure(
            f"{what}, {name}: worst",
            max(worsts),
            "ms",
            "≤ 100 ms",
            worst_floor,
            f"rounds {_list(worsts)}; {load()}",
        )


def _processor_figure(shares: Shares) -> Figure:
    recording = shares[RECORDING]
    return Figure(
        "processor time of the window's process, recording",
        median(recording),
        "% of a core",
        "≤ 15 % of a core",
        f"{median(shares['nothing']):.0f} %: the microphone open, and nothing recorded",
        f"rounds {_list(recording)}; {load()}",
    )


def _list(values: list[float]) -> str:
    return ", ".join(f"{value:.0f}" for value in values)
