"""Playing back, heard at the loudspeaker's other end."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from desktop.audio import portaudio
from desktop.audio.playback import Player
from desktop.audio.problems import AudioUnavailable, Cause
from tests.helpers.listening import PATIENCE_S, Listener, likeness, recorder
from tests.helpers.processes import becomes
from tests.helpers.pulse import PulseServer, microphone_named
from tests.helpers.sounds import write_wav


class Ending:
    """`player.play(path, ending)`; wait for it."""

    def __init__(self) -> None:
        self.problems: list[AudioUnavailable | None] = []
        self._told = threading.Event()

    def __call__(self, problem: AudioUnavailable | None) -> None:
        self.problems.append(problem)
        self._told.set()

    def wait(self) -> AudioUnavailable | None:
        assert self._told.wait(PATIENCE_S)
        assert len(self.problems) == 1
        return self.problems[0]


@pytest.mark.serial
def test_what_is_played_is_heard_to_its_end(
    pulse: PulseServer, question: Path, tmp_path: Path
) -> None:
    pulse.pactl("set-default-sink", "speech")  # the microphone stands before the loudspeaker
    heard, ending = Listener(), Ending()
    with recorder(microphone_named("mic1"), heard) as recording, Player() as player:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        player.play(question, ending)
        assert ending.wait() is None
        capture = recording.end().result()
    assert likeness(capture.part_path, question) > 0.9


@pytest.mark.serial
@pytest.mark.usefixtures("pulse")
def test_stopping_is_quick_and_told_once(tmp_path: Path) -> None:
    long = write_wav(tmp_path / "long.wav", np.zeros(16_000 * 30, np.float32))
    ending = Ending()
    with Player() as player:
        player.play(long, ending)
        assert becomes(lambda: portaudio.live_streams() > 0)
        started_s = time.monotonic()
        player.stop().result()
        assert time.monotonic() - started_s < 0.5
        assert ending.wait() is None
    assert portaudio.live_streams() == 0


@pytest.mark.usefixtures("pulse")
def test_playing_another_one_stops_the_first(question: Path, tmp_path: Path) -> None:
    long = write_wav(tmp_path / "long.wav", np.zeros(16_000 * 30, np.float32))
    first, second = Ending(), Ending()
    with Player() as player:
        player.play(long, first)
        player.play(question, second)
        assert first.wait() is None
        assert second.wait() is None


@pytest.mark.usefixtures("pulse")
def test_leaving_stops_it(tmp_path: Path) -> None:
    long = write_wav(tmp_path / "long.wav", np.zeros(16_000 * 30, np.float32))
    ending = Ending()
    with Player() as player:
        player.play(long, ending)
    assert ending.wait() is None
    assert portaudio.live_streams() == 0


def test_a_dead_loudspeaker_is_told(
    pulse: PulseServer, question: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.audio.playback.PATIENCE_S", 0.2)
    pulse.pactl("suspend-sink", "speakers", "1")
    ending = Ending()
    with Player() as player:
        player.play(question, ending)
        problem = ending.wait()
    assert problem is not None
    assert problem.cause is Cause.NO_SOUND
    assert portaudio.live_streams() == 0


@pytest.mark.usefixtures("pulse")
def test_a_file_that_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("words")
    ending = Ending()
    with Player() as player:
        player.play(tmp_path / "notes.wav", ending)
        problem = ending.wait()
    assert problem is not None
    assert problem.cause is Cause.UNREADABLE_FILE


@pytest.mark.usefixtures("no_sound_at_all")
def test_no_loudspeaker_is_told(question: Path) -> None:
    ending = Ending()
    with Player() as player:
        player.play(question, ending)
        problem = ending.wait()
    assert problem is not None
    assert "No loudspeaker" in problem.sentence
