"""A rehearsal outside of pytest: the real window, a real microphone, and somebody who speaks."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEventLoop, QTimer
from pytestqt.exceptions import TimeoutError

from desktop.audio import portaudio
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import Rehearsal

LOOK_MS = 5


class Patience:
    """What a rehearsal needs of pytest-qt."""

    def waitUntil(self, condition: Callable[[], bool], *, timeout: int) -> None:
        """Let the event loop run until it holds. Raises TimeoutError after `timeout` ms."""
        until_s = time.monotonic() + timeout / 1000
        while not condition():
            if time.monotonic() > until_s:
                raise TimeoutError(f"not within {timeout} ms")
            run_for(LOOK_MS)


def run_for(span_ms: int) -> None:
    """Let the event loop run. `QTest.qWait` would sleep between its turns."""
    loop = QEventLoop()
    QTimer.singleShot(span_ms, loop.quit)
    loop.exec()


@contextmanager
def sound_server() -> Iterator[PulseServer]:
    """A microphone, `mic1`, that hears what is played in its room; this process's only one."""
    server, outside = PulseServer(), dict(os.environ)
    try:
        os.environ.update(server.start().environment)
        portaudio.reinitialise()
        yield server
    finally:
        server.stop()
        os.environ.clear()
        os.environ.update(outside)
        portaudio.reinitialise()


@contextmanager
def listening_window(
    server: PulseServer, folder: Path, systems: Mapping[str, Mapping[str, Any]], battles: int
) -> Iterator[Person]:
    """The window on its first page, hearing; `systems` are scripts of the fake engine."""
    stage = Rehearsal(Patience(), folder, None, systems, battles=battles, still=False)  # type: ignore[arg-type]
    try:
        person = Person(stage, server)
        person.listening()
        yield person
    finally:
        stage.close()
