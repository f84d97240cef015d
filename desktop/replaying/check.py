"""A battle run again from its record: scripted systems give its answers to the whole program.

Everything but the models is real: workers, the session, what it does to answers before they are
shown, the window (on no screen), and the database that tells what was painted. The recording is not
played: scripted systems hear nothing, so a shipped one stands in for it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from desktop.app import make_application, open_program
from desktop.catalogue.entry import Entry
from desktop.errors import EarshotError
from desktop.paths import Home
from desktop.program import Program
from desktop.replaying.record import ShownTurn, shown_turns
from desktop.session.earlier_takes import replaying
from desktop.session.study import load_study
from desktop.settings import Settings
from desktop.toml_text import as_toml
from engines.api import Part, System
from local_db.kept import Battle, Json, Turn
from local_db.reader import open_reader
from resources import FOLDER
from ui import theme
from ui.state import ArenaState, Phase

LIMIT_MS = 60_000
"""One battle between scripted systems takes two seconds."""
_SOUND = FOLDER / "takes" / "01-knowledge.flac"
_NAMES = ("scripted-one", "scripted-two")
_MOST_DRAWS = 40
"""Each has an even chance of putting the answers where they were."""
_STUDY = """
schema = 1
id = "replay"
title = "Replay"
text = "What was answered, once more."
instruction = "Say anything"
systems = ["scripted-one", "scripted-two"]
battles_per_session = 1
reveal = "never"
"""


class ReplayStuck(EarshotError):
    """The program did not get as far as showing both answers."""


@dataclass(frozen=True, slots=True)
class _Script:
    answers: dict[str, str]
    """Slot -> the raw answer."""
    heard: str
    """All that recognisers made of what was said: a name that was said first is no leak."""
    show: Json
    """How the study shows answers; see docs/study.md."""
    at_once: bool
    """Whether the station asked for no motion."""


def run_again(battle: Battle, settings: Json) -> list[ShownTurn]:
    """What the program shows today of the answers that were kept, turn by turn.

    `settings` are those that were kept with the session. Raises ReplayStuck and the errors of
    starting the program.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    turns = [turn for turn in battle.turns if turn.shown and not turn.superseded]
    heard = _heard(battle)
    return [
        replace(_turn_again(_script(turn, heard, settings)), ordinal=turn.ordinal) for turn in turns
    ]


def _heard(battle: Battle) -> str:
    asked = {turn.take_id for turn in battle.turns}
    scripts = (script for take in battle.takes if take.id in asked for script in take.transcripts)
    readings = (str(reading["text"]) for script in scripts for reading in script.hypotheses)
    return "\n".join(dict.fromkeys(readings))


def _script(turn: Turn, heard: str, settings: Json) -> _Script:
    assert turn.a is not None
    assert turn.b is not None
    assert turn.shown is not None
    show = dict(settings.get("show", {}))
    show.pop("minimum_wait_ms", None)  # when, not what
    answers = {"a": turn.a.text, "b": turn.b.text}
    return _Script(answers, heard, show, at_once=turn.shown.cadence_per_s == 0)


def _turn_again(script: _Script) -> ShownTurn:
    for seed in range(_MOST_DRAWS):
        with tempfile.TemporaryDirectory() as folder:
            found = _run(script, Path(folder), seed)
        if found is not None:
            return found
    raise ReplayStuck("The answers were never drawn into the slots they stood in.")


def _run(script: _Script, folder: Path, seed: int) -> ShownTurn | None:
    """None where the draw put the answers into the other slots."""
    folder.mkdir(exist_ok=True)
    study = folder / "study.toml"
    study.write_text(f"{_STUDY}\n[show]\n{as_toml(script.show)}", encoding="utf-8")
    home = Home(folder / "home")
    app_settings = Settings(still=script.at_once)
    make_application(app_settings)
    with _motion(script.at_once):
        program = open_program(
            home,
            app_settings,
            study=load_study(study),
            catalogue={
                name: _entry(name, script.answers[slot], script.heard)
                for name, slot in zip(_NAMES, script.answers, strict=True)
            },
            source=replaying([_SOUND], "a recording"),
            source_name="a recording",
            simulated=True,
            seed=seed,
        )
        try:
            _Walk(program).run()
        finally:
            program.window.hold_open = False
            program.window.close()
            program.close()
    with open_reader(home.database) as reader:
        (battle,) = reader.battles()
    if battle.a.system != _NAMES[0]:
        return None
    (shown,) = shown_turns(battle)
    return shown


@contextmanager
def _motion(at_once: bool) -> Iterator[None]:
    before = theme.now.reduced_motion
    theme.now.reduced_motion = at_once
    try:
        yield
    finally:
        theme.now.reduced_motion = before


def _entry(name: str, answer: str, heard: str) -> Entry:
    hears = {"heard": [heard], "hypothesis": "dictation"}
    return Entry(
        system=System(
            id=name,
            version="1",
            responder=Part("echo", {"answers": [answer], "chunk": 0}),
            recogniser=Part("echo", hears),
            hypothesis="dictation",
        ),
        label=name,
        kind="scripted",
        baseline=True,
        licence="none",
    )


class _Walk(QObject):
    """Speaks, and waits until both answers have been painted to their ends."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program
        self._loop = QEventLoop()
        self._arrived = False
        self._last: Sequence[str] = ()
        program.arena_drawn.connect(self._arena)
        program.window.first_painted.connect(lambda: self._press_soon("compare", Qt.Key.Key_Return))

    def run(self) -> None:
        limit = QTimer(self, singleShot=True, interval=LIMIT_MS)
        limit.timeout.connect(self._loop.quit)
        limit.start()
        self._program.show()
        self._loop.exec()
        limit.stop()
        if not self._arrived:
            raise ReplayStuck(f"The program stopped at “{' '.join(self._last)}”.")

    def _arena(self, state: ArenaState) -> None:
        self._last = [state.phase.value, *([state.problem.title] if state.problem else [])]
        match state.phase:
            case Phase.READY | Phase.RECORDING:
                self._press_soon("arena", Qt.Key.Key_Space)
            case Phase.VOTING:
                self._arrived = True
                QTimer.singleShot(0, self._loop.quit)
            case Phase.FAILED | Phase.GIVEN_UP:
                QTimer.singleShot(0, self._loop.quit)

    def _press_soon(self, page: str, key: Qt.Key) -> None:
        QTimer.singleShot(0, self, lambda: QTest.keyClick(getattr(self._program.window, page), key))
