"""Whatever else happens, the microphone is closed and nobody waits."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from desktop.audio import portaudio
from desktop.audio.capture import Level
from desktop.audio.devices import InputDevice
from desktop.audio.recorder import Recorder
from desktop.audio.route import find_route
from tests.helpers.listening import Listener, recorder
from tests.helpers.pulse import PulseServer

ROOT = Path(__file__).parents[3]
AT_ONCE_S = 0.05


def fake_pactl(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pactl").write_text(f"#!/bin/sh\n{script}\n")
    (folder / "pactl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.serial
def test_no_call_keeps_the_window_waiting(
    pulse: PulseServer,
    microphone: InputDevice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard = Listener()
    recording = recorder(microphone, heard)
    waited_s = []

    def timed(call: object, *arguments: object) -> object:
        started_s = time.monotonic()
        outcome = call(*arguments)  # type: ignore[operator]
        waited_s.append(time.monotonic() - started_s)
        return outcome

    timed(recording.open).result()  # type: ignore[attr-defined]
    fake_pactl(tmp_path, "sleep 0.3; exit 1", monkeypatch)
    timed(recording.begin, tmp_path / "take.part")
    heard.wait_until_elapsed(200)
    ended = timed(recording.end)
    pulse.kill()
    timed(recording.close).result()  # type: ignore[attr-defined]
    assert ended.result().frames > 0  # type: ignore[attr-defined]
    assert max(waited_s) < AT_ONCE_S


def test_a_program_that_forgets_to_close_still_ends(pulse: PulseServer) -> None:
    program = """
from desktop.audio.recorder import Recorder
recorder = Recorder(None, on_level=lambda level: None, on_fault=print)
recorder.open().result()
print("open", flush=True)
"""
    outcome = subprocess.run(
        [sys.executable, "-X", "dev", "-c", program],
        cwd=ROOT,
        env={**os.environ, **pulse.environment},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (outcome.returncode, outcome.stdout, outcome.stderr) == (0, "open\n", "")
    assert "ALSA" not in pulse.pactl("list", "source-outputs"), "the microphone is free again"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_in_a_callback_closes_the_microphone(microphone: InputDevice, tmp_path: Path) -> None:
    def broken(level: Level) -> None:
        if level.elapsed_ms:
            raise ZeroDivisionError

    heard = Listener()
    recording = Recorder(microphone, on_level=broken, on_fault=heard.on_fault)
    recording.open().result()
    recording.begin(tmp_path / "take.part")
    with pytest.raises(ZeroDivisionError):
        recording.end(post_roll_ms=60_000).result(timeout=5)
    heard.wait_for(lambda now: now.faults)
    recording.close().result()
    assert portaudio.live_streams() == 0


def test_where_the_sound_server_cannot_be_asked_recording_works(
    microphone: InputDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # no pactl
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        heard.wait_until_elapsed(300)
        capture = recording.end().result()
    assert capture.device_start == capture.device_end == "mic1, ALSA"
    assert not capture.device_changed


@pytest.mark.parametrize(
    "script", ["exec sleep 30", "echo nonsense", "echo '[[]]'", "echo '[1]'", "exit 1"]
)
def test_a_sound_server_that_answers_nonsense_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    fake_pactl(tmp_path, script, monkeypatch)
    started_s = time.monotonic()
    assert find_route() is None
    assert time.monotonic() - started_s < 3.0
