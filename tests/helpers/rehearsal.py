"""A rehearsal: the real window, real workers and a real database, with scripted systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.exceptions import TimeoutError
from pytestqt.qtbot import QtBot

from desktop.app import Instead, make_application, open_program
from desktop.audio.capture import CaptureFault, Level
from desktop.audio.file_source import FileSource
from desktop.catalogue.catalogue import Entry
from desktop.paths import Home
from desktop.program import Program
from desktop.session.take_desk import NamedSource
from desktop.settings import Settings
from engines.api import Part, System
from local_db.kept import Battle
from local_db.reader import open_reader
from ui.state import ArenaState, Phase
from ui.window import SIZE

PATIENCE_MS = 30_000
"""Only a failure waits this long."""

STUDY = """
schema = 1
id = "rehearsal"
title = "Rehearsal"
text = "Two scripted systems."
instruction = "Say anything"
systems = [{systems}]
battles_per_session = {battles}
reveal = "{reveal}"
[answer]
time_limit_s = {time_limit_s}
{tables}
"""


HEARING = {"heard": ["what i said"], "hypothesis": "dictation"}

TWO = {
    "canary-one": {"answers": ["The first answer."]},
    "canary-two": {"answers": ["The second answer."]},
}
"""Names of theirs must never show before the reveal."""


def echo_entry(
    system_id: str, *, recogniser: Mapping[str, Any] | None = None, **script: Any
) -> Entry:
    """A scripted system; its label and id are names that must never show before the reveal."""
    return Entry(
        system=System(
            id=system_id,
            version="1",
            responder=Part("echo", script),
            recogniser=Part("echo", HEARING | dict(recogniser or {})),
            hypothesis="dictation",
        ),
        label=f"Label of {system_id}",
        kind="scripted",
        baseline=True,
        licence="none",
    )


class Rehearsal:
    """A running program and the hands that use it.

    Without a `take` it listens to the real microphone. `scripts` maps systems of the study to what
    their echo worker plays (`vote` is that table of the study file, `tables` are more of it); with
    a `catalogue` they are systems of that, and `scripts` only names them. Without `scripts` it is
    the study that ships, and its systems, or what comes `instead`.
    """

    def __init__(
        self,
        qtbot: QtBot,
        folder: Path,
        take: Path | None,
        scripts: Mapping[str, Mapping[str, Any]] | None,
        *,
        battles: int = 1,
        time_limit_s: float = 20.0,
        still: bool = True,
        simulated: bool = False,
        reveal: str = "session_end",
        tables: str = "",
        vote: str = "",
        catalogue: Mapping[str, Entry] | None = None,
        microphone: str = "",
        instead: Instead | None = None,
    ) -> None:
        folder.mkdir(exist_ok=True)
        settings = Settings(still=still, microphone=microphone)
        if scripts is not None:
            study = STUDY.format(
                systems=", ".join(f'"{name}"' for name in scripts),
                battles=battles,
                time_limit_s=time_limit_s,
                reveal=reveal,
                tables=f"[vote]\n{vote}\n{tables}" if vote else tables,
            )
            (folder / "study.toml").write_text(study)
            settings = replace(settings, study=str(folder / "study.toml"))
            catalogue = catalogue or {name: echo_entry(name, **scripts[name]) for name in scripts}
        self.take = take
        self.home = Home(folder / "home")
        self.qtbot = qtbot
        make_application(settings)
        self.program: Program = open_program(
            self.home,
            settings,
            study=instead.study if instead else None,
            catalogue=instead.catalogue if instead else catalogue,
            source=instead.source if instead else self._source if take else None,
            source_name=instead.source_name if instead else "a recording" if take else "",
            replays=bool(instead and instead.replays),
            simulated=simulated,
        )
        self._closed = False
        self.states: list[ArenaState] = []
        self.window = self.program.window
        self._show()

    def _show(self) -> None:
        self.program.arena_drawn.connect(self.states.append)
        self.window.resize(SIZE)
        self.window.show()
        self.program.show()
        self.qtbot.waitUntil(self.window.isVisible, timeout=PATIENCE_MS)

    def _source(
        self, on_level: Callable[[Level], None], _: Callable[[CaptureFault], None], _number: int
    ) -> NamedSource:
        assert self.take is not None
        return NamedSource(FileSource(self.take, "a recording", on_level), "a recording")

    @property
    def state(self) -> ArenaState:
        return self.states[-1]

    @property
    def course(self) -> list[str]:
        """The phases so far, with what was said."""
        return [f"{s.phase}{f' ({s.problem})' if s.problem else ''}" for s in self.states]

    def press(self, key: Qt.Key) -> None:
        """A key on the page that is in front."""
        page = getattr(self.window, self.window.current_page)
        QTest.keyClick(page, key)

    def until(self, phase: Phase, patience_ms: int = PATIENCE_MS) -> None:
        self.until_state(lambda state: state.phase is phase, str(phase), patience_ms)

    def until_state(
        self,
        condition: Callable[[ArenaState], object],
        what: str = "it",
        patience_ms: int = PATIENCE_MS,
    ) -> None:
        try:
            self.qtbot.waitUntil(
                lambda: bool(self.states) and bool(condition(self.state)), timeout=patience_ms
            )
        except TimeoutError as late:
            raise AssertionError(f"{what} did not come; it went {self.course}") from late

    def start(self) -> None:
        self.press(Qt.Key.Key_Return)
        self.until(Phase.READY)

    def begin_anew(self) -> None:
        """End the session that was broken off, and say yes to that."""
        page = self.window.compare
        QTest.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(page, Qt.Key.Key_N)

    def speak(self) -> None:
        """Tap, and tap again: the take is the file, which may end before anybody looks."""
        before = len(self.states)
        self.press(Qt.Key.Key_Space)
        self.until_state(
            lambda _: any(state.phase is Phase.RECORDING for state in self.states[before:]),
            str(Phase.RECORDING),
        )
        if self.state.phase is Phase.RECORDING:
            self.press(Qt.Key.Key_Space)

    def vote(self, key: Qt.Key) -> None:
        self.until(Phase.VOTING)
        self.press(key)
        self.until(Phase.VOTED)

    def next(self) -> None:
        """After a vote: past who was who, where that is told, to the next battle or the end."""
        tells_names = self.state.tells_names
        self.press(Qt.Key.Key_Return)
        if tells_names:
            self.until(Phase.NAMED)
            self.press(Qt.Key.Key_Return)

    def close(self) -> None:
        """May be called twice."""
        if self._closed:
            return
        self._closed = True
        self.window.hold_open = False
        self.window.close()
        self.program.close()
        self.window.deleteLater()


def battles(stage: Rehearsal) -> list[Battle]:
    """All that were kept; none is missing, and the chain holds."""
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().holds
        assert reader.verify_chain().ok
        return reader.battles()


def voting(stage: Rehearsal) -> Rehearsal:
    """In front of two answers."""
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    return stage


def says(words: str, action: str | None = None) -> Callable[[ArenaState], bool]:
    """Whether the page shows a problem with these words (and this button)."""

    def shown(state: ArenaState) -> bool:
        problem = state.problem
        if problem is None or action not in (None, problem.action):
            return False
        return words in f"{problem.title} {problem.detail}"

    return shown
