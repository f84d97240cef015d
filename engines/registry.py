"""Which engines there are, read from their manifests without importing one of them.

An engine is a folder `engines/<name>/` with `engine.toml`:

    name = "pocketsphinx"                  # the folder's name
    roles = ["recogniser"]                 # of: recogniser, responder, lam, fetcher
    summary = "PocketSphinx, small vocabularies on a CPU."
    install = "make setup"                 # one command, or one sentence
    needs = [{ module = "pocketsphinx", distribution = "pocketsphinx" }]
    environment = ["SOME_API_KEY"]         # optional: secrets that its worker may see
    python = ".venv/bin/python"            # optional: an interpreter of its own, from the folder
    command = ["./my-engine", "--flag"]    # optional: any program that speaks the protocol
    network = true                         # optional: its worker may use the network
    segments = true                        # optional: it hears a take while it is being spoken
    one_take = true                        # optional: as a LAM it cannot hear earlier takes too
    hypotheses = ["transcript"]            # optional: names of what its recogniser hears
    generation = ["min_new_tokens"]        # optional: it reads the settings of
                                           # `engines.generation`, and these besides
    own_environment = "requirements.lock"  # optional: an environment made from these pins
    own_torch = ["torch==2.13.0"]          # optional, with it: installed before the lock, by pip
    own_python = "3.11"                    # optional, with it: the Python that the pins are for

`needs` may be empty; `distribution` is the module's name unless said. With `command` there is no
`engine.py`; without it `engine.py` has a class named `Engine` (`engines.api`).

Whoever brings engines of their own puts such folders into `engines/` of the data folder.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Role
from engines.own_environment import OwnEnvironment, place_of, python_in
from engines.places import Places

ENGINES_FOLDER = Path(__file__).resolve().parent
ENVIRONMENT = "environment"
"""What `EngineInfo.missing` says of an engine whose own environment was not made yet."""

_KEYS = {
    "name",
    "roles",
    "summary",
    "install",
    "needs",
    "environment",
    "python",
    "command",
    "network",
    "segments",
    "one_take",
    "hypotheses",
    "generation",
    "own_environment",
    "own_torch",
    "own_python",
}


class _BrokenManifest(Exception):
    """Carries the sentence that becomes `EngineInfo.problem`."""


@dataclass(frozen=True, slots=True)
class Need:
    """One package an engine cannot do without."""

    module: str
    """Top-level module name, as imported."""
    distribution: str
    """Name in the package index, as installed."""

    def is_installed(self) -> bool:
        """Whether this interpreter could import it. Imports nothing."""
        return importlib.util.find_spec(self.module) is not None

    def version(self) -> str | None:
        """The installed version, or None."""
        # Imported here: it is half the start of a worker, and an engine without needs never asks.
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return None


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What a manifest says. With `problem` set, only `name` and `folder` can be relied on."""

    name: str
    folder: Path
    roles: tuple[Role, ...] = ()
    summary: str = ""
    install: str = ""
    needs: tuple[Need, ...] = ()
    environment: tuple[str, ...] = ()
    """Environment variables that look like secrets and that its worker gets all the same."""
    python: Path = Path(sys.executable)
    command: tuple[str, ...] = ()
    """Empty for engines written as `engine.py`."""
    network: bool = False
    """Whether its worker may use the network."""
    segments: bool = False
    """Whether `engine.py` has `open` (`engines.api.SegmentRecogniser`)."""
    one_take: bool = False
    """Whether as a LAM it hears one take only, and so cannot answer in a later turn."""
    hypotheses: tuple[str, ...] = ()
    """Every hypothesis its recogniser gives; empty where that is not said."""
    generation: tuple[str, ...] | None = None
    """Settings it reads beside those of `engines.generation`; None where that is not said."""
    own: OwnEnvironment | None = None
    """What the environment of its own is made of; None for engines that run in ours."""
    problem: str = ""
    """Why this engine cannot be used: one sentence for the researcher; empty when all is well."""

    @property
    def role(self) -> Role:
        """The role it is listed under: the first one."""
        return self.roles[0]

    def missing(self) -> tuple[str, ...]:
        """What is not installed, as package names or paths. Imports nothing.

        Packages of an interpreter that is not ours cannot be seen from here: its worker's `probe`
        knows.
        """
        if self.command:
            program = Path(self.command[0])
            return (str(program),) if program.is_absolute() and not program.exists() else ()
        if self.own is not None:
            return () if self.python.exists() else (ENVIRONMENT,)
        if self.python != Path(sys.executable):
            return () if self.python.exists() else (str(self.python),)
        return tuple(need.distribution for need in self.needs if not need.is_installed())

    def is_installed(self) -> bool:
        """Whether it could be started here."""
        return not self.problem and not self.missing()


def find_engines(
    folder: Path = ENGINES_FOLDER,
    *,
    environments: Path | None = None,
    outside: Path | None = None,
) -> dict[str, EngineInfo]:
    """Every engine in `folder` and in `outside`, by name, in alphabetical order.

    A subfolder counts as an engine when it holds `engine.toml`. A manifest that cannot be read
    stays in the list with its `problem`, and so does one in `outside` (the user's) that has the
    name of one in `folder` (ours): it cannot take its place. `environments` is where engines' own
    environments lie; without it there are none.
    """
    found = {path.parent.name: path for path in sorted(folder.glob("*/engine.toml"))}
    engines = {name: read_manifest(path, environments) for name, path in found.items()}
    for path in sorted(outside.glob("*/engine.toml")) if outside is not None else ():
        info = read_manifest(path, environments)
        if info.name in engines:
            info = _second_of_its_name(info)
        engines[info.name] = info
    return dict(sorted(engines.items()))


def engines_at(places: Places | None) -> dict[str, EngineInfo]:
    """Every engine of a station: ours, those that somebody brought, and their environments."""
    if places is None:
        return find_engines()
    return find_engines(environments=places.environments, outside=places.engines)


def read_manifest(path: Path, environments: Path | None = None) -> EngineInfo:
    """Read one `engine.toml`. Never raises: what is wrong is in `problem`."""
    folder = path.resolve().parent
    try:
        return _parse(tomllib.loads(path.read_text(encoding="utf-8")), folder, environments)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, _BrokenManifest) as error:
        return EngineInfo(
            name=folder.name, folder=folder, problem=f"{path.name} cannot be used: {error}"
        )


def _second_of_its_name(info: EngineInfo) -> EngineInfo:
    problem = f"Earshot has an engine named {info.name!r}: rename {info.folder} and its 'name'."
    return EngineInfo(name=f"{info.name} (outside)", folder=info.folder, problem=problem)


def _parse(manifest: Mapping[str, Any], folder: Path, environments: Path | None) -> EngineInfo:
    if unknown := sorted(set(manifest) - _KEYS):
        raise _BrokenManifest(f"unknown key {unknown[0]!r}")
    name = _text(manifest, "name")
    if name != folder.name:
        raise _BrokenManifest(f"it says name = {name!r} but lies in the folder {folder.name!r}")
    own = _own_environment(manifest, folder)
    command = _texts(manifest, "command")
    if not command and not (folder / "engine.py").is_file():
        raise _BrokenManifest("there is neither an engine.py beside it nor a command in it")
    return EngineInfo(
        name=name,
        folder=folder,
        roles=_roles(manifest),
        summary=_text(manifest, "summary"),
        install=_text(manifest, "install"),
        needs=_needs(manifest),
        environment=_texts(manifest, "environment"),
        python=_python(manifest, folder, own, environments),
        command=_from_folder(command, folder),
        network=_flag(manifest, "network"),
        segments=_flag(manifest, "segments"),
        one_take=_flag(manifest, "one_take"),
        hypotheses=_texts(manifest, "hypotheses"),
        generation=_texts(manifest, "generation") if "generation" in manifest else None,
        own=own,
    )


def _own_environment(manifest: Mapping[str, Any], folder: Path) -> OwnEnvironment | None:
    if "own_environment" not in manifest:
        if lone := sorted({"own_torch", "own_python"} & set(manifest)):
            raise _BrokenManifest(f"{lone[0]!r} needs 'own_environment'")
        return None
    if clash := sorted({"python", "command"} & set(manifest)):
        raise _BrokenManifest(f"'own_environment' and {clash[0]!r} exclude each other")
    lock = folder / _text(manifest, "own_environment")
    if not lock.is_file():
        raise _BrokenManifest(f"there is no {lock.name} beside it")
    python = _text(manifest, "own_python") if "own_python" in manifest else ""
    if python and not re.fullmatch(r"3\.\d+", python):
        raise _BrokenManifest("'own_python' must be like \"3.11\"")
    return OwnEnvironment(lock, _texts(manifest, "own_torch"), python)


def _python(
    manifest: Mapping[str, Any],
    folder: Path,
    own: OwnEnvironment | None,
    environments: Path | None,
) -> Path:
    """Never resolved: the interpreter is a link, and following it leaves its environment."""
    if own is not None:
        return python_in(place_of(folder.name, own, environments or folder / "environments"))
    if "python" in manifest:
        return folder / _text(manifest, "python")
    return Path(sys.executable)


def _from_folder(command: tuple[str, ...], folder: Path) -> tuple[str, ...]:
    """A program given with a path lies in the engine's folder; a bare name is found on PATH."""
    if not command or Path(command[0]).name == command[0]:
        return command
    return (str(folder / command[0]), *command[1:])


def _text(manifest: Mapping[str, Any], key: str) -> str:
    value = manifest.get(key)
    if not isinstance(value, str) or not value.strip():
        raise _BrokenManifest(f"{key!r} must be a text that is not empty")
    return value


def _flag(manifest: Mapping[str, Any], key: str) -> bool:
    value = manifest.get(key, False)
    if not isinstance(value, bool):
        raise _BrokenManifest(f"{key!r} must be true or false")
    return value


def _texts(manifest: Mapping[str, Any], key: str) -> tuple[str, ...]:
    values = manifest.get(key, [])
    if not isinstance(values, list) or not all(isinstance(v, str) and v for v in values):
        raise _BrokenManifest(f"{key!r} must be a list of texts")
    return tuple(values)


def _roles(manifest: Mapping[str, Any]) -> tuple[Role, ...]:
    roles = _texts(manifest, "roles")
    known = [str(role) for role in Role]
    if not roles or not set(roles) <= set(known):
        raise _BrokenManifest(f"'roles' must be a list of some of {', '.join(known)}")
    return tuple(Role(role) for role in roles)


def _needs(manifest: Mapping[str, Any]) -> tuple[Need, ...]:
    needs = manifest.get("needs", [])
    if not isinstance(needs, list):
        raise _BrokenManifest("'needs' must be a list of tables")
    return tuple(_need(need) for need in needs)


def _need(need: object) -> Need:
    if not isinstance(need, dict) or not set(need) <= {"module", "distribution"}:
        raise _BrokenManifest("each of 'needs' must be { module = …, distribution = … }")
    module = _text(need, "module")
    if "." in module:  # looking for a submodule would import its parents
        raise _BrokenManifest(f"'module' must be a top-level module, not {module!r}")
    distribution = _text(need, "distribution") if "distribution" in need else module
    return Need(module=module, distribution=distribution)
