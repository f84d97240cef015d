"""A take, and a stage for rehearsals."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from desktop.audio import portaudio
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer, no_sound_at_all, pulse, use_server
from tests.helpers.rehearsal import Rehearsal
from tests.helpers.sounds import speak

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

__all__ = ["no_sound_at_all", "pulse"]


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of speech."""
    target = tmp_path_factory.mktemp("spoken") / "question.wav"
    return speak("what is the capital of france and how far is it", target)


@pytest.fixture(scope="session")
def question(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("question") / "question.wav"
    return speak("what is the capital of france", target)


@pytest.fixture(scope="session")
def reason(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("reason") / "reason.wav"
    return speak("it was right and to the point", target)


@pytest.fixture
def rehearse(qtbot: QtBot, tmp_path: Path, spoken: Path) -> Iterator[Callable[..., Rehearsal]]:
    """Start a rehearsal: `rehearse({"id": {echo script}, ...}, battles=1)`."""
    running: list[Rehearsal] = []

    def begin(scripts: dict[str, dict[str, Any]], **options: Any) -> Rehearsal:
        rehearsal = Rehearsal(qtbot, tmp_path / "stage", spoken, scripts, **options)
        running.append(rehearsal)
        return rehearsal

    yield begin
    for rehearsal in running:
        rehearsal.close()


@pytest.fixture
def listen(
    qtbot: QtBot,
    tmp_path: Path,
    pulse: PulseServer,
) -> Iterator[Callable[..., Person]]:
    """As `rehearse`, with the microphone `mic1` of `pulse`; gives the person who uses it."""
    yield from _people(qtbot, tmp_path, pulse)


@pytest.fixture
def lonely(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A server with one microphone and nothing to fall back on."""
    server = PulseServer(fallback=False).start()
    try:
        use_server(server, monkeypatch)
        yield server
        assert portaudio.live_streams() == 0, "a stream was left open"
    finally:
        server.stop()


@pytest.fixture
def listen_lonely(
    qtbot: QtBot, tmp_path: Path, lonely: PulseServer
) -> Iterator[Callable[..., Person]]:
    """As `listen`, with the only microphone there is."""
    yield from _people(qtbot, tmp_path, lonely)


def _people(qtbot: QtBot, tmp_path: Path, server: PulseServer) -> Iterator[Callable[..., Person]]:
    running: list[Rehearsal] = []

    def begin(scripts: dict[str, dict[str, Any]] | None, **options: Any) -> Person:
        stage = Rehearsal(qtbot, tmp_path / "stage", None, scripts, **options)
        running.append(stage)
        return Person(stage, server)

    yield begin
    for stage in running:
        stage.close()
