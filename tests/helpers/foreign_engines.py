"""Engines written by a test: a Python class in a folder, or a program that speaks the protocol."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

from engines.registry import EngineInfo, read_manifest

_MANIFEST = """
name = "foreign"
roles = ["responder"]
summary = "Written by a test."
install = "Nothing to install."
"""


def python_engine(folder: Path, code: str, *, manifest: str = "") -> EngineInfo:
    """`engine.py` with the given code, run by our worker."""
    return _engine(folder, "engine.py", code, manifest)


def python_program(folder: Path, code: str, *, manifest: str = "") -> EngineInfo:
    """A program that is not our worker, run by this interpreter."""
    command = f'command = ["{sys.executable}", "program.py"]\n'
    return _engine(folder, "program.py", code, command + manifest)


def shell_program(folder: Path, code: str) -> EngineInfo:
    """A program in another language altogether."""
    return _engine(folder, "program.sh", code, 'command = ["sh", "program.sh"]\n')


def _engine(folder: Path, file: str, code: str, manifest: str) -> EngineInfo:
    home = folder / "foreign"
    home.mkdir()
    (home / file).write_text(textwrap.dedent(code))
    (home / "engine.toml").write_text(_MANIFEST + manifest)
    info = read_manifest(home / "engine.toml")
    assert not info.problem, info.problem
    return info
