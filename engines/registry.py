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

`needs` may be empty; `distribution` is the module's name unless said. With `command` there is no
`engine.py`; without it `engine.py` has a class named `Engine` (`engines.api`).
"""

from __future__ import annotations

import importlib.util
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engines.api import Role

ENGINES_FOLDER = Path(__file__).resolve().parent

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
        if self.python != Path(sys.executable):
            return () if self.python.exists() else (str(self.python),)
        return tuple(need.distribution for need in self.needs if not need.is_installed())

    def is_installed(self) -> bool:
        """Whether it could be started here."""
        return not self.problem and not self.missing()


def find_engines(folder: Path = ENGINES_FOLDER) -> dict[str, EngineInfo]:
    """Every engine in `folder`, by name, in alphabetical order.

    A folder counts as an engine when it holds `engine.toml`. A manifest that cannot be read stays
    in the list with its `problem`.
    """
    manifests = sorted(folder.glob("*/engine.toml"))
    return {path.parent.name: read_manifest(path) for path in manifests}


def read_manifest(path: Path) -> EngineInfo:
    """Read one `engine.toml`. Never raises: what is wrong is in `problem`."""
    folder = path.resolve().parent
    try:
        return _parse(tomllib.loads(path.read_text(encoding="utf-8")), folder)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, _BrokenManifest) as error:
        return EngineInfo(
            name=folder.name, folder=folder, problem=f"{path.name} cannot be used: {error}"
        )


def _parse(manifest: Mapping[str, Any], folder: Path) -> EngineInfo:
    if unknown := sorted(set(manifest) - _KEYS):
        raise _BrokenManifest(f"unknown key {unknown[0]!r}")
    name = _text(manifest, "name")
    if name != folder.name:
        raise _BrokenManifest(f"it says name = {name!r} but lies in the folder {folder.name!r}")
    python = manifest.get("python")
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
        # Not resolved: the interpreter is a link, and following it leaves its environment.
        python=folder / _text(manifest, "python") if python is not None else Path(sys.executable),
        command=_from_folder(command, folder),
        network=_flag(manifest, "network"),
    )


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
