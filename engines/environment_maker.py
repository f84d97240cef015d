"""Makes the Python environment of an engine that needs its own, and removes it.

    plan  →  (a person has seen pins, size and place)  →  make  →  a folder that workers start from

The steps are those of `.ci/setup local`: a new environment, torch by pip alone (which honours a
machine's own wheels), then the lock, every file checked against its hash. All of it happens in
`<place>.part`, renamed when it is complete; what a crash leaves there is thrown away by the next
making. Nothing is resumed within a package: pip keeps what it downloaded in a cache of its own.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engines.api import Cancelled, Progress
from engines.errors import EngineError, ErrorKind
from engines.making_steps import Steps
from engines.own_environment import OwnEnvironment, Pin, all_of_engine, place_of, python_in
from engines.registry import EngineInfo

_MB = 1_000_000
_BUILD_TOOLS = ("setuptools", "wheel")
_UNPACKED = 4  # times its download: what a package takes on the disk, roughly
_TORCH_MB = (200, 3000)  # download for a CPU, and with CUDA
_TORCH_DISK_MB = 900  # for a CPU


@dataclass(frozen=True, slots=True)
class Plan:
    """What making an environment would bring, before anything is fetched."""

    engine: str
    own: OwnEnvironment
    place: Path
    python: Path
    """The interpreter it is made with."""
    pins: tuple[Pin, ...]
    needs: tuple[str, ...]
    """Modules that must be there afterwards."""
    download_mb: tuple[int, int] | None
    """Estimate, least and most: with torch it depends on the machine. None: nobody measured."""
    disk_mb: int
    """Estimate of what it takes on the disk, with torch for a CPU."""
    free_mb: int

    def is_made(self) -> bool:
        """Whether there is nothing left to do."""
        return python_in(self.place).exists()


def plan(info: EngineInfo, environments: Path, python: Path | None = None) -> Plan:
    """What `make` would do. Starts no process but to ask a `python` for its version.

    Raises EngineError: the engine has no environment of its own, or there is no fitting Python.
    """
    if info.problem:
        raise EngineError(ErrorKind.NEEDS_PACKAGE, info.problem)
    if info.own is None:
        sentence = f"The engine {info.name} runs in Earshot's own environment: {info.install}"
        raise EngineError(ErrorKind.INTERNAL, sentence)
    own = info.own
    packages_mb = own.download_mb()
    return Plan(
        engine=info.name,
        own=own,
        place=place_of(info.name, own, environments),
        python=_checked(python, own) if python is not None else _find_python(info.name, own),
        pins=own.pins(),
        needs=tuple(need.module for need in info.needs),
        download_mb=_download_mb(packages_mb, own),
        disk_mb=_UNPACKED * (packages_mb or 0) + (_TORCH_DISK_MB if own.torch else 0) + 40,
        free_mb=_free_mb(environments),
    )


def make(plan: Plan, progress: Progress, cancelled: Cancelled = lambda: False) -> Path:
    """Make the environment; returns its folder. Does nothing where it is there already.

    Raises EngineError: too little room (`internal`), another making under way, pip's failure with
    its last lines, or RequestCancelled. Nothing but `.part` is left behind then. KeyboardInterrupt
    passes, once the processes it started are gone.
    """
    if plan.is_made():
        return plan.place
    if plan.free_mb < plan.disk_mb:
        sentence = (
            f"The environment of {plan.engine} takes about {plan.disk_mb} MB and {plan.free_mb} MB "
            f"are free on the disk of {plan.place.parent}. Make room, then try again."
        )
        raise EngineError(ErrorKind.INTERNAL, sentence)
    part = plan.place.with_name(f"{plan.place.name}.part")
    with _only_one(part, plan.engine) as lock_fd:
        if plan.is_made():  # by the other one that we waited for
            return plan.place
        _delete(part)
        steps = Steps(plan.engine, part, progress, cancelled, keep_fd=lock_fd)
        _all_steps(plan, part, steps)
        part.rename(plan.place)
    return plan.place


def remove(engine: str, environments: Path) -> list[Path]:
    """Delete every environment of an engine, old and unfinished ones too; returns their places.

    Raises EngineError while one is being made, OSError when a folder cannot be deleted.
    """
    removed = []
    for folder in all_of_engine(engine, environments):
        with _only_one(folder.with_name(f"{folder.name.partition('.')[0]}.part"), engine):
            _delete(folder)
        removed.append(folder)
    return removed


def _all_steps(plan: Plan, part: Path, steps: Steps) -> None:
    inside = str(python_in(part))
    steps.run("making an empty environment", [str(plan.python), "-m", "venv", str(part)])
    if plan.own.torch:
        what = f"installing {' '.join(plan.own.torch)}"
        steps.pip(what, inside, ["install", *plan.own.torch])
    lock = ["--no-deps", "--require-hashes", "--requirement"]
    if tools := _lock_only(plan.own.lock, _BUILD_TOOLS):
        # First: a package that comes as source is built with these, and with no other.
        file = part / "build-tools.lock"
        file.write_text(tools, encoding="utf-8")
        steps.pip("installing the build tools", inside, ["install", *lock, str(file)])
    options = ["install", "--no-build-isolation", *lock, str(plan.own.lock)]
    what = f"installing {len(plan.pins)} pinned packages"
    steps.pip(what, inside, options, collects=len(plan.pins))
    steps.run("looking whether all is there", [inside, "-c", _LOOK, *plan.needs])
    (part / "earshot.json").write_text(
        json.dumps({"engine": plan.engine, "torch": plan.own.torch, "lock": plan.own.key()})
    )


_LOOK = (
    "import importlib.util, sys\n"
    "gone = [name for name in sys.argv[1:] if importlib.util.find_spec(name) is None]\n"
    "sys.exit(f'missing after all: {gone}' if gone else 0)\n"
)


def _lock_only(lock: Path, names: tuple[str, ...]) -> str:
    """The entries of a lock for these packages, hashes included."""
    kept, keep = [], False
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line[:1].isalnum():
            keep = line.partition("==")[0] in names
        if keep and not line.lstrip().startswith("#"):
            kept.append(line)
    return "".join(f"{line}\n" for line in kept)


def _find_python(engine: str, own: OwnEnvironment) -> Path:
    """The interpreter that runs this, if it is the right one, else one of that name on PATH."""
    wanted = own.wanted_python
    if wanted == f"{sys.version_info[0]}.{sys.version_info[1]}":
        return Path(sys.executable)
    found = shutil.which(f"python{wanted}")
    if found is not None and _version(Path(found)) == wanted:
        return Path(found)
    sentence = (
        f"The environment of {engine} needs Python {wanted}, and there is none on this machine "
        f"(python{wanted} was looked for). Install it, or name one with --python."
    )
    raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"python": wanted})


def _checked(python: Path, own: OwnEnvironment) -> Path:
    version = _version(python)
    if version != own.wanted_python:
        told = f"is Python {version}" if version else "is no Python that starts"
        sentence = f"{python} {told}; the pins are for Python {own.wanted_python}."
        raise EngineError(ErrorKind.NEEDS_PACKAGE, sentence, {"python": own.wanted_python})
    return python


def _version(python: Path) -> str:
    """Like "3.11"; empty for what does not start. A version manager leaves commands that don't."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", program], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _download_mb(packages_mb: int | None, own: OwnEnvironment) -> tuple[int, int] | None:
    if packages_mb is None:
        return None
    least, most = _TORCH_MB if own.torch else (0, 0)
    return packages_mb + least, packages_mb + most


def _free_mb(folder: Path) -> int:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free // _MB


def _delete(folder: Path) -> None:
    """All of it, or at least no longer under its name. Raises OSError."""
    if not folder.exists():
        return
    gone = folder if folder.suffix == ".gone" else folder.with_name(f"{folder.name}.gone")
    if gone != folder:
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)  # at once: no worker starts from half an environment
    shutil.rmtree(gone)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


@contextlib.contextmanager
def _only_one(part: Path, engine: str) -> Iterator[int | None]:
    """Hold a lock while `part` is written. The processes that write hold it too, by inheritance.

    Never on Windows so far; two makings there would disturb each other.
    """
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        fd = None if sys.platform == "win32" else _open_lock(part.with_suffix(".making"))
    except OSError as error:
        sentence = f"{part.parent} cannot be written ({error.strerror}). Allow writing there."
        raise EngineError(ErrorKind.INTERNAL, sentence) from error
    if sys.platform == "win32" or fd is None:
        yield None
        return
    import fcntl

    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(fd)
        sentence = f"The environment of {engine} is being made already. Wait until that has ended."
        raise EngineError(ErrorKind.INTERNAL, sentence) from error
    try:
        yield fd
    finally:
        os.close(fd)
