"""What can be recorded with, and what is said when nothing can (F11)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from desktop.audio import portaudio
from desktop.audio.devices import (
    HANDS_FREE_HINT,
    InputDevice,
    current_input,
    list_inputs,
    list_outputs,
    rescan,
)
from desktop.audio.problems import (
    AudioUnavailable,
    Cause,
    PortAudioCode,
    device_gone,
    explain,
    library_missing,
    no_device,
)
from tests.helpers.listening import Listener, likeness, recorder
from tests.helpers.pulse import PulseServer, microphone_named, use_server

ROOT = Path(__file__).parents[3]


def add_alsa(pulse: PulseServer, lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More ALSA devices beside those of the server."""
    path = Path(pulse.environment["ALSA_CONFIG_PATH"])
    path.write_bytes(path.read_bytes() + lines.encode("latin-1"))
    use_server(pulse, monkeypatch)


@pytest.mark.usefixtures("pulse")
def test_microphones_are_listed_by_name_the_default_first() -> None:
    listed = list_inputs()
    assert [device.name for device in listed] == ["default", "mic1", "mic2"]
    assert [device.is_default for device in listed] == [True, False, False]
    assert [device.key for device in listed] == ["default, ALSA", "mic1, ALSA", "mic2, ALSA"]
    assert all(device.hint == "" for device in listed)


@pytest.mark.usefixtures("pulse")
def test_loudspeakers_are_listed_too() -> None:
    assert list_outputs()[0].name == "default"
    assert list_outputs()[0].is_default


def test_a_rescan_finds_what_came_and_forgets_what_went(pulse: PulseServer) -> None:
    assert "mic3" not in [device.name for device in list_inputs()]
    pulse.add_source("mic3")
    started_s = time.monotonic()
    assert "mic3" in [device.name for device in rescan()]
    assert time.monotonic() - started_s < 2.0
    pulse.unload_source("mic3")
    pulse.forget_source("mic3")
    assert "mic3" not in [device.name for device in rescan()]


def test_a_key_outlives_the_index(pulse: PulseServer) -> None:
    before = microphone_named("mic1")
    pulse.add_source("an_earlier_name")
    rescan()
    assert current_input(before).name == "mic1"
    pulse.forget_source("mic1")
    rescan()
    with pytest.raises(AudioUnavailable, match="“mic1” is not connected") as refusal:
        current_input(before)
    assert refusal.value.cause is Cause.DEVICE_GONE


def test_no_rescan_while_the_microphone_is_open(microphone: InputDevice) -> None:
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        with pytest.raises(RuntimeError, match="while a stream is open"):
            rescan()
        heard.wait_for_levels(3)  # it was not disturbed


def test_advice_speaks_as_the_buttons_do() -> None:
    for problem in (
        explain(OSError("what the library said"), "mic1"),
        device_gone("mic1"),
        no_device("microphone"),
    ):
        assert "look again" in problem.advice.lower()


@pytest.mark.usefixtures("no_sound_at_all")
def test_a_machine_without_microphones_says_so() -> None:
    assert list_inputs() == []
    assert list_outputs() == []
    with recorder(None, Listener()) as recording:
        opening = recording.open()
        with pytest.raises(AudioUnavailable, match="No microphone was found") as refusal:
            opening.result()
    assert refusal.value.cause is Cause.NO_DEVICE
    assert "look again" in refusal.value.advice


def test_names_that_are_not_utf8_survive(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_alsa(pulse, 'pcm."caf\xe9" { type pulse }\n', monkeypatch)
    device = microphone_named("caf\\xe9")
    assert current_input(device) == device
    with recorder(device, Listener()) as recording:
        opening = recording.open()
        with pytest.raises(AudioUnavailable, match="name is not readable") as refusal:
            opening.result()
    assert refusal.value.cause is Cause.UNREADABLE_NAME


def picky(monkeypatch: pytest.MonkeyPatch, refuses: Callable[[int, int], int]) -> list[int]:
    """Let the real PortAudio refuse some openings: `refuses(rate_hz, channels)` gives its code.

    The list that is returned fills with the codes as they are given.
    """
    refused: list[int] = []
    opening = portaudio.Stream.__init__

    def open_or_refuse(self: portaudio.Stream, kind: str, **settings: Any) -> None:
        if code := refuses(settings["rate_hz"], settings["channels"]):
            refused.append(code)
            raise portaudio.library().PortAudioError("Error opening RawInputStream", int(code))
        opening(self, kind, **settings)

    monkeypatch.setattr(portaudio.Stream, "__init__", open_or_refuse)
    return refused


@pytest.mark.serial
@pytest.mark.parametrize(
    ("refuses", "rate_hz", "channels"),
    [
        (lambda _rate, channels: channels == 1 and PortAudioCode.INVALID_CHANNEL_COUNT, 48_000, 2),
        (lambda rate, _: rate == 48_000 and PortAudioCode.INVALID_SAMPLE_RATE, 44_100, 1),
        (
            lambda rate, channels: (
                (rate, channels) != (16_000, 2) and PortAudioCode.INVALID_SAMPLE_RATE
            ),
            16_000,
            2,
        ),
    ],
    ids=["stereo only", "44,100 Hz only", "16,000 Hz stereo only"],
)
def test_a_picky_microphone_is_opened_as_it_likes(
    pulse: PulseServer,
    microphone: InputDevice,
    question: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    refuses: Callable[[int, int], int],
    rate_hz: int,
    channels: int,
) -> None:
    refused = picky(monkeypatch, refuses)
    heard = Listener()
    with recorder(microphone, heard) as recording:
        recording.open().result()
        recording.begin(tmp_path / "take.part")
        pulse.play(question).wait()
        capture = recording.end().result()
    assert refused
    assert (capture.rate_hz, capture.device_channels) == (rate_hz, channels)
    assert capture.channels == 1
    assert likeness(capture.part_path, question) > 0.9


def test_a_microphone_that_accepts_nothing_is_told(
    microphone: InputDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    picky(monkeypatch, lambda _rate, _channels: PortAudioCode.INVALID_SAMPLE_RATE)
    opening = recorder(microphone, Listener()).open()
    with pytest.raises(AudioUnavailable, match="sample rate") as refusal:
        opening.result()
    assert refusal.value.cause is Cause.RATE_REFUSED


def test_a_busy_microphone_gets_a_second_try(
    microphone: InputDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = picky(
        monkeypatch, lambda _rate, _channels: not refused and PortAudioCode.DEVICE_UNAVAILABLE
    )
    with recorder(microphone, Listener()) as recording:
        recording.open().result()
    assert refused == [PortAudioCode.DEVICE_UNAVAILABLE]


def test_a_microphone_that_stays_busy_is_told(
    microphone: InputDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = picky(monkeypatch, lambda _rate, _channels: PortAudioCode.DEVICE_UNAVAILABLE)
    opening = recorder(microphone, Listener()).open()
    with pytest.raises(AudioUnavailable, match="another program is using it") as refusal:
        opening.result()
    assert refusal.value.cause is Cause.BUSY
    assert len(refused) == 2


def test_a_hands_free_headset_is_hinted_at(
    pulse: PulseServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pulse.add_source("headset", rate_hz=16_000)
    use_server(pulse, monkeypatch)
    with recorder(microphone_named("headset"), Listener()) as recording:
        recording.open().result()
        opened = recording.opened
    assert opened is not None
    assert opened.hint == HANDS_FREE_HINT


def test_a_server_that_has_gone_is_told_when_opening(
    pulse: PulseServer, microphone: InputDevice
) -> None:
    pulse.kill()
    with recorder(microphone, Listener()) as recording:
        opening = recording.open()
        with pytest.raises(AudioUnavailable) as refusal:
            opening.result()
    assert "mic1" in refusal.value.sentence
    assert refusal.value.advice


def test_without_portaudio_everything_imports_and_one_sentence_says_what_to_type(
    tmp_path: Path,
) -> None:
    # The loader of libraries finds no PortAudio; everything else is the real thing.
    (tmp_path / "sitecustomize.py").write_text(
        "import ctypes.util\n"
        "found = ctypes.util.find_library\n"
        "ctypes.util.find_library = lambda name: None if 'portaudio' in name else found(name)\n"
    )
    program = """
import desktop.audio.devices, desktop.audio.playback, desktop.audio.quality
from desktop.audio.recorder import Recorder
from desktop.audio.problems import AudioUnavailable
for attempt in (desktop.audio.devices.list_inputs, desktop.audio.devices.rescan):
    try:
        attempt()
    except AudioUnavailable as error:
        print(error.cause, error.sentence, error.advice, sep="|")
with Recorder(None, on_level=print, on_fault=print) as recorder:
    print(recorder.open().exception().cause)
"""
    outcome = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.stderr == ""
    first, second, third = outcome.stdout.splitlines()
    assert first == second
    assert first.startswith("library_missing|The sound library PortAudio is missing")
    assert "`sudo " in first
    assert third == "library_missing"


@pytest.mark.parametrize(
    ("release", "command"),
    [
        ({"ID": "debian"}, "`sudo apt install libportaudio2`"),
        ({"ID": "linuxmint", "ID_LIKE": "ubuntu debian"}, "`sudo apt install libportaudio2`"),
        ({"ID": "fedora"}, "`sudo dnf install portaudio`"),
        ({"ID": "arch"}, "`sudo pacman -S portaudio`"),
        (
            {"ID": "opensuse-leap", "ID_LIKE": "suse opensuse"},
            "`sudo zypper install libportaudio2`",
        ),
        ({"ID": "unheard-of"}, "sudo apt install libportaudio2; sudo dnf install portaudio;"),
    ],
)
def test_each_distribution_gets_its_one_command(
    release: dict[str, str], command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platform.freedesktop_os_release", lambda: release)
    assert command in library_missing("").advice


@pytest.mark.parametrize(
    ("code", "cause"),
    [
        (PortAudioCode.DEVICE_UNAVAILABLE, Cause.BUSY),
        (PortAudioCode.UNANTICIPATED_HOST_ERROR, Cause.BUSY),
        (PortAudioCode.INVALID_SAMPLE_RATE, Cause.RATE_REFUSED),
        (PortAudioCode.INVALID_CHANNEL_COUNT, Cause.RATE_REFUSED),
        (PortAudioCode.INVALID_DEVICE, Cause.DEVICE_GONE),
        (PortAudioCode.TIMED_OUT, Cause.NOT_ANSWERING),
        (-9990, Cause.OTHER),
    ],
)
def test_each_refusal_of_portaudio_has_a_sentence_and_advice(code: int, cause: Cause) -> None:
    error = portaudio.library().PortAudioError("Error opening RawInputStream", int(code))
    problem = explain(error, "Blue Yeti")
    assert problem.cause is cause
    assert "“Blue Yeti”" in problem.sentence
    assert problem.advice.endswith(".")
    assert str(int(code)) in problem.detail
