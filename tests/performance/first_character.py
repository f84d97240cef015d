"""From the release of the record key to the first characters of both answers."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from PySide6.QtCore import Qt

import desktop.audio.check
import desktop.session.take_desk
from desktop.audio.recorder import POST_ROLL_MS, Recorder
from desktop.session.ledger import Ledger
from engines.pool import Pool
from local_db.connection import journal_mode
from local_db.reader import open_reader
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.sounds import speak
from tests.performance.figure import Figure
from tests.performance.machine import load
from tests.performance.stage import listening_window
from ui.reveal import RevealReport
from ui.state import Phase

BATTLES = 6
SAID = "what is the capital of france"
ANSWER = "The capital of France is Paris. It has about two million inhabitants. " * 4
MICROPHONE_BLOCK_MS = 25
COMMITS = 20

Stamps = dict[str, float]
"""What has happened -> when, in ms of the monotonic clock; of several, the last."""


def figures(server: PulseServer) -> list[Figure]:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        speech = speak(SAID, folder / "said.wav")
        floor = f"{_floor_ms(folder):.0f} ms: half a block of the microphone, one bare commit"
        slow = _battles(server, folder / "slow", speech, 500)
        instant = _battles(server, folder / "instant", speech, 0)
    return [
        *_totals("engines that take 0.5 s", slow, floor),
        *_totals("engines that take no time", instant, floor),
        *_parts(slow),
    ]


def _battles(server: PulseServer, folder: Path, speech: Path, delay_ms: int) -> list[Stamps]:
    """The stamps of each battle, and `engines`: the milliseconds of the slower system's."""
    folder.mkdir()
    script = {"answers": [ANSWER], "delay_ms": delay_ms}
    # Different models, or both systems would queue for one worker.
    systems = {name: script | {"heard": [name]} for name in ("one", "two")}
    reports: list[RevealReport] = []
    battles: list[Stamps] = []
    with (
        listening_window(server, folder, systems, BATTLES) as person,
        _stamping() as stamps,
    ):
        person.stage.start()
        person.stage.window.arena.revealed.connect(reports.append)
        for _ in range(BATTLES):
            stamps.clear()
            _battle(person, speech, stamps)
            report = reports[-1]
            stamps["reveal begun"] = report.start_ms
            stamps["painted"] = max(report.first_a_ms, report.first_b_ms)
            battles.append(dict(stamps))
        with open_reader(person.stage.home.database) as reader:
            for battle, kept in zip(battles, reader.battles(), strict=True):
                (turn,) = kept.turns
                timings = [turn.a.timings, turn.b.timings]
                battle["engines"] = max(one["engine_ms"] for one in timings)
                battle["asked to answered"] = max(one["total_ms"] for one in timings)
    return battles


def _battle(person: Person, speech: Path, stamps: Stamps) -> None:
    stage = person.stage
    stage.until(Phase.READY)
    person.start_talking()
    person.say(speech)
    stamps["released"] = _now_ms()
    person.stop_talking()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)


@contextmanager
def _stamping() -> Iterator[Stamps]:
    """Note when the road's public steps begin and end."""
    stamps: Stamps = defaultdict(float)
    with ExitStack() as undo:
        end, ask = Recorder.end, Pool.ask

        def end_and_stamp(*given: Any, **named: Any) -> Any:
            future = end(*given, **named)
            future.add_done_callback(_stamper(stamps, "captured"))
            return future

        def ask_and_stamp(*given: Any, **named: Any) -> Any:
            stamps["asked"] = _now_ms()
            asked = ask(*given, **named)
            asked.future.add_done_callback(_stamper(stamps, "answered"))
            return asked

        _replace(undo, Recorder, "end", end_and_stamp)
        _replace(undo, Pool, "ask", ask_and_stamp)
        for owner, name, done in (
            (desktop.audio.check, "check_take", "checked"),
            (desktop.session.take_desk, "commit_take_file", "file safe"),
            (Ledger, "take", "take committed"),
            (Ledger, "answers", "answers committed"),
        ):
            _replace(undo, owner, name, _stamped(getattr(owner, name), stamps, done))
        yield stamps


def _replace(undo: ExitStack, owner: Any, name: str, by: object) -> None:
    undo.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, by)


def _stamper(stamps: Stamps, name: str) -> Callable[[object], None]:
    def stamp(_: object) -> None:
        stamps[name] = _now_ms()

    return stamp


def _stamped(work: Callable[..., Any], stamps: Stamps, done: str) -> Callable[..., Any]:
    def wrapped(*given: Any, **named: Any) -> Any:
        outcome = work(*given, **named)
        stamps[done] = _now_ms()
        return outcome

    return wrapped


def _totals(what: str, battles: list[Stamps], floor: str) -> list[Figure]:
    spans = [b["painted"] - b["released"] - b["engines"] for b in battles]
    name = f"record key to both first characters, {what}"
    listed = ", ".join(f"{span - POST_ROLL_MS:.0f}" for span in spans)
    engines = median(b["engines"] for b in battles)
    return [
        Figure(
            f"{name}: less their own time",
            median(spans),
            "ms",
            f"≤ {60 + POST_ROLL_MS} ms",
            f"{POST_ROLL_MS} ms of speech that is recorded on purpose after the key",
            "the target is 60 ms: from the key it is met only without that speech, as on the next "
            f"line; engines {engines:.0f} ms",
        ),
        Figure(
            f"{name}: less the {POST_ROLL_MS} ms after the key, too",
            median(spans) - POST_ROLL_MS,
            "ms",
            "≤ 60 ms",
            floor,
            f"battles {listed}; {load()}",
        ),
    ]


def _parts(battles: list[Stamps]) -> Iterator[Figure]:
    """Where the time goes; parts of it overlap."""
    for name, since, until, less_ms in (
        ("recording closed, hashed and measured", "released", "captured", POST_ROLL_MS),
        ("judged, and copied for the systems", "captured", "checked", 0),
        ("recording safe on disk", "checked", "file safe", 0),
        ("both systems asked", "captured", "asked", 0),
        ("row of the take committed", "file safe", "take committed", 0),
        ("both answers back", "asked", "answered", 0),
        ("answers committed", "answered", "answers committed", 0),
        ("laid out", "answers committed", "reveal begun", 0),
        ("painted", "reveal begun", "painted", 0),
    ):
        spans = [b[until] - b[since] - less_ms for b in battles]
        note = f"since “{since}”" + (f", less {less_ms} ms" if less_ms else "")
        yield Figure(f"of it: {name}", median(spans), "ms", "", "", note)


def _floor_ms(folder: Path) -> float:
    """What neither we nor anybody could leave out: SQLite alone keeps a row."""
    spans = []
    mode = journal_mode(sqlite3.sqlite_version_info)
    with closing(sqlite3.connect(folder / "floor.db", isolation_level=None)) as database:
        database.execute(f"PRAGMA journal_mode = {mode}")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("CREATE TABLE answer (text TEXT) STRICT")
        for _ in range(COMMITS):
            began_ms = _now_ms()
            database.execute("INSERT INTO answer VALUES (?)", (ANSWER,))
            spans.append(_now_ms() - began_ms)
    return MICROPHONE_BLOCK_MS / 2 + median(spans)


def _now_ms() -> float:
    return time.monotonic() * 1000
