"""The window holds no library of a keyring until somebody's key is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.local

ROOT = Path(__file__).resolve().parents[3]
OPENS_AND_ASKS = """
import sys
from desktop.app import make_application, open_program
from desktop.paths import home
from desktop.settings import Settings
app = make_application(Settings())
program = open_program(home(), Settings())
program.show()
app.processEvents()
opened = "keyring" in sys.modules
from desktop.keys.vault import key_of_station
key_of_station("openai")
print(opened, "keyring" in sys.modules)
program.window.close()
program.close()
"""


def test_the_keyring_is_looked_for_when_the_first_key_is_asked_for() -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPENS_AND_ASKS],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.split() == ["False", "True"]
