"""A real microphone for tests: a private PulseAudio with null sinks, on any Linux box.

Needs no sound card, no root (and works as root), no session bus, no network. What is played into
the sink `speech` comes out of the microphone `mic1`; `mic2` is another one, in another room. Both
rooms have a faint noise, as every real one has, so that exact zeros only ever mean "muted".

In a test module or a conftest: `from tests.helpers.pulse import microphone, pulse`, then ask for
`pulse` (the server, in this process's environment, PortAudio looking at it) or `microphone` (the
`InputDevice` of `mic1`). Each server has a folder and a socket of its own, so xdist workers do not
meet. A child process gets `pulse.environment` added to its own.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from desktop.audio import portaudio
from desktop.audio.devices import InputDevice, list_inputs

START_S = 10.0
RATE_HZ = 48_000
NOISE_DBFS = -70.0
LATENCY_MS = 500
"""Of all that is played: a busy machine must not starve it, and a sink whose players differ in this
shifts what its microphone delivers."""
NEEDED = ("pulseaudio", "pactl", "paplay", "pacat")


class PulseServer:
    """Start it, record from `mic1`, break it."""

    def __init__(self, *, fallback: bool = True) -> None:
        """Without `fallback` there is nothing but `mic1` that a recording could be moved to."""
        self._fallback = fallback
        self._folder: Path | None = None
        self._processes: list[subprocess.Popen[bytes]] = []
        self._daemon: subprocess.Popen[bytes] | None = None
        self._microphones: dict[str, str] = {}

    def start(self) -> PulseServer:
        """Blocks until the server answers and its rooms have their noise (about 0.2 s)."""
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def _start(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="pulse-"))
        (self._folder / "home").mkdir()
        (self._folder / "run").mkdir(mode=0o700)
        self._daemon = self._spawn(
            "pulseaudio",
            "-n",
            "--daemonize=no",
            "--exit-idle-time=-1",
            "--use-pid-file=no",
            "--disable-shm=yes",
            "--realtime=no",
            "--high-priority=no",
            f"--log-target=file:{self._folder / 'log'}",
            f"--load=module-native-protocol-unix auth-anonymous=1 socket={self._socket}",
            extra={
                "HOME": str(self._folder / "home"),
                "XDG_RUNTIME_DIR": str(self._folder / "run"),
                "XDG_CONFIG_HOME": str(self._folder / "home"),
                "PULSE_RUNTIME_PATH": str(self._folder / "run"),
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",  # else it may start a bus of its own
            },
        )
        self._until("the server answers", self._answers)
        # The defaults first: streams that are running move when a default changes.
        if self._fallback:
            self._load("module-null-sink", "sink_name=speakers", "norewinds=1")
            self.pactl("set-default-sink", "speakers")
        self.add_source("mic1", room="speech")
        if self._fallback:
            self.add_source("mic2")
        self._until("the rooms have their noise", self._is_noisy)

    def stop(self) -> None:
        """End everything this server started; more calls do nothing."""
        for process in reversed(self._processes):
            _end(process)
        self._processes.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder)
            self._folder = None

    @property
    def environment(self) -> dict[str, str]:
        """What makes a process use this server and no other; add it to `os.environ`."""
        assert self._folder is not None, "the server is not running"
        return {
            "PULSE_SERVER": f"unix:{self._socket}",
            "PULSE_COOKIE": str(self._folder / "cookie"),
            "ALSA_CONFIG_PATH": str(self._folder / "alsa.conf"),
        }

    @property
    def pid(self) -> int:
        """Of the server."""
        assert self._daemon is not None, "the server is not running"
        return self._daemon.pid

    def play(self, wav: Path, *, room: str = "speech") -> subprocess.Popen[bytes]:
        """Play a sound file in a room; the process ends when it has been played."""
        return self._spawn("paplay", f"--device={room}", f"--latency-msec={LATENCY_MS}", str(wav))

    def keep_playing(self, wav: Path, *, room: str = "speech") -> None:
        """Play a sound file over and over, until the server stops."""
        again = f'while paplay --device={room} --latency-msec={LATENCY_MS} "$0"; do :; done'
        self._spawn("sh", "-c", again, str(wav))

    def add_source(self, name: str, *, room: str | None = None, rate_hz: int = RATE_HZ) -> None:
        """Plug in another microphone, in a room (a sink) of its own."""
        room = room or f"{name}_room"
        # Without rewinds a null sink works in blocks of 50 ms; with them it takes 2 s to start.
        self._microphones[name] = self._load(
            "module-null-sink", f"sink_name={room}", f"rate={rate_hz}", "channels=1", "norewinds=1"
        )
        self._load("module-remap-source", f"source_name={name}", f"master={room}.monitor")
        if name == "mic1":
            self.pactl("set-default-source", name)
        self._write_alsa()
        self._make_noise(room)

    def unload_source(self, name: str = "mic1") -> None:
        """Pull a microphone out: its recordings are moved to another one, or die."""
        self.pactl("unload-module", self._microphones[name])

    def forget_source(self, name: str) -> None:
        """Take a pulled microphone out of what PortAudio can list at its next rescan."""
        del self._microphones[name]
        self._write_alsa()

    def suspend(self, name: str = "mic1", *, suspended: bool = True) -> None:
        self.pactl("suspend-source", name, "1" if suspended else "0")

    def mute(self, muted: bool = True, *, name: str = "mic1") -> None:
        self.pactl("set-source-mute", name, "1" if muted else "0")

    def listeners(self) -> list[str]:
        """A line for every program that records from any microphone."""
        lines = self.pactl("list", "short", "source-outputs").splitlines()
        return [line for line in lines if "module-" not in line]

    def kill(self) -> None:
        """SIGKILL the server."""
        assert self._daemon is not None, "the server is not running"
        self._daemon.kill()
        self._daemon.wait()

    def pactl(self, *arguments: str) -> str:
        """Run `pactl` against this server; its output."""
        answer = subprocess.run(
            ["pactl", *arguments],
            env={**os.environ, **self.environment},
            capture_output=True,
            text=True,
            check=True,
            timeout=START_S,
        )
        return answer.stdout.strip()

    @property
    def _socket(self) -> Path:
        assert self._folder is not None, "the server is not running"
        return self._folder / "native"

    def _load(self, module: str, *arguments: str) -> str:
        return self.pactl("load-module", module, *arguments)

    def _write_alsa(self) -> None:
        """Only these devices: what else the machine has must not reach a test."""
        assert self._folder is not None, "the server is not running"
        server = f'server "unix:{self._socket}"'
        lines = [f"pcm.default {{ type pulse {server} }}", f"ctl.default {{ type pulse {server} }}"]
        lines += [
            f"pcm.{name} {{ type pulse {server} device {name} }}" for name in self._microphones
        ]
        (self._folder / "alsa.conf").write_text("\n".join(lines) + "\n")

    def _make_noise(self, room: str) -> None:
        """White noise at `NOISE_DBFS` RMS for ever, out of one second of it."""
        assert self._folder is not None, "the server is not running"
        one_second = self._folder / "noise.raw"
        if not one_second.exists():
            noise = np.random.default_rng(1).standard_normal(RATE_HZ)
            amplitude = 32768 * 10 ** (NOISE_DBFS / 20)
            one_second.write_bytes(np.rint(noise * amplitude).astype("<i2").tobytes())
        self._spawn(
            "sh",
            "-c",
            f'while cat "{one_second}"; do :; done 2>/dev/null | '
            f"exec pacat --device={room} --raw --channels=1 --rate={RATE_HZ} --format=s16le "
            f"--latency-msec={LATENCY_MS}",
        )

    def _spawn(self, *command: str, extra: dict[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start a process that dies with this one, even when this one is killed."""
        parent_death = shutil.which("setpriv")
        if parent_death:
            command = (parent_death, "--pdeathsig", "KILL", "--", *command)
        process = subprocess.Popen(
            command,
            env={**os.environ, **(self.environment if extra is None else extra)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes.append(process)
        return process

    def _until(self, what: str, condition: Callable[[], bool]) -> None:
        deadline_s = time.monotonic() + START_S
        while not condition():
            assert self._daemon is not None
            if self._daemon.poll() is not None or time.monotonic() > deadline_s:
                assert self._folder is not None
                log = self._folder / "log"
                raise RuntimeError(
                    f"not in time: {what}; {log.read_text() if log.exists() else ''}"
                )
            time.sleep(0.005)  # polling another program

    def _answers(self) -> bool:
        try:
            return self._socket.exists() and bool(self.pactl("info"))
        except subprocess.CalledProcessError:  # it does not listen yet
            return False

    def _is_noisy(self) -> bool:
        playing = self.pactl("list", "short", "sink-inputs").splitlines()
        return len(playing) >= len(self._microphones)


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):  # the group has ended by itself
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@pytest.fixture
def pulse(monkeypatch: pytest.MonkeyPatch) -> Iterator[PulseServer]:
    """A fresh server that this process's PortAudio sees; nothing may be left open on it."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    assert not missing, f"the audio tests need {', '.join(missing)}: run `make test`"
    server = PulseServer().start()
    try:
        use_server(server, monkeypatch)
        yield server
        assert portaudio.live_streams() == 0, "a stream was left open"
    finally:
        server.stop()


@pytest.fixture
def microphone(pulse: PulseServer) -> InputDevice:  # noqa: ARG001 - the server it is on
    """`mic1` of the server, as the program lists it."""
    return microphone_named("mic1")


def use_server(server: PulseServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point this process, its later children and its PortAudio at a server."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    portaudio.reinitialise()


@pytest.fixture
def no_sound_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A machine without a sound card whose sound server does not run."""
    configuration = tmp_path / "alsa.conf"
    # With no device at all in it, PortAudio 19.6 fails an assertion and takes the process down.
    configuration.write_text('pcm.default { type pulse server "unix:/nonexistent" }\n')
    monkeypatch.setenv("ALSA_CONFIG_PATH", str(configuration))
    portaudio.reinitialise()


def microphone_named(name: str) -> InputDevice:
    return next(device for device in list_inputs() if device.name == name)
