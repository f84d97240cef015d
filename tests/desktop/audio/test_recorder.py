"""Speech goes in at a real microphone and comes out as a file."""

from __future__ import annotations

import hashlib
import wave
from pathlib import Path

import numpy as np
import pytest

from desktop.audio import portaudio
from desktop.audio.capture import FaultKind
from desktop.audio.convert import read_samples
from desktop.audio.devices import InputDevice
from desktop.audio.problems import AudioUnavailable
from desktop.audio.recorder import Recorder
from tests.helpers.listening import Listener, likeness, recorder
from tests.helpers.pulse import PulseServer

TICK_MS = 60
"""A block of 25 ms and a look of the writer, with some air."""


@pytest.mark.serial
def test_what_is_said_is_in_the_file(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        assert pulse.play(question).wait() == 0
        capture = recording.end().result()

    assert likeness(capture.part_path, question) > 0.9
    assert capture.rate_hz == 48_000, "the source's own rate"
    with wave.open(str(capture.part_path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 48_000)
        assert file.getnframes() == capture.frames
    assert capture.frames_expected == capture.frames
    assert capture.gaps == ()
    assert capture.ended_by is None
    assert capture.sha256 == hashlib.sha256(capture.part_path.read_bytes()).hexdigest()
    assert heard.faults == []


@pytest.mark.serial
@pytest.mark.parametrize("late_ms", [0.0, 200.0, 450.0])
def test_a_take_begins_before_the_press_and_ends_after_the_release(
    microphone: InputDevice, tmp_path: Path, late_ms: float
) -> None:
    """Also where the release is told some time after it was. Whoever listens meanwhile is told what
    the file holds and no more: the end is never brought before what is written."""
    heard = Listener()
    told: list[tuple[bytes, int]] = []
    with recorder(microphone, heard) as recording:
        recording.open().result()
        heard.wait_for_levels(20)  # more than the pre-roll is in the ring
        recording.begin(tmp_path / "take.part", lambda *piece: told.append(piece))
        heard.wait_until_elapsed(500)
        capture = recording.end(post_roll_ms=300, late_ms=late_ms).result()

    around = capture.duration_ms - capture.held_ms
    assert around == pytest.approx(500 + max(300.0, late_ms), abs=TICK_MS)
    assert len(told) > 1
    assert {rate_hz for _, rate_hz in told} == {capture.rate_hz}
    with wave.open(str(capture.part_path)) as file:
        assert b"".join(pcm16 for pcm16, _ in told) == file.readframes(capture.frames)


@pytest.mark.serial
def test_the_first_word_is_whole_when_the_key_comes_late(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        heard.wait_for_levels(20)
        playing = pulse.play(question)
        heard.wait_for(lambda now: now.levels[-1].level_dbfs > -40)
        heard.wait_for_levels(8)
        recording.begin(tmp_path / "take.part")  # a quarter of a second into the speech
        playing.wait()
        capture = recording.end().result()

    assert likeness(capture.part_path, question) > 0.9


@pytest.mark.serial
def test_the_level_follows_the_voice(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        heard.wait_for_levels(5)
        quiet = heard.levels[-1].level_dbfs
        recording.begin(tmp_path / "take.part")
        pulse.play(question).wait()
        capture = recording.end().result()

    assert quiet < -60
    assert max(level.level_dbfs for level in heard.levels) > -25
    assert not any(level.exact_zero for level in heard.levels)
    assert min(np.diff(heard.level_times_s)) >= 0.9 / 30, "at most 30 times a second"
    bars = [bar for level in heard.levels for bar in level.peaks]
    assert len(bars) == pytest.approx(capture.duration_ms / 50, abs=2)
    assert all(0 <= bar <= 1 for bar in bars)
    assert all(level.elapsed_ms == 0 for level in heard.levels[:5])


@pytest.mark.serial
def test_several_takes_in_one_opening_do_not_mix(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    captures = []
    with recorder(microphone, heard) as recording:
        recording.open().result()
        for number in range(3):
            recording.begin(tmp_path / f"{number}.part")
            if number == 1:
                pulse.play(question).wait()
            else:
                heard.wait_until_elapsed(300)
            captures.append(recording.end(post_roll_ms=0).result())
            heard.wait_for(lambda now: now.levels[-1].elapsed_ms == 0)

    silent, spoken, also_silent = captures
    assert spoken.peak_dbfs > -10
    assert silent.peak_dbfs < -40
    assert also_silent.frames < spoken.frames


@pytest.mark.serial
def test_a_take_at_the_limit_ends_itself(microphone: InputDevice, tmp_path: Path) -> None:
    heard = Listener()
    with recorder(microphone, heard, max_duration_ms=500) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        fault = heard.wait_for_fault(FaultKind.TOO_LONG)
        capture = recording.end().result()

        assert fault.take_ended
        assert not fault.stream_closed
        assert "0.5 seconds" in fault.sentence
        assert capture.ended_by is FaultKind.TOO_LONG
        assert capture.held_ms == pytest.approx(500, abs=TICK_MS)
        assert recording.opened is not None


def test_closing_while_recording_keeps_the_take(microphone: InputDevice, tmp_path: Path) -> None:
    heard = Listener()
    recording = recorder(microphone, heard)
    recording.open().result()
    recording.begin(tmp_path / "take.part")
    heard.wait_until_elapsed(300)
    recording.close().result()
    capture = recording.end().result()

    assert capture.duration_ms >= 300
    assert portaudio.live_streams() == 0


def test_an_error_inside_the_with_block_closes_the_microphone(microphone: InputDevice) -> None:
    def fail() -> None:
        with recorder(microphone, Listener()) as recording:
            recording.open().result()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert portaudio.live_streams() == 0


def test_closing_at_once_after_opening_leaves_nothing_open(microphone: InputDevice) -> None:
    recording = recorder(microphone, Listener())
    for _ in range(5):
        recording.open()
        closed = recording.close()
    closed.result()
    assert portaudio.live_streams() == 0


def test_opening_twice_opens_once(microphone: InputDevice) -> None:
    with recorder(microphone, Listener()) as recording:
        recording.open()
        recording.open().result()
        assert portaudio.live_streams() == 1


@pytest.mark.usefixtures("pulse")
def test_the_default_microphone_is_used_when_none_is_named() -> None:
    heard = Listener()
    with recorder(None, heard) as recording:
        recording.open().result()
        opened = recording.opened
        assert opened is not None
        assert opened.route is not None
        assert opened.route.source == "mic1"
        assert opened.device.is_default


def test_misuse_is_told(microphone: InputDevice, tmp_path: Path) -> None:
    with recorder(microphone, Listener()) as recording:
        with pytest.raises(AudioUnavailable, match="not connected"):
            recording.begin(tmp_path / "early.part")
        with pytest.raises(RuntimeError, match="no take"):
            recording.end()
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        with pytest.raises(RuntimeError, match="already"):
            recording.begin(tmp_path / "second.part")
        first, second = recording.end(0), recording.end(0)
        assert first is second


def test_an_existing_file_is_never_overwritten(microphone: InputDevice, tmp_path: Path) -> None:
    precious = tmp_path / "take.part"
    precious.write_text("an earlier take")
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(precious)
        fault = heard.wait_for_fault(FaultKind.CANNOT_WRITE)
        assert "Nothing was kept" in fault.sentence
        with pytest.raises(Exception, match="cannot be written"):
            recording.end().result()
    assert precious.read_text() == "an earlier take"


@pytest.mark.serial
def test_the_file_sounds_as_loud_as_what_was_played(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with Recorder(microphone, on_level=heard.on_level, on_fault=heard.on_fault) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        pulse.play(question).wait()
        capture = recording.end().result()

    played, _ = read_samples(question)
    recorded, _ = read_samples(capture.part_path)
    assert np.abs(recorded).max() == pytest.approx(np.abs(played).max(), rel=0.1)
