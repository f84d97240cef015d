"""The fault that keeps PySide6 below 6.12 (docs/decisions/0005), asked of the version in use."""

from __future__ import annotations

import os
import subprocess
import sys

CALLS = 60_000
SET_TEXTS = f"""
import sys
from PySide6.QtWidgets import QApplication, QLabel
application = QApplication([])
label = QLabel()
before = sys.getrefcount(None)
for _ in range({CALLS}):
    label.setText("text")
print(before - sys.getrefcount(None))
"""


def test_calls_that_return_nothing_keep_none_alive() -> None:
    outcome = subprocess.run(
        [sys.executable, "-c", SET_TEXTS],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert outcome.returncode == 0, outcome.stderr
    assert int(outcome.stdout) < CALLS / 100
