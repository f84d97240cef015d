"""The whole road, unattended: the real window, real workers, the sample takes, scripted votes.

Every row is marked `simulated`. The hands are real key events; the demo knows only what a
participant sees, and acts when the page says that it is time.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from PySide6.QtCore import QBuffer, QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from desktop.app import make_application, open_program
from desktop.demo_folder import Produced, make_room, produce
from desktop.errors import EarshotError
from desktop.paths import Home
from desktop.program import Program
from desktop.session.earlier_takes import replaying
from desktop.settings import Settings
from resources import FOLDER
from ui.results_state import ResultsState
from ui.state import ArenaState, FinishedState, Phase, SystemsState
from ui.window import SIZE

TAKES = FOLDER / "takes"
SOURCE_NAME = "Sample takes"
LIMIT_MS = 300_000
"""A demo that has not ended by then has stuck somewhere."""
VOTES = (
    Qt.Key.Key_1,
    Qt.Key.Key_4,
    Qt.Key.Key_1,
    Qt.Key.Key_2,
    Qt.Key.Key_4,
    Qt.Key.Key_1,
    Qt.Key.Key_3,
    Qt.Key.Key_4,
    Qt.Key.Key_1,
    Qt.Key.Key_4,
)
"""A better, B better, tie, both bad: chosen without looking at any answer."""
SEED = 5
"""Of the draws: the pictures of every demo are of the same battles, the first of which is between
two answers that nobody mistakes for each other."""
TRY_AGAIN = "Try again"
"""What the window offers where nothing goes on by itself, for example on a full disk."""
REASON = "It answered what I asked."


class DemoStuck(EarshotError):
    """The window did not get to the end in time."""


def run_demo(
    out: Path, *, colours: str = "light", begins: Callable[[], None] = lambda: None
) -> Produced:
    """Walk through one session and write screenshots, an export and the leaderboard into `out`.

    `begins` is called once nothing stands in the way any more.

    `out` may be new, empty, or an earlier demo, which is replaced. Raises UsageProblem when it is
    something else, DemoStuck, and the world errors of starting the window.
    """
    make_room(out)
    if not _has_display():
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    settings = Settings(colours=colours)
    make_application(settings)
    takes = sample_takes()
    home = Home((out / "home").absolute())
    program = open_program(
        home,
        settings,
        source=replaying(takes, SOURCE_NAME),
        source_name=SOURCE_NAME,
        simulated=True,
        seed=SEED,
    )
    try:
        begins()
        pictures = _Walk(program, out / "screenshots").run()
    finally:
        program.window.hold_open = False
        program.window.close()
        program.close()
    try:
        return produce(out, home, pictures)
    except OSError as error:
        raise DemoStuck(f"{out} cannot be written ({error.strerror}).") from error


def sample_takes() -> list[Path]:
    """The shipped recordings, in the order of their list."""
    listed = tomllib.loads((TAKES / "takes.toml").read_text(encoding="utf-8"))
    return [TAKES / take["file"] for take in listed["take"]]


def _has_display() -> bool:
    if not sys.platform.startswith("linux"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


class _Walk(QObject):
    """Reacts to what the window shows, one key at a time, until the last page is drawn."""

    def __init__(self, program: Program, pictures: Path) -> None:
        super().__init__()
        self._program = program
        self._window = program.window
        self._folder = pictures
        self._pictures: list[Path] = []
        self._seen: set[str] = set()
        self._votes = iter(cycle(VOTES))
        self._loop = QEventLoop()
        self._last = ""
        self._stopped: str | None = None
        """Why it did not get to the end; empty: nobody knows."""
        program.arena_drawn.connect(self._arena)
        program.session_finished.connect(self._finished)
        program.results.drawn.connect(self._results)
        program.systems.drawn.connect(self._systems)

    def run(self) -> list[Path]:
        limit = QTimer(self, singleShot=True, interval=LIMIT_MS)
        limit.timeout.connect(self._too_late)
        limit.start()
        self._window.resize(SIZE)  # of every picture, whatever the screen
        # By then the program has said what stands in for the microphone.
        self._window.first_painted.connect(lambda: self._soon(self._begin))
        self._program.show()
        self._loop.exec()
        limit.stop()
        if self._stopped is not None:
            sentence = f"The demo stopped at “{self._last}”. {self._stopped}".strip()
            raise DemoStuck(sentence, "Run `python main.py doctor`.")
        return self._pictures

    def _begin(self) -> None:
        self._photograph("compare")
        self._press(self._window.compare, Qt.Key.Key_Return)

    def _arena(self, state: ArenaState) -> None:
        """Act after the page has drawn this state and everything it follows from."""
        self._last = state.phase.value
        if state.problem is not None and state.problem.action == TRY_AGAIN:
            self._give_up(state.problem.title)
        else:
            self._soon(lambda: self._act(state))

    def _act(self, state: ArenaState) -> None:
        page = self._window.arena
        if page.state is None or page.state.phase is not state.phase:
            return
        match state.phase:
            case Phase.READY:
                self._photograph("ready")
                self._press(page, Qt.Key.Key_Space)
            case Phase.RECORDING:
                self._photograph("recording")
                self._press(page, Qt.Key.Key_Space)
            case Phase.VOTING:
                self._photograph("answers")
                self._press(page, next(self._votes))
            case Phase.VOTED if state.number == 1 and not state.reason.saved:
                self._press(page, Qt.Key.Key_T)
            case Phase.VOTED:
                self._photograph("voted")
                self._press(page, Qt.Key.Key_Return)
            case Phase.REASON_EDITING:
                editor = QApplication.focusWidget() or page
                QTest.keyClicks(editor, REASON)
                QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
            case Phase.FAILED:
                self._press(page, Qt.Key.Key_Return)

    def _finished(self, state: FinishedState) -> None:
        self._last = "finished"

        def go_on() -> None:
            self._photograph("finished")
            if state.voted < state.total:
                self._give_up(f"Only {state.voted} of {state.total} votes were given.")
            else:
                self._press(self._window.finished, Qt.Key.Key_R)

        self._soon(go_on)

    def _results(self, _: ResultsState) -> None:
        self._last = "results"
        self._soon(self._photograph_results)

    def _photograph_results(self) -> None:
        self._photograph("results")
        self._program.open_page("systems")

    def _systems(self, _: SystemsState) -> None:
        def end() -> None:
            self._photograph("systems")
            self._loop.quit()

        self._soon(end)

    def _press(self, page: QWidget, key: Qt.Key) -> None:
        QTest.keyClick(page, key)

    def _photograph(self, name: str) -> None:
        """The window as it is now; the first time only."""
        if name in self._seen:
            return
        self._seen.add(name)
        path = self._folder / f"{name}.png"
        picture = QBuffer()
        picture.open(QBuffer.OpenModeFlag.WriteOnly)
        self._window.grab().save(picture, "PNG")
        try:
            path.write_bytes(picture.data().data())  # Qt itself does not say why it failed
        except OSError as error:
            self._give_up(f"{path} cannot be written ({error.strerror}).")
        else:
            self._pictures.append(path)

    def _soon(self, act: Callable[[], None]) -> None:
        QTimer.singleShot(0, self, act)

    def _too_late(self) -> None:
        self._give_up("")

    def _give_up(self, why: str) -> None:
        self._stopped = why
        self._loop.quit()
