"""Starting the window.

`open_program` makes everything and returns without entering the event loop, so that tests and the
demo can drive it; `run_window` adds the loop, the doorbell for a second instance and the last
resort for bugs.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtWidgets import QApplication

from desktop.catalogue.catalogue import Entry
from desktop.catalogue.known_systems import KnownSystems
from desktop.errors import Busy, EarshotError
from desktop.logs import catch_bugs, start_log, stop_log
from desktop.paths import Home
from desktop.program import Program
from desktop.session.study import EVERYDAY, Study, load_study
from desktop.session.take_desk import SourceFactory
from desktop.settings import Settings, load_settings
from desktop.single_instance import Doorbell, raise_the_other
from desktop.version import VERSION
from local_db.errors import AlreadyOpen
from local_db.store import open_store
from ui import theme

NO_DISPLAY = (
    "There is no display that a window could be opened on ({reason}). Start Earshot in a desktop "
    "session; `python main.py demo --out DIR` with QT_QPA_PLATFORM=offscreen runs without one."
)
_DARK = {"system": None, "light": False, "dark": True}


def make_application(settings: Settings) -> QApplication:
    """The one QApplication, dressed.

    Where there is no display this process ends here, with a sentence and exit code 1.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else _on_a_display()
    app.setApplicationName("Earshot")
    theme.apply(app, dark=_DARK[settings.colours])
    if settings.still:
        theme.now.reduced_motion = True
    return app


def _on_a_display() -> QApplication:
    """Qt aborts the process where it finds no display, and raises nothing: the last that runs of it
    is the handler of its messages."""
    reasons: list[str] = []

    def listen(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
        reasons.append(message.partition("\n")[0].rstrip(". "))
        if kind is QtMsgType.QtFatalMsg:
            sys.stderr.write(f"{NO_DISPLAY.format(reason=reasons[0])}\n")
            sys.stderr.flush()
            os._exit(1)

    before = qInstallMessageHandler(listen)
    try:
        app = QApplication(sys.argv[:1])
    finally:
        qInstallMessageHandler(before)
    sys.stderr.writelines(f"{reason}\n" for reason in reasons)  # complaints, as it turned out
    return app


def open_program(
    home: Home,
    settings: Settings,
    *,
    study: Study | None = None,
    catalogue: Mapping[str, Entry] | None = None,
    source: SourceFactory | None = None,
    source_name: str = "",
    replays: bool = False,
    simulated: bool = False,
    seed: int | None = None,
) -> Program:
    """Open the data folder and build the window on it; needs a QApplication.

    `study` stands in for the one of the settings, `source` for the microphone; `replays` says that
    it gives what was asked before.

    Raises Busy when another Earshot has the folder open, and every WorldError, StudyProblem and
    CatalogueProblem that stands in the way of a first vote.
    """
    if study is None:
        study = load_study(Path(settings.study) if settings.study else EVERYDAY)
    known = KnownSystems(home, catalogue)
    if not home.tellable:
        raise EarshotError(
            f"The data folder {home.folder} has a name that is not UTF-8, so no engine can be told "
            "where the recordings are.",
            "Choose another folder.",
        )
    try:
        home.create()
    except OSError as error:
        raise EarshotError(
            f"The data folder {home.folder} cannot be made or written ({error.strerror}).",
            "Choose another one with --home or EARSHOT_HOME.",
        ) from error
    try:
        store = open_store(home.database, program_version=VERSION, backup_folder=home.backups)
    except AlreadyOpen as error:
        raise Busy(error.sentence, error.advice) from error
    try:
        return Program(
            home,
            study,
            settings,
            store,
            known,
            source=source,
            source_name=source_name,
            replays=replays,
            simulated=simulated,
            seed=seed,
        )
    except BaseException:
        store.close()
        raise


@dataclass(frozen=True, slots=True)
class Instead:
    """What stands in for the study of the settings, its systems and the microphone."""

    study: Study
    catalogue: Mapping[str, Entry]
    source: SourceFactory | None = None
    source_name: str = ""
    replays: bool = False
    """Whether `source` gives what was asked before."""


def _open(home: Home, settings: Settings, instead: Instead | None) -> Program:
    if instead is None:
        return open_program(home, settings)
    return open_program(
        home,
        settings,
        study=instead.study,
        catalogue=instead.catalogue,
        source=instead.source,
        source_name=instead.source_name,
        replays=instead.replays,
    )


def run_window(home: Home, flags: Mapping[str, Any], instead: Instead | None = None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    settings = load_settings(home.settings, flags)
    app = make_application(settings)
    try:
        program = _open(home, settings, instead)
    except Busy:
        # Another comparison than the one that is open is no reason to show that one.
        if instead is None and raise_the_other(home.folder):
            sys.stderr.write("Earshot is already open; its window is now in front.\n")
            return 0
        raise
    try:
        start_log(home.logs)
    except OSError as error:
        program.close()
        raise EarshotError(
            f"The log in {home.logs} cannot be written ({error.strerror}).",
            "Allow writing there, or choose another data folder with --home or EARSHOT_HOME.",
        ) from error
    restore = catch_bugs(program.tell_of_bug)
    doorbell = Doorbell(home.folder, program.bring_to_front, program)
    try:
        program.show()
        return app.exec()
    finally:
        doorbell.close()
        program.close()
        restore()
        stop_log()
