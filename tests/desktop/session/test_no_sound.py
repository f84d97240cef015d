"""Where there is no sound system, or one that hangs, the window opens and says what to do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import TWO, Rehearsal, says
from ui.state import Phase

pytestmark = pytest.mark.serial

ROOT = Path(__file__).resolve().parents[3]
WINDOW_S = 45.0
"""A window in a process of its own has opened, said its lines and ended by then."""


def run_window(server: PulseServer, *steps: str) -> list[str]:
    """What a window in a process of its own says, step by step; it must end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.window_child", *steps],
        cwd=ROOT,
        env={**os.environ, **server.environment},
        capture_output=True,
        text=True,
        timeout=WINDOW_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_without_portaudio_the_window_opens_and_goes_on_once_it_is_installed(pulse: PulseServer):
    missing, installed, _, heard, _ = run_window(
        pulse, "problem", "library", "look", "open", "close"
    )
    assert "The sound library PortAudio is missing" in missing
    assert "Install it with" in missing
    assert missing.endswith("[Look again]")
    assert "missing" in installed
    assert heard == "open: nothing"


def test_a_sound_server_that_hangs_does_not_keep_the_window_from_ending(pulse: PulseServer):
    try:
        said = run_window(pulse, "open", f"freeze:{pulse.pid}", "close")
    finally:
        os.kill(pulse.pid, signal.SIGCONT)
    assert len(said) == 3


@pytest.mark.usefixtures("no_sound_at_all")
def test_without_a_microphone_the_window_says_what_to_do_until_there_is_one(
    qtbot, tmp_path: Path, question: Path, monkeypatch: pytest.MonkeyPatch
):
    server = PulseServer()
    stage = Rehearsal(qtbot, tmp_path / "stage", None, TWO)
    try:
        person = Person(stage, server)
        person.wait(lambda: stage.program.compare_state.problem is not None)
        problem = stage.program.compare_state.problem
        assert problem.title == "No microphone was found."
        assert "Plug in a microphone" in problem.detail
        assert problem.action == "Look again"
        for _ in range(3):
            person.click(stage.window.compare.banner.action)
        person.click(stage.window.compare.start)  # a session can be begun all the same
        stage.until_state(says("No microphone was found", "Try again"), "the same in a session")
        server.start()
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        person.press(Qt.Key.Key_Return)
        stage.until(Phase.READY)
        person.ask(question)
        stage.vote(Qt.Key.Key_1)
    finally:
        stage.close()
        server.stop()
