"""Python environments of engines whose packages clash with ours.

An engine's folder holds a lock (`own_environment` in `engine.toml`); the environment made from it
lies below the station's environments folder, under a name that changes with what went into it:

    <environments>/<engine>-<hash>/        complete, in use
    <environments>/<engine>-<hash>.part    being made, or left by a making that was broken off

The lock holds a hash for each file and no torch: that is a requirement of its own (`own_torch`),
because which build of it fits is a matter of the machine. `engines.environment_maker` makes it.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import sys
from dataclasses import dataclass
from pathlib import Path

_LAYOUT = "1"  # raised when what is made from the same lock becomes another
_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)==([^\s;\\]+)(?:\s*;\s*([^\\]+?))?\s*\\?$")
_DOWNLOAD = re.compile(r"# Download: about (\d+) MB")
_HASH_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    marker: str = ""
    """On which machines it is installed; empty for all."""


@dataclass(frozen=True, slots=True)
class OwnEnvironment:
    """What an engine's environment is made of."""

    lock: Path
    torch: tuple[str, ...] = ()
    """Requirements that pip installs before the lock, in a step of their own."""
    python: str = ""
    """The Python it was locked for, as "3.11"; empty for the one that runs Earshot."""

    @property
    def wanted_python(self) -> str:
        return self.python or f"{sys.version_info[0]}.{sys.version_info[1]}"

    def key(self) -> str:
        """Another for each lock, torch, Python and kind of machine. Raises OSError."""
        parts = (_LAYOUT, *self.torch, self.wanted_python, sys.platform, platform.machine())
        digest = hashlib.sha256(self.lock.read_bytes())
        digest.update("\0".join(parts).encode())
        return digest.hexdigest()[:_HASH_LENGTH]

    def pins(self) -> tuple[Pin, ...]:
        """What the lock names, in its order. Raises OSError."""
        lines = self.lock.read_text(encoding="utf-8").splitlines()
        found = (_PIN.match(line) for line in lines)
        return tuple(Pin(m[1], m[2], m[3] or "") for m in found if m is not None)

    def download_mb(self) -> int | None:
        """What `.ci/lock` measured for the lock's packages, torch not among them. Raises OSError.

        An estimate: it was measured on Linux, x86-64. None when the lock does not say.
        """
        found = _DOWNLOAD.search(self.lock.read_text(encoding="utf-8"))
        return int(found[1]) if found else None


def place_of(engine: str, own: OwnEnvironment, environments: Path) -> Path:
    """Where the environment of an engine is, or would be. Raises OSError without its lock."""
    return environments / f"{engine}-{own.key()}"


def python_in(environment: Path) -> Path:
    """The interpreter of an environment. A link: following it would leave the environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def all_of_engine(engine: str, environments: Path) -> list[Path]:
    """Every environment of an engine, those of earlier locks and unfinished ones included."""
    name = re.compile(rf"{re.escape(engine)}-[0-9a-f]{{{_HASH_LENGTH}}}(\.part|\.gone)?")
    if not environments.is_dir():
        return []
    return sorted(p for p in environments.iterdir() if name.fullmatch(p.name) and p.is_dir())
