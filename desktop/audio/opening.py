"""Opening a microphone the way it likes best, and saying plainly why it cannot be opened."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from desktop.audio import portaudio
from desktop.audio.devices import InputDevice, current_input, hands_free_hint, list_inputs
from desktop.audio.problems import (
    HELD_BY_ANOTHER,
    REFUSED_FORMAT,
    AudioUnavailable,
    Cause,
    explain,
    portaudio_code,
)
from desktop.audio.ring import Ring
from desktop.audio.route import find_route
from desktop.audio.take import OpenedDevice

LATENCY_S = 0.1
"""What the driver may buffer: long enough to sit out a busy interpreter, short enough for a meter
that follows the voice."""
FIRST_BLOCK_S = 5.0
RING_MS = 10_000
BUSY_PAUSE_S = 0.3
USUAL_RATES_HZ = (48_000, 44_100, 16_000)


@dataclass(frozen=True, slots=True)
class Microphone:
    """An open stream, filling a ring."""

    stream: portaudio.Stream
    ring: Ring
    ended: threading.Event
    """Set when PortAudio says that the stream has ended by itself."""
    opened: OpenedDevice


def open_microphone(device: InputDevice | None) -> Microphone:
    """Open `device` (None: the default one) and wait for its first block.

    Blocks for up to some seconds. A busy device gets a second try, through another host API of the
    same name where there is one. Raises AudioUnavailable.
    """
    device = current_input(device)
    library_error = portaudio.library().PortAudioError
    try:
        try:
            return _open(device)
        except library_error as error:
            if portaudio_code(error) not in HELD_BY_ANOTHER:
                raise
            time.sleep(BUSY_PAUSE_S)
            return _open(_same_elsewhere(device))
    except library_error as error:
        raise explain(error, device.name) from error
    except UnicodeDecodeError as error:
        raise AudioUnavailable(
            f"“{device.name}” cannot be opened because its name is not readable text.",
            "Rename the device in the system's sound settings, or choose another one.",
            cause=Cause.UNREADABLE_NAME,
        ) from error


def _same_elsewhere(device: InputDevice) -> InputDevice:
    for other in list_inputs():
        if other.name == device.name and other.host_api != device.host_api:
            return other
    return device


def _open(device: InputDevice) -> Microphone:
    refusal: Exception | None = None
    for rate_hz, channels in _formats(device):
        ring = Ring(rate_hz, channels, RING_MS)
        ended = threading.Event()
        try:
            stream = portaudio.Stream(
                "input",
                device_index=device.index,
                host_api=device.host_api,
                rate_hz=rate_hz,
                channels=channels,
                latency_s=LATENCY_S,
                callback=ring.callback,
                on_finished=ended.set,
            )
        except portaudio.library().PortAudioError as error:
            if portaudio_code(error) not in REFUSED_FORMAT:
                raise
            refusal = error
            continue
        _await_sound(device, stream, ring, ended)
        return Microphone(stream, ring, ended, _describe(device, stream, ring))
    assert refusal is not None, "every device has at least one format to try"
    raise refusal


def _formats(device: InputDevice) -> Iterator[tuple[int, int]]:
    """Rates in Hz and channel counts, best first."""
    rates = [device.rate_hz, *USUAL_RATES_HZ]
    if device.host_api == "ALSA" and device.rate_hz == 44_100:
        # PortAudio's ALSA code answers 44,100 for everything that accepts it; sound servers and
        # nearly all hardware run at 48,000, and resampling in the server costs quality.
        rates.insert(0, 48_000)
    for rate_hz in dict.fromkeys(rates):
        for channels in sorted({1, min(2, device.channels), device.channels}):
            yield rate_hz, channels


def _await_sound(
    device: InputDevice, stream: portaudio.Stream, ring: Ring, ended: threading.Event
) -> None:
    deadline_s = time.monotonic() + FIRST_BLOCK_S
    while not ring.first_block.wait(0.05):
        if ended.is_set() or time.monotonic() > deadline_s:
            stream.dispose()
            raise AudioUnavailable(
                f"“{device.name}” was opened but delivers no sound.",
                "Check that it is switched on and not suspended, or choose another device.",
                cause=Cause.NO_SOUND,
            )


def _describe(device: InputDevice, stream: portaudio.Stream, ring: Ring) -> OpenedDevice:
    route = find_route()
    hint = device.hint
    if not hint and route is not None and route.rate_hz:
        hint = hands_free_hint(route.source, route.rate_hz)
    return OpenedDevice(
        device=device,
        rate_hz=ring.rate_hz,
        channels=ring.channels,
        latency_ms=stream.latency_ms,
        route=route,
        hint=hint,
    )
