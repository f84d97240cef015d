"""Every command but the window, `demo`, `ab` and `replay` runs where Qt is not installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import COMMANDS

ROOT = Path(__file__).parents[1]
NEEDS_QT = {"demo", "ab", "replay"}


@pytest.fixture
def without_qt(tmp_path: Path) -> dict[str, str]:
    """An environment in which no child, and no child of it, can import Qt."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    for name in ("PySide6", "shiboken6"):
        (hidden / f"{name}.py").write_text(f"raise ImportError('{name} is not installed')\n")
    return {**os.environ, "PYTHONPATH": str(hidden), "EARSHOT_HOME": str(tmp_path / "home")}


def run_command(arguments: list[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("command", sorted(set(COMMANDS) - NEEDS_QT))
def test_command_explains_itself_without_qt(command: str, without_qt: dict[str, str]) -> None:
    outcome = run_command([command, "--help"], without_qt)
    assert outcome.returncode == 0, outcome.stderr
    assert outcome.stdout.startswith("usage: ")


@pytest.mark.parametrize(
    ("arguments", "exit_code", "says"),
    [
        (["systems", "list"], 0, "baseline-skills"),
        (["systems", "check"], 0, "baseline-skills"),
        (["doctor"], None, "python"),
        (["export", "--to", "{tmp}/export"], None, ""),
        (["rank", "{tmp}/no-export"], 1, "no-export"),
        (["voters", "{tmp}/no-export"], 1, "no-export"),
        (["ask", "{tmp}/no-take.wav", "--system", "baseline-skills"], 2, "no-take.wav"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_command_runs_without_qt(
    arguments: list[str],
    exit_code: int | None,
    says: str,
    without_qt: dict[str, str],
    tmp_path: Path,
) -> None:
    outcome = run_command([a.replace("{tmp}", str(tmp_path)) for a in arguments], without_qt)
    assert outcome.returncode in ({0, 1} if exit_code is None else {exit_code}), outcome.stderr
    assert says in outcome.stdout + outcome.stderr
    assert "Traceback" not in outcome.stderr


def test_the_window_needs_qt(without_qt: dict[str, str]) -> None:
    """The hiding itself, seen to work."""
    outcome = run_command([], without_qt)
    assert outcome.returncode == 1
    assert "PySide6 is not installed" in outcome.stderr
