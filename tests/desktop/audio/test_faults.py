"""Everything that goes wrong with a microphone while somebody speaks (F12, F13, F14, F16)."""

from __future__ import annotations

import ctypes
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desktop.audio import portaudio
from desktop.audio.capture import Capture, FaultKind
from desktop.audio.convert import read_samples
from desktop.audio.devices import InputDevice
from desktop.audio.problems import AudioUnavailable, Cause
from desktop.audio.quality import Code, Quality, assess
from desktop.audio.ring import Ring
from tests.helpers.listening import Listener, likeness, recorder
from tests.helpers.pulse import PulseServer, microphone_named, use_server

QUICK, FULL = 3, 20
repeated = pytest.mark.usefixtures("attempt")
SPOKEN_MS = 800


@pytest.fixture(
    params=[*range(QUICK), *(pytest.param(n, marks=pytest.mark.full) for n in range(QUICK, FULL))]
)
def attempt(request: pytest.FixtureRequest) -> int:
    """Three times in every run, twenty in `make test-full`."""
    return int(request.param)


class WindowThread:
    """Ticks like a window's event loop; `worst_ms` is the longest it was kept waiting."""

    def __init__(self) -> None:
        self.worst_ms = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> WindowThread:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        last = time.monotonic()
        while not self._stop.wait(0.005):
            now = time.monotonic()
            self.worst_ms = max(self.worst_ms, (now - last) * 1000)
            last = now


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A server with one microphone and nothing to fall back on."""
    server = PulseServer(fallback=False).start()
    try:
        use_server(server, monkeypatch)
        yield server
    finally:
        server.stop()


def judged(capture: Capture) -> Quality:
    samples, rate_hz = read_samples(capture.part_path)
    return assess(samples, rate_hz, capture)


def codes(capture: Capture) -> set[Code]:
    return {verdict.code for verdict in judged(capture).verdicts}


@repeated
def test_pulled_with_another_one_there_the_take_is_flagged(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        playing = pulse.play(question)
        heard.wait_until_elapsed(SPOKEN_MS)
        pulse.unload_source("mic1")
        heard.wait_until_elapsed(SPOKEN_MS + 500)  # it goes on, in another room
        capture = recording.end().result()
        playing.wait()

    assert capture.device_changed
    assert "mic1" in capture.device_start
    assert "mic1 #" not in capture.device_end
    assert Code.DEVICE_CHANGED in codes(capture)
    assert not heard.faults


def test_moved_away_and_replugged_the_take_is_flagged(
    pulse: PulseServer, microphone: InputDevice, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        heard.wait_until_elapsed(500)
        pulse.unload_source("mic1")
        pulse.add_source("mic1", room="speech")
        heard.wait_until_elapsed(1000)
        capture = recording.end().result()

    assert capture.device_changed


def test_moved_between_takes_the_next_one_is_flagged(
    pulse: PulseServer, microphone: InputDevice, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        pulse.unload_source("mic1")
        heard.wait_for_levels(20)
        recording.begin(tmp_path / "take.part")
        heard.wait_until_elapsed(300)
        capture = recording.end().result()

    assert capture.device_changed


@pytest.mark.serial
def test_a_take_on_one_microphone_is_not_flagged(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        pulse.play(question).wait()
        capture = recording.end().result()

    assert not capture.device_changed
    assert judged(capture).verdicts == ()


@pytest.mark.serial
@repeated
def test_pulled_without_another_one_the_beginning_is_kept(
    alone: PulseServer, question: Path, tmp_path: Path
) -> None:
    def pull(server: PulseServer) -> None:
        server.unload_source("mic1")

    lose_it(alone, microphone_named("mic1"), question, tmp_path, pull)


@pytest.mark.serial
@repeated
def test_suspended_the_beginning_is_kept(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    lose_it(pulse, microphone, question, tmp_path, PulseServer.suspend)


@pytest.mark.serial
@repeated
def test_server_killed_the_beginning_is_kept(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    lose_it(pulse, microphone, question, tmp_path, PulseServer.kill)


def lose_it(
    server: PulseServer, device: InputDevice, question: Path, tmp_path: Path, how: Any
) -> None:
    """Record, lose the microphone by `how`, and see what everybody is told."""
    heard = Listener()
    with recorder(device, heard) as recording, WindowThread() as window:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        server.play(question)
        heard.wait_until_elapsed(SPOKEN_MS)
        how(server)
        lost_s = time.monotonic()
        fault = heard.wait_for_fault(FaultKind.DEVICE_LOST)
        noticed_s = heard.fault_times_s[0] - lost_s
        capture = recording.end().result()
        assert recording.opened is None
        with pytest.raises(AudioUnavailable):
            recording.begin(tmp_path / "next.part")

    assert noticed_s <= 1.0
    assert window.worst_ms <= 100
    assert fault.take_ended
    assert fault.stream_closed
    assert "were kept" in fault.sentence
    assert capture.ended_by is FaultKind.DEVICE_LOST
    assert capture.duration_ms >= SPOKEN_MS
    samples, rate_hz = read_samples(capture.part_path)
    assert len(samples) == capture.frames
    assert abs(samples[:rate_hz]).max() > 0.1, "the speech before the loss is there"
    assert Code.ENDED_EARLY in codes(capture)
    assert portaudio.live_streams() == 0


@pytest.mark.serial
def test_after_a_loss_the_microphone_opens_again(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        pulse.suspend()
        fault = heard.wait_for_fault(FaultKind.DEVICE_LOST)
        assert not fault.take_ended, "no take was running"
        pulse.suspend(suspended=False)
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        pulse.play(question).wait()
        capture = recording.end().result()

    assert likeness(capture.part_path, question) > 0.9


def test_lost_during_the_post_roll_the_take_still_ends(
    pulse: PulseServer, microphone: InputDevice, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        heard.wait_until_elapsed(500)
        ended = recording.end(post_roll_ms=30_000)
        pulse.suspend()
        capture = ended.result(timeout=5)

    assert capture.duration_ms >= 500


@pytest.mark.serial
@repeated
def test_muted_from_the_start_is_told_and_refused(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    pulse.mute()
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        begun_s = time.monotonic()
        recording.begin(tmp_path / "take.part")
        pulse.play(question)
        fault = heard.wait_for_fault(FaultKind.MUTED)
        noticed_s = heard.fault_times_s[0] - begun_s
        heard.wait_until_elapsed(1100)
        capture = recording.end().result()

    assert noticed_s <= 1.0
    assert not fault.take_ended
    assert heard.levels[-1].exact_zero
    assert len(heard.faults) == 1, "told once a take"
    quality = judged(capture)
    assert quality.refused
    assert [verdict.code for verdict in quality.verdicts] == [Code.MUTED]


@pytest.mark.serial
def test_muted_while_speaking_is_told_and_refused(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path
) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        pulse.play(question)
        heard.wait_until_elapsed(SPOKEN_MS)
        pulse.mute()
        muted_s = time.monotonic()
        heard.wait_for_fault(FaultKind.MUTED)
        noticed_s = heard.fault_times_s[0] - muted_s
        heard.wait_until_elapsed(SPOKEN_MS + 1100)
        capture = recording.end().result()

    assert noticed_s <= 1.0
    assert judged(capture).refused
    assert codes(capture) == {Code.MUTED}


def test_unmuted_again_the_meter_says_so(pulse: PulseServer, microphone: InputDevice) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        pulse.mute()
        heard.wait_for(lambda now: now.levels and now.levels[-1].exact_zero)
        pulse.mute(False)
        heard.wait_for(lambda now: not now.levels[-1].exact_zero)

    assert heard.faults == [], "without a take the meter alone tells"


def test_a_suspended_microphone_does_not_open(
    pulse: PulseServer, microphone: InputDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("desktop.audio.opening.FIRST_BLOCK_S", 0.5)
    pulse.suspend()
    with recorder(microphone, Listener()) as recording:
        with pytest.raises(AudioUnavailable) as refusal:
            recording.open().result()
        assert refusal.value.cause is Cause.NO_SOUND
        assert portaudio.live_streams() == 0


@repeated
def test_a_slow_callback_is_flagged(
    microphone: InputDevice, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy = Ring.callback

    def slow(self: Ring, data: Any, frames: int, when: object, status: object) -> None:
        healthy(self, data, frames, when, status)
        time.sleep(0.3)

    monkeypatch.setattr(Ring, "callback", slow)
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        heard.wait_until_elapsed(1000)
        capture = recording.end(post_roll_ms=0).result()

    assert capture.lost_share > 0.5
    assert capture.gaps
    lost = next(v for v in judged(capture).verdicts if v.code is Code.SAMPLES_LOST)
    assert lost.refuses


@pytest.mark.serial
@repeated
def test_a_hog_of_the_interpreter_loses_nothing(
    pulse: PulseServer, microphone: InputDevice, question: Path, tmp_path: Path, attempt: int
) -> None:
    hold_interpreter = ctypes.PyDLL(None).usleep  # PyDLL keeps the lock while it runs
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        playing = pulse.play(question)
        until_s = time.monotonic() + (6.0 if attempt >= QUICK else 1.6)
        while time.monotonic() < until_s:
            busy_until_s = time.monotonic() + 0.5
            while time.monotonic() < busy_until_s:
                sum(range(1000))
            hold_interpreter(300_000)
        capture = recording.end().result()
        playing.wait()

    assert capture.lost_share <= 0.001
    assert heard.faults == [], "a busy program is not a lost microphone"
    assert likeness(capture.part_path, question) > 0.9


@pytest.mark.serial
def test_a_program_held_up_for_long_has_not_lost_its_microphone(
    microphone: InputDevice,
) -> None:
    hold_interpreter = ctypes.PyDLL(None).usleep
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        for _ in range(5):
            hold_interpreter(700_000)
            heard.wait_for_levels(2)
        assert recording.opened is not None
    assert heard.faults == []
