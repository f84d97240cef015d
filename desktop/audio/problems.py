"""What can be wrong with sound, in sentences a person can act on."""

from __future__ import annotations

import platform
from enum import IntEnum, StrEnum
from pathlib import Path


class Cause(StrEnum):
    LIBRARY_MISSING = "library_missing"  # PortAudio cannot be loaded
    NO_DEVICE = "no_device"  # there is none at all
    DEVICE_GONE = "device_gone"  # the chosen one is not there any more
    BUSY = "busy"  # another program holds it
    RATE_REFUSED = "rate_refused"  # no sample rate or channel count is accepted
    NO_SOUND = "no_sound"  # it opened and never delivered a block
    NOT_ANSWERING = "not_answering"  # the sound system hangs
    UNREADABLE_NAME = (
        "unreadable_name"  # its name is not text, so PortAudio's wrapper cannot open it
    )
    UNREADABLE_FILE = "unreadable_file"  # the file to play or to convert is not audio, or not whole
    OTHER = "other"


class AudioUnavailable(Exception):
    """The world's error: no sound can be taken or given.

    `sentence` says what happened, `advice` what to do, `detail` what the library said (for the
    researcher, may be empty).
    """

    def __init__(
        self, sentence: str, advice: str, *, cause: Cause = Cause.OTHER, detail: str = ""
    ) -> None:
        super().__init__(f"{sentence} {advice}")
        self.sentence = sentence
        self.advice = advice
        self.cause = cause
        self.detail = detail


class PortAudioCode(IntEnum):
    """The error codes of portaudio.h that have an answer of their own."""

    UNANTICIPATED_HOST_ERROR = -9999
    INVALID_CHANNEL_COUNT = -9998
    INVALID_SAMPLE_RATE = -9997
    INVALID_DEVICE = -9996
    SAMPLE_FORMAT_NOT_SUPPORTED = -9994
    TIMED_OUT = -9987
    DEVICE_UNAVAILABLE = -9985


REFUSED_FORMAT = frozenset(
    {
        PortAudioCode.INVALID_CHANNEL_COUNT,
        PortAudioCode.INVALID_SAMPLE_RATE,
        PortAudioCode.SAMPLE_FORMAT_NOT_SUPPORTED,
    }
)
HELD_BY_ANOTHER = frozenset(
    {PortAudioCode.DEVICE_UNAVAILABLE, PortAudioCode.UNANTICIPATED_HOST_ERROR}
)
"""Device busy, and what most sound systems answer instead of it."""

_INSTALL_COMMANDS = {
    "debian": "sudo apt install libportaudio2",
    "ubuntu": "sudo apt install libportaudio2",
    "fedora": "sudo dnf install portaudio",
    "rhel": "sudo dnf install portaudio",
    "arch": "sudo pacman -S portaudio",
    "suse": "sudo zypper install libportaudio2",
    "opensuse": "sudo zypper install libportaudio2",
    "alpine": "sudo apk add portaudio",
    "gentoo": "sudo emerge media-libs/portaudio",
}


def portaudio_code(error: Exception) -> int:
    """The PaErrorCode of a `sounddevice.PortAudioError`; 0 when it carries none."""
    return error.args[1] if len(error.args) > 1 and isinstance(error.args[1], int) else 0


def explain(error: Exception, device_name: str) -> AudioUnavailable:
    """Put a `sounddevice.PortAudioError` about one device into words."""
    code, detail = portaudio_code(error), " ".join(str(part) for part in error.args)
    if code == PortAudioCode.INVALID_DEVICE:
        return device_gone(device_name, detail)
    if code in REFUSED_FORMAT:
        return AudioUnavailable(
            f"“{device_name}” accepts neither its own sample rate nor a usual one.",
            "Choose another device, or set it to 48,000 Hz in the system's sound settings.",
            cause=Cause.RATE_REFUSED,
            detail=detail,
        )
    if code in HELD_BY_ANOTHER:
        return AudioUnavailable(
            f"“{device_name}” cannot be opened: most likely another program is using it.",
            "Close video calls and other recorders, then try again, or choose another device.",
            cause=Cause.BUSY,
            detail=detail,
        )
    return AudioUnavailable(
        f"“{device_name}” cannot be opened.",
        "Look again or choose another device; if none works, restart the computer's sound service.",
        cause=Cause.NOT_ANSWERING if code == PortAudioCode.TIMED_OUT else Cause.OTHER,
        detail=detail,
    )


def device_gone(device_name: str, detail: str = "") -> AudioUnavailable:
    return AudioUnavailable(
        f"“{device_name}” is not connected any more.",
        "Plug it in again and look again, or choose another device.",
        cause=Cause.DEVICE_GONE,
        detail=detail,
    )


def no_device(kind: str) -> AudioUnavailable:
    """`kind` is `microphone` or `loudspeaker`."""
    again = "look again" if kind == "microphone" else "try again"
    return AudioUnavailable(
        f"No {kind} was found.",
        f"Plug in a {kind} (or allow it in the system's sound settings) and {again}.",
        cause=Cause.NO_DEVICE,
    )


def library_missing(detail: str) -> AudioUnavailable:
    """PortAudio could not be loaded: the sentence, and the one command for this distribution."""
    return AudioUnavailable(
        "The sound library PortAudio is missing, so nothing can be recorded or played.",
        _install_advice(_distribution()),
        cause=Cause.LIBRARY_MISSING,
        detail=detail,
    )


def _distribution() -> tuple[str, ...]:
    """This Linux distribution's identifiers, nearest first; empty elsewhere."""
    if platform.system() != "Linux":
        return ()
    try:
        release = platform.freedesktop_os_release()
    except OSError:  # no os-release file
        return ()
    return (release.get("ID", ""), *release.get("ID_LIKE", "").split())


def _install_advice(identifiers: tuple[str, ...]) -> str:
    for identifier in identifiers:
        if identifier in _INSTALL_COMMANDS:
            return f"Install it with `{_INSTALL_COMMANDS[identifier]}` and start again."
    if platform.system() == "Linux":
        commands = "; ".join(dict.fromkeys(_INSTALL_COMMANDS.values()))
        return f"Install it with your distribution's command and start again: {commands}."
    return "Run the set-up again: on this system the library comes with the sounddevice package."


def unreadable_file(path: Path, detail: str) -> AudioUnavailable:
    return AudioUnavailable(
        f"“{path.name}” cannot be read as audio.",
        "Choose a WAV or FLAC file, or record again.",
        cause=Cause.UNREADABLE_FILE,
        detail=detail,
    )


def cut_off(path: Path, share: float) -> AudioUnavailable:
    """A recording of which only a `share` in [0, 1) is there."""
    return AudioUnavailable(
        f"“{path.name}” is cut off: {int(share * 100)} % of it is there.",
        "Copy it again from where it came from.",
        cause=Cause.UNREADABLE_FILE,
    )
