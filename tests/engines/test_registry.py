"""Engines are found by their manifests; a broken one stays in the list with its reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from engines.api import Role
from engines.registry import ENGINES_FOLDER, EngineInfo, Need, find_engines, read_manifest

GOOD = """
name = "alpha"
roles = ["responder", "lam"]
summary = "An engine."
install = "make setup"
needs = [{ module = "json" }, { module = "no_such_module", distribution = "no-such-thing" }]
environment = ["ALPHA_API_KEY"]
"""


def write_engine(folder: Path, manifest: str, *, name: str = "alpha", code: str = "") -> Path:
    (folder / name).mkdir(parents=True)
    (folder / name / "engine.py").write_text(code)
    path = folder / name / "engine.toml"
    path.write_text(manifest)
    return path


def test_a_good_manifest_is_read_whole(tmp_path: Path) -> None:
    path = write_engine(tmp_path, GOOD)
    assert read_manifest(path) == EngineInfo(
        name="alpha",
        folder=path.parent,
        roles=(Role.RESPONDER, Role.LAM),
        summary="An engine.",
        install="make setup",
        needs=(Need("json", "json"), Need("no_such_module", "no-such-thing")),
        environment=("ALPHA_API_KEY",),
    )


def test_says_what_is_missing_without_importing_it(tmp_path: Path) -> None:
    info = read_manifest(write_engine(tmp_path, GOOD))
    assert info.missing() == ("no-such-thing",)
    assert not info.is_installed()
    assert info.role is Role.RESPONDER


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("responder", "poet"), "'roles' must be"),
        (('"responder", "lam"', ""), "'roles' must be"),
        (('name = "alpha"', 'name = "beta"'), "lies in the folder 'alpha'"),
        (('name = "alpha"', ""), "'name' must be"),
        (('summary = "An engine."', "summary = 3"), "'summary' must be"),
        (('install = "make setup"', 'install = " "'), "'install' must be"),
        (('module = "json"', 'modul = "json"'), "each of 'needs'"),
        (('module = "json"', 'module = "google.genai"'), "top-level module"),
        (('"ALPHA_API_KEY"', "7"), "'environment' must be"),
        (("environment", "enviroment"), "unknown key 'enviroment'"),
        (("summary =", "summary"), "engine.toml cannot be used"),
    ],
)
def test_a_broken_manifest_stays_with_its_reason(
    tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    write_engine(tmp_path, GOOD.replace(*change))
    write_engine(tmp_path, GOOD.replace("alpha", "omega"), name="omega")
    engines = find_engines(tmp_path)
    assert list(engines) == ["alpha", "omega"]
    assert reason in engines["alpha"].problem
    assert not engines["alpha"].is_installed()
    assert engines["omega"].problem == ""


def test_a_manifest_that_is_not_text_stays_with_its_reason(tmp_path: Path) -> None:
    write_engine(tmp_path, GOOD).write_bytes(b"\xff\xfe\x00")
    assert find_engines(tmp_path)["alpha"].problem


def test_an_engine_needs_code_or_a_command(tmp_path: Path) -> None:
    path = write_engine(tmp_path, GOOD)
    (path.parent / "engine.py").unlink()
    assert "neither an engine.py" in read_manifest(path).problem
    path.write_text(GOOD + 'command = ["./run", "fast"]\n')
    info = read_manifest(path)
    assert info.command == (str(path.parent / "run"), "fast")
    assert info.missing() == (str(path.parent / "run"),)
    path.write_text(GOOD + 'command = ["sh", "run"]\n')
    assert read_manifest(path).command == ("sh", "run")


def test_an_interpreter_of_its_own_is_missing_until_it_is_made(tmp_path: Path) -> None:
    path = write_engine(tmp_path, GOOD + 'python = ".venv/bin/python"\n')
    info = read_manifest(path)
    assert info.missing() == (str(path.parent / ".venv/bin/python"),)
    info.python.parent.mkdir(parents=True)
    info.python.symlink_to(sys.executable)
    assert info.python.name == "python"
    assert info.is_installed()


def test_our_own_engines_are_all_in_order() -> None:
    engines = find_engines()
    assert "echo" in engines
    assert {name: info.problem for name, info in engines.items() if info.problem} == {}
    assert engines["echo"].is_installed()
    assert engines["echo"].folder == ENGINES_FOLDER / "echo"


def test_finding_engines_imports_none_of_them() -> None:
    program = (
        "import sys; from engines.registry import find_engines\n"
        "engines = find_engines()\n"
        "[info.missing() for info in engines.values()]\n"
        "print([m for m in sys.modules if m.startswith('engines.') and m.count('.') > 1])\n"
    )
    root = ENGINES_FOLDER.parent
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
