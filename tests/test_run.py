"""What `make run` does once set-up is done: the window where there is a display, else the demo."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.x_server import x_server

ROOT = Path(__file__).parents[1]
OF_A_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
INSTEAD = "There is no display here, so this is the demo in place of the window."
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="a display is something else there")


@pytest.mark.serial
@LINUX
def test_a_window_opens_on_a_display_and_closing_it_ends_well() -> None:
    with x_server(1280, 800) as server:
        program = subprocess.Popen(
            [sys.executable, "main.py"],
            cwd=ROOT,
            env=server.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            found = server.hands("search", "--sync", "--onlyvisible", "--name", "^Earshot$")
            (window,) = found.split()
            assert server.hands("getwindowname", window).strip() == "Earshot"
            assert program.poll() is None
            server.ask_to_close(int(window))
            _, said = program.communicate(timeout=60)
        finally:
            program.kill()
            program.communicate()
    assert program.returncode == 0, said
    assert "Traceback" not in said


@LINUX
@pytest.mark.parametrize(
    ("display", "call", "platform"),
    [
        ({"DISPLAY": ":7"}, "main.py", ""),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "main.py", ""),
        ({}, "main.py demo --out build/demo", "offscreen"),
        ({"DISPLAY": ""}, "main.py demo --out build/demo", "offscreen"),
    ],
    ids=["x11", "wayland", "none", "empty"],
)
def test_without_a_display_it_is_the_demo_that_runs(
    tmp_path: Path, display: dict[str, str], call: str, platform: str
) -> None:
    done = run_window(tmp_path, display)
    assert done.returncode == 0
    *said, called = done.stdout.splitlines()
    assert called == f"{call}|{platform}"
    assert said == ([INSTEAD] if platform else [])


@LINUX
def test_what_the_program_ends_with_is_what_it_ends_with(tmp_path: Path) -> None:
    assert run_window(tmp_path, {}, exit_code=3).returncode == 3
    assert run_window(tmp_path, {"DISPLAY": ":7"}, exit_code=3).returncode == 3


def run_window(
    folder: Path, display: dict[str, str], exit_code: int = 0
) -> subprocess.CompletedProcess[str]:
    """The script in a copy, with a Python that only says how it was called."""
    (folder / ".ci").mkdir(exist_ok=True)
    shutil.copy(ROOT / ".ci" / "window", folder / ".ci" / "window")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text(f'#!/bin/sh\necho "$*|${{QT_QPA_PLATFORM:-}}"\nexit {exit_code}\n')
    python.chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if name not in OF_A_DISPLAY}
    return subprocess.run(
        ["sh", ".ci/window"],
        cwd=folder,
        env=kept | display,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_make_run_sets_up_and_then_opens_the_window() -> None:
    if shutil.which("make") is None:
        pytest.skip("make is not installed")
    told = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "run"],
        cwd=ROOT,
        env={name: value for name, value in os.environ.items() if "MAKE" not in name},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert told.stdout.splitlines() == ["sh .ci/setup run", "sh .ci/window"]
