"""Tests that are told to end put away what they started (tests/helpers/breaking_off.py)."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PATIENCE_S = 60.0
"""Only a failure waits this long."""
LONG_TEST = """
import signal
from pathlib import Path

import pytest

@pytest.fixture
def server():
    yield
    Path(__file__).with_name("put-away").touch()

def test_that_waits(server):
    print("waiting", flush=True)
    signal.pause()

def test_that_must_not_begin(server):
    Path(__file__).with_name("begun").touch()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_end_puts_away_and_begins_nothing_new(
    tmp_path: Path, number: signal.Signals
) -> None:
    file = tmp_path / "test_long.py"
    file.write_text(LONG_TEST)
    command = f"exec {sys.executable} -m pytest -s -p tests.helpers.breaking_off {file}"
    # Started as .ci/tests starts it: what a shell starts in the background is deaf to SIGINT.
    with subprocess.Popen(
        ["/bin/sh", "-c", f"trap '' INT; {command}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        assert run.stdout is not None
        assert any("waiting" in line for line in run.stdout)
        run.send_signal(number)
        try:
            run.wait(PATIENCE_S)
        finally:
            run.kill()
    assert run.returncode == pytest.ExitCode.INTERRUPTED
    assert (tmp_path / "put-away").exists()
    assert not (tmp_path / "begun").exists()
