"""Where no window can be opened: a sentence, and not Qt's abort."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OF_A_DISPLAY = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="elsewhere there is always a display"
)


@pytest.mark.parametrize(
    ("environment", "arguments", "reason"),
    [
        ({}, [], "could not connect to display"),
        ({"DISPLAY": ":nowhere"}, [], "could not connect to display :nowhere"),
        ({"WAYLAND_DISPLAY": "nowhere"}, [], "wl_display"),
        ({"QT_QPA_PLATFORM": "abacus"}, [], "abacus"),
        ({"DISPLAY": ":nowhere"}, ["demo", "--out", "demo"], "could not connect to display"),
    ],
    ids=str,
)
def test_no_display_is_a_sentence_that_names_the_demo(
    tmp_path: Path, environment: dict[str, str], arguments: list[str], reason: str
):
    kept = {name: value for name, value in os.environ.items() if name not in OF_A_DISPLAY}
    done = subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        cwd=tmp_path,
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    said = done.stderr.strip().splitlines()[-1]
    assert said.startswith("There is no display that a window could be opened on (")
    assert reason in said
    assert "main.py demo --out DIR" in said
    assert not list(tmp_path.rglob("earshot.db"))
