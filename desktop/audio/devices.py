"""Microphones and loudspeakers by a name that lasts, never by an index that drifts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, TypeVar

from desktop.audio import portaudio
from desktop.audio.portaudio import StillOpen
from desktop.audio.problems import AudioUnavailable, device_gone, no_device

__all__ = [
    "AudioUnavailable",
    "InputDevice",
    "OutputDevice",
    "StillOpen",
    "current_input",
    "current_output",
    "list_inputs",
    "list_outputs",
    "rescan",
]

HANDS_FREE_RATE_HZ = 24_000
"""Bluetooth's hands-free profile offers 8, 16 or 24 kHz and nothing above."""
HANDS_FREE_HINT = (
    "A hands-free headset records at telephone quality: use the computer's own microphone "
    "if there is one."
)
_HANDS_FREE_NAME = re.compile(r"hands-?free|\bhfp\b|\bhsp\b|head-?set head unit", re.IGNORECASE)
_ALSA_CONVERTERS = re.compile(
    r"^(lavrate|samplerate|speexrate|speex|upmix|vdownmix|jack|oss|usbstream|dmix|dsnoop|null"
    r"|front|rear|center_lfe|side|surround\d+|iec958|spdif|hdmi|modem|phoneline)$"
)
"""ALSA lists its own plug-ins as devices; all of them end at a device that is listed as well."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    key: str
    """Stable between starts: name and host API, numbered where two devices share both."""
    name: str
    """As the sound system gives it; bytes that are not UTF-8 appear as `\\xe9`."""
    host_api: str
    index: int
    """PortAudio's number, right until the next `rescan`."""
    channels: int
    rate_hz: int
    """The rate PortAudio calls this device's default."""
    is_default: bool = False
    hint: str = ""
    """What the person who chooses should know; usually empty."""


@dataclass(frozen=True, slots=True)
class OutputDevice:
    key: str
    name: str
    host_api: str
    index: int
    channels: int
    rate_hz: int
    is_default: bool = False


_Device = TypeVar("_Device", InputDevice, OutputDevice)


def list_inputs() -> list[InputDevice]:
    """Every microphone, the system's default first; empty when there is none.

    Raises AudioUnavailable when the sound library is missing or does not start.
    """
    return _default_first(
        [
            InputDevice(*facts, hint=hands_free_hint(facts[1], facts[5]))
            for facts in _devices("input")
        ]
    )


def list_outputs() -> list[OutputDevice]:
    """Every loudspeaker, the system's default first. Raises as `list_inputs`."""
    return _default_first([OutputDevice(*facts) for facts in _devices("output")])


def rescan() -> list[InputDevice]:
    """Look for microphones that came or went since the start (0.05-0.1 s).

    Only while no stream is open: close the recorder and the player first. Raises StillOpen
    otherwise, and AudioUnavailable as `list_inputs`.
    """
    portaudio.reinitialise()
    return list_inputs()


def current_input(device: InputDevice | None) -> InputDevice:
    """The same microphone with its present index; the default one for None.

    Raises AudioUnavailable (`no_device`, `device_gone`).
    """
    return _current(device, list_inputs(), "microphone")


def current_output(device: OutputDevice | None) -> OutputDevice:
    """As `current_input`, for loudspeakers."""
    return _current(device, list_outputs(), "loudspeaker")


def hands_free_hint(name: str, rate_hz: int) -> str:
    """A warning when name or rate tell of a Bluetooth headset in its telephone profile."""
    telephone = rate_hz <= HANDS_FREE_RATE_HZ or _HANDS_FREE_NAME.search(name)
    return HANDS_FREE_HINT if telephone else ""


def _current(device: _Device | None, listed: list[_Device], kind: str) -> _Device:
    if not listed:
        raise no_device(kind)
    if device is None:
        return listed[0]
    for candidate in listed:
        if candidate.key == device.key:
            return candidate
    raise device_gone(device.name)


def _default_first(devices: list[_Device]) -> list[_Device]:
    ordered = sorted(devices, key=lambda device: not device.is_default)
    seen: dict[str, int] = {}
    for position, device in enumerate(ordered):
        count = seen[device.key] = seen.get(device.key, 0) + 1
        if count > 1:
            ordered[position] = replace(device, key=f"{device.key} #{count}")
    return ordered


_Facts = tuple[str, str, str, int, int, int, bool]


def _devices(kind: str) -> list[_Facts]:
    """Key, name, host API, index, channels, rate in Hz, whether it is the default; per device."""
    sounddevice = portaudio.library()
    with portaudio.sound_system():
        return list(_found(sounddevice, kind))


def _found(sounddevice: ModuleType, kind: str) -> Iterator[_Facts]:
    host_apis = sounddevice.query_hostapis()
    # The same Windows device appears under four host APIs; WASAPI is the one that gives whole
    # names and shares the device with others.
    wanted = {api["name"] for api in host_apis} & {portaudio.WASAPI}
    default_index = _default_index(sounddevice, kind, wanted)
    for index in range(_device_count(host_apis)):
        name, info = _query(sounddevice, index)
        host_api, channels = host_apis[info["hostapi"]]["name"], info[f"max_{kind}_channels"]
        unwanted = wanted and host_api not in wanted
        converter = host_api == "ALSA" and _ALSA_CONVERTERS.match(name)
        if channels < 1 or unwanted or converter:
            continue
        rate_hz = round(info["default_samplerate"])
        is_default = index == default_index
        yield f"{name}, {host_api}", name, host_api, index, channels, rate_hz, is_default


def _device_count(host_apis: tuple[dict[str, Any], ...]) -> int:
    return sum(len(api["devices"]) for api in host_apis)


def _default_index(sounddevice: ModuleType, kind: str, wanted: set[str]) -> int:
    for api in sounddevice.query_hostapis():
        if api["name"] in wanted:
            return int(api[f"default_{kind}_device"])
    try:
        api = sounddevice.query_hostapis(sounddevice.default.hostapi)
    except sounddevice.PortAudioError:  # no host API at all
        return -1
    return int(api[f"default_{kind}_device"])


def _query(sounddevice: ModuleType, index: int) -> tuple[str, dict[str, Any]]:
    try:
        info = sounddevice.query_devices(index)
    except UnicodeDecodeError:
        # The public call gives up on a name that is not UTF-8; the structure behind it is whole.
        raw = sounddevice._lib.Pa_GetDeviceInfo(index)
        name = sounddevice._ffi.string(raw.name).decode("utf-8", "backslashreplace")
        return name, {
            "hostapi": raw.hostApi,
            "max_input_channels": raw.maxInputChannels,
            "max_output_channels": raw.maxOutputChannels,
            "default_samplerate": raw.defaultSampleRate,
        }
    return info["name"], info
