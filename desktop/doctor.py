"""What is wrong with this station, and the fix: each check finds, names and advises.

Knows no Qt. Reads only; works while the window is open. A check that cannot even be made is a
finding too, never a stop.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import TimeoutError as NotInTime
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum

from desktop.audio.devices import list_inputs, list_outputs
from desktop.audio.problems import AudioUnavailable
from desktop.audio.recorder import Recorder
from desktop.catalogue.catalogue import read_catalogue
from desktop.errors import EarshotError
from desktop.pages.systems_desk import check_systems, expected
from desktop.paths import Home
from desktop.plural import count
from desktop.settings import load_settings
from engines.client import WorkerProcess
from engines.errors import EngineError
from engines.isolation import Network
from engines.registry import find_engines
from local_db.chain import Head
from local_db.errors import MissingDatabase, WorldError
from local_db.reader import open_copy
from local_db.recovery import ORPHANS
from local_db.signing import can_sign, key_in
from ui.state import Availability

MIN_FREE_BYTES = 1_000_000_000
"""Below this a long day of recording may not fit: a minute of 48 kHz mono is 5.8 MB."""
LISTEN_S = 3.0
"""How long to wait for the microphone's first sound."""


class Verdict(StrEnum):
    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    check: str
    verdict: Verdict
    sentence: str
    fix: str = ""


def examine(
    home: Home, *, microphone: str | None = None, heads: Sequence[Head] = ()
) -> Iterator[Finding]:
    """Every check in turn, so that slow ones do not hold back what is already known.

    `microphone` is tried instead of the one that the window would use; through `heads`, printed
    earlier, the history must pass.
    """
    chosen = load_settings(home.settings, {"microphone": microphone}).microphone
    checks: tuple[Callable[[Home], Iterable[Finding]], ...] = (
        _python,
        _disk,
        _put_aside,
        lambda home: _database(home, heads),
        _signing,
        lambda _: _microphone(chosen),
        _playback,
        _workers_network,
        _systems,
        _graphics_card,
    )
    for check in checks:
        yield from check(home)


def _python(_: Home) -> Iterator[Finding]:
    text = f"Python {platform.python_version()} on {platform.system()} {platform.release()}."
    yield Finding("python", Verdict.GOOD, text)


def _disk(home: Home) -> Iterator[Finding]:
    fix = "Give yourself the right to it, or set EARSHOT_HOME to another folder."
    try:
        place = next(p for p in (home.folder, *home.folder.parents) if p.exists())
    except OSError as error:
        sentence = f"{home.folder} cannot be looked for ({error.strerror})."
        yield Finding("disk", Verdict.BAD, sentence, fix)
        return
    if not place.is_dir():
        fix = "Set EARSHOT_HOME to a folder."
        yield Finding("disk", Verdict.BAD, f"{place} is not a folder.", fix)
        return
    if not os.access(place, os.R_OK | os.W_OK | os.X_OK):
        sentence = f"{place} cannot be read and written by this user."
        yield Finding("disk", Verdict.BAD, sentence, fix)
        return
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free in {place}."
    if free < MIN_FREE_BYTES:
        yield Finding("disk", Verdict.WARNING, text, "Free some space before a day of recording.")
    else:
        yield Finding("disk", Verdict.GOOD, text)


def _signing(home: Home) -> Iterator[Finding]:
    """Not a warning: whether exports must be signed is for those to say who collect them."""
    if not can_sign():
        fix = "To sign them: .venv/bin/python -m pip install cryptography"
        yield Finding("signing", Verdict.GOOD, "Exports are not signed.", fix)
        return
    try:
        key = key_in(home.key)
    except WorldError as error:
        yield Finding("signing", Verdict.BAD, error.sentence, error.advice)
        return
    said = (
        f"are signed with the key {key.fingerprint}"
        if key
        else "will be signed: the first makes a key"
    )
    yield Finding("signing", Verdict.GOOD, f"Exports {said}.")


def _put_aside(home: Home) -> Iterator[Finding]:
    folder = home.takes / ORPHANS
    try:
        n = sum(path.is_file() for path in folder.iterdir())
    except OSError:  # none was ever put aside, or `_disk` has told already
        return
    if n:
        what = count(n, "recording lies", "recordings lie")
        yield Finding(
            "recordings",
            Verdict.WARNING,
            f"{what} in {folder} without a vote: cut off when Earshot stopped.",
            "Listen, then move what is worth keeping and delete the rest.",
        )


def _database(home: Home, heads: Sequence[Head] = ()) -> Iterator[Finding]:
    try:
        # A long look at the file itself would make a vote wait until it gives up.
        with open_copy(home.database, home.backups) as reader:
            report = reader.verify_chain(heads)
            counts = reader.conservation()
    except MissingDatabase as error:
        if error.backup is None:
            yield Finding("database", Verdict.GOOD, "There is no database yet.")
        else:
            yield Finding("database", Verdict.BAD, error.sentence, error.advice)
        return
    except WorldError as error:
        yield Finding("database", Verdict.BAD, error.sentence, error.advice)
        return
    if not report.ok:
        yield Finding(
            "database",
            Verdict.BAD,
            f"The history does not verify: {report.findings[0]}.",
            f"Keep this database as it is; copies from before are in {home.backups}.",
        )
        return
    if not counts.holds:
        yield Finding(
            "database",
            Verdict.BAD,
            f"The battles do not add up. {counts.sentence}",
            f"Keep this database as it is; copies from before are in {home.backups}.",
        )
        return
    yield Finding(
        "database",
        Verdict.GOOD,
        f"{counts.sentence} The history of {count(report.events, 'event')} verifies up to "
        f"{report.head}.",
    )


def _microphone(chosen: str) -> Iterator[Finding]:
    """As the window: the one that is `chosen` by its key, where it is there, else the default."""
    try:
        devices = list_inputs()
        default = next((d for d in devices if d.is_default), devices[0] if devices else None)
        if default is None:
            named = f"“{chosen}” is not there, and neither is another one." if chosen else ""
            sentence = named or "No microphone."
            yield Finding("microphone", Verdict.BAD, sentence, "Connect one.")
            return
        device = next((d for d in devices if d.key == chosen), default)
        if chosen not in ("", device.key):
            sentence = f"“{chosen}” is not there; “{device.key}” is used instead."
            yield Finding("microphone", Verdict.BAD, sentence, "Connect it, or choose another one.")
        heard = _listen(device)
    except AudioUnavailable as error:
        yield Finding("microphone", Verdict.BAD, error.sentence, error.advice)
        return
    name = f"“{device.key}” ({device.rate_hz} Hz)"
    if heard is None:
        yield Finding(
            "microphone",
            Verdict.BAD,
            f"{name} opens and delivers nothing.",
            "Unplug it and plug it in again, or choose another one.",
        )
    elif heard == float("-inf"):
        yield Finding(
            "microphone",
            Verdict.BAD,
            f"{name} delivers exact silence.",
            "It is muted, or this program has no permission to use it.",
        )
    else:
        yield Finding("microphone", Verdict.GOOD, f"{name} hears {heard:.0f} dBFS.", device.hint)
    others = ", ".join(f"“{other.key}”" for other in devices if other is not device)
    if others:
        yield Finding("microphone", Verdict.GOOD, f"Also there, for --microphone: {others}.")


def _listen(device: object) -> float | None:
    """The loudest level of the first blocks, in dBFS; None when nothing arrives in time."""
    levels: list[float] = []
    enough = threading.Event()

    def on_level(level: object) -> None:
        levels.append(level.level_dbfs)  # type: ignore[attr-defined]
        if len(levels) >= 10:
            enough.set()

    recorder = Recorder(device, on_level=on_level, on_fault=lambda _: enough.set())  # type: ignore[arg-type]
    try:
        recorder.open().result(timeout=10)
        enough.wait(LISTEN_S)
    except NotInTime:
        return None
    finally:
        with suppress(NotInTime, AudioUnavailable):  # a sound system that hangs was told already
            recorder.close().result(timeout=10)
    return max(levels) if levels else None


def _playback(_: Home) -> Iterator[Finding]:
    try:
        outputs = list_outputs()
    except AudioUnavailable as error:
        yield Finding("playback", Verdict.WARNING, error.sentence, error.advice)
        return
    if outputs:
        default = next((d for d in outputs if d.is_default), outputs[0])
        yield Finding("playback", Verdict.GOOD, f"{default.name} ({default.host_api}).")
    else:
        yield Finding(
            "playback",
            Verdict.WARNING,
            "No loudspeaker; takes cannot be played back.",
            "Connect one if participants should hear their recording.",
        )


def _workers_network(_: Home) -> Iterator[Finding]:
    """A worker is started and looked at: what a system allows is hard to tell otherwise."""
    try:
        with WorkerProcess(find_engines()["echo"]) as worker:
            worker.start()
            network = worker.network
    except EngineError as error:
        yield Finding("network", Verdict.BAD, f"No worker can be started: {error.sentence}")
        return
    if network is Network.NONE:
        yield Finding("network", Verdict.GOOD, "Workers of local systems cannot reach any.")
    else:
        yield Finding(
            "network",
            Verdict.WARNING,
            "Workers of local systems could reach the network: this system lets nobody keep them "
            "off it. Every answer says so, and so does the export.",
            "Allow user namespaces, or use only models whose origin you know.",
        )


def _systems(home: Home) -> Iterator[Finding]:
    try:
        rows = check_systems(read_catalogue(home), home=home)
    except EarshotError as error:
        yield Finding("systems", Verdict.BAD, error.sentence, error.advice)
        return
    for row in rows:
        if row.availability is Availability.READY:
            yield Finding("systems", Verdict.GOOD, f"{row.label} can run.")
        elif expected(row):
            yield Finding("systems", Verdict.BAD, f"{row.label}: {row.detail}", row.how_to_get)
    if more := sum(row.availability is Availability.MISSING for row in rows):
        sentence = f"{more} more could be had: see `python main.py systems list`."
        yield Finding("systems", Verdict.GOOD, sentence)


def _graphics_card(_: Home) -> Iterator[Finding]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        yield Finding("graphics card", Verdict.GOOD, "None found; the baselines need none.")
        return
    query = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        found = subprocess.run(query, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        yield Finding("graphics card", Verdict.WARNING, f"nvidia-smi does not answer: {error}.")
        return
    for line in found.stdout.strip().splitlines():
        yield Finding("graphics card", Verdict.GOOD, line.strip())
