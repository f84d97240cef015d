"""A battle run again from its record: scripted systems give its answers to the whole program.

Everything but the models is real: workers, the session, what it does to answers before they are
shown, the window (on no screen), and the database that tells what was painted. The recording is not
played: scripted systems hear nothing, so a shipped one stands in for it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

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
class _Scripted:
    """One turn."""

    answers: Mapping[str, str]
    """Slot -> the raw answer."""
    heard: str
    """All that recognisers made of what was said: a name that was said first is no leak."""
    at_once: bool = True
    """Whether the station asked for no motion."""
    history: str | None = None
    """Whose answers of the turn before both systems knew as theirs."""


@dataclass(frozen=True, slots=True)
class _Script:
    turns: Sequence[_Scripted]
    show: Json
    """How the study shows answers; see docs/study.md."""

    @property
    def study(self) -> str:
        turns: dict[str, Any] = {"most": len(self.turns)}
        if any(turn.history in ("a", "b") for turn in self.turns):
            turns |= {"history": "common"}
        return f"{_STUDY}\n[show]\n{as_toml(self.show)}\n[turns]\n{as_toml(turns)}"


def run_again(battle: Battle, settings: Json) -> list[ShownTurn]:
    """What the program shows today of the answers that were kept, turn by turn.

    `settings` are those that were kept with the session. Raises ReplayStuck and the errors of
    starting the program.
    """
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    turns = [turn for turn in battle.turns if turn.shown and not turn.superseded]
    show = dict(settings.get("show", {}))
    show.pop("minimum_wait_ms", None)  # when, not what
    script = _Script([_scripted(turn, _heard(battle, turn)) for turn in turns], show)
    shown = _battle_again(script)
    return [replace(one, ordinal=turn.ordinal) for one, turn in zip(shown, turns, strict=True)]


def _heard(battle: Battle, turn: Turn) -> str:
    scripts = (
        script for take in battle.takes if take.id == turn.take_id for script in take.transcripts
    )
    readings = (
        str(reading["text"])
        for script in scripts
        for reading in script.hypotheses
        if reading["accepted"]  # what was rejected lifts no mask
    )
    return "\n".join(dict.fromkeys(readings))


def _scripted(turn: Turn, heard: str) -> _Scripted:
    assert turn.a is not None
    assert turn.b is not None
    assert turn.shown is not None
    answers = {"a": turn.a.text, "b": turn.b.text}
    return _Scripted(answers, heard, turn.shown.cadence_per_s == 0, turn.history)


def _battle_again(script: _Script) -> Sequence[ShownTurn]:
    for seed in range(_MOST_DRAWS):
        with tempfile.TemporaryDirectory() as folder:
            found = _run(script, Path(folder), seed)
        if found is not None:
            return found
    raise ReplayStuck("The answers were never drawn into the slots they stood in.")


def _run(script: _Script, folder: Path, seed: int) -> Sequence[ShownTurn] | None:
    """None where the draw put the answers into the other slots."""
    folder.mkdir(exist_ok=True)
    study = folder / "study.toml"
    study.write_text(script.study, encoding="utf-8")
    home = Home(folder / "home")
    app_settings = Settings(still=script.turns[0].at_once)
    make_application(app_settings)
    with _motion_as_before():
        program = open_program(
            home,
            app_settings,
            study=load_study(study),
            catalogue={
                name: _entry(name, slot, script.turns)
                for name, slot in zip(_NAMES, ("a", "b"), strict=True)
            },
            source=replaying([_SOUND], "a recording"),
            source_name="a recording",
            simulated=True,
            seed=seed,
        )
        try:
            _Walk(program, script.turns).run()
        finally:
            program.window.hold_open = False
            program.window.close()
            program.close()
    with open_reader(home.database) as reader:
        (battle,) = reader.battles()
    return shown_turns(battle) if battle.a.system == _NAMES[0] else None


@contextmanager
def _motion_as_before() -> Iterator[None]:
    before = theme.now.reduced_motion
    try:
        yield
    finally:
        theme.now.reduced_motion = before


def _entry(name: str, slot: str, turns: Sequence[_Scripted]) -> Entry:
    hears = {"heard": [turn.heard for turn in turns], "hypothesis": "dictation"}
    answers = [turn.answers[slot] for turn in turns]
    return Entry(
        system=System(
            id=name,
            version="1",
            # With a name of its own, so that two of the same answers are two workers.
            responder=Part("echo", {"answers": answers, "chunk": 0, "hypothesis": name}),
            recogniser=Part("echo", hears),
            hypothesis="dictation",
        ),
        label=name,
        kind="scripted",
        baseline=True,
        licence="none",
    )


class _Walk(QObject):
    """Speaks turn by turn, each time until both answers have been painted to their ends."""

    def __init__(self, program: Program, turns: Sequence[_Scripted]) -> None:
        super().__init__()
        self._program = program
        self._turns = turns
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
        bar = self._program.window.arena.judge.go_on
        match state.phase:
            case Phase.READY | Phase.RECORDING:
                self._press_soon("arena", Qt.Key.Key_Space)
            case Phase.THINKING:
                theme.now.reduced_motion = self._turns[state.conversation.turn - 1].at_once
            case Phase.VOTING if state.conversation.turn < len(self._turns):
                history = self._turns[state.conversation.turn].history
                self._click_soon({"a": bar.a, "b": bar.b}.get(history or "", bar.talk))
            case Phase.VOTING:
                self._arrived = True
                QTimer.singleShot(0, self._loop.quit)
            case Phase.FAILED | Phase.GIVEN_UP:
                QTimer.singleShot(0, self._loop.quit)

    def _click_soon(self, button: QAbstractButton) -> None:
        QTimer.singleShot(0, self, button.click)

    def _press_soon(self, page: str, key: Qt.Key) -> None:
        QTimer.singleShot(0, self, lambda: QTest.keyClick(getattr(self._program.window, page), key))
