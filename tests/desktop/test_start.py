"""What a starting window leaves for later."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from desktop.paths import Home

ROOT = Path(__file__).resolve().parents[2]
SLOW = {"numpy", "soundfile", "soxr", "sounddevice", "sqlite_utils", "ranker", "ui.pages.arena"}
START = """
import sys
from PySide6.QtCore import QTimer
from desktop.app import make_application, open_program
from desktop.paths import home
from desktop.settings import Settings

def start():
    app = make_application(Settings())
    program = open_program(home(), Settings(), source=lambda *_: None, source_name="a recording")
    program._desk.warm_up = lambda: None  # it follows the paint, in a thread that may be quick
    window = program.window
    window.first_painted.connect(lambda: print(*sys.modules))
    screen = window.screen().availableGeometry()
    inside = lambda: screen.contains(window.frameGeometry())
    window.first_painted.connect(lambda: print("inside" if inside() else "outside"))
    window.first_painted.connect(window.close)
    app.lastWindowClosed.connect(app.quit)
    program.show()
    app.exec()
    program.close()

start()
"""


def told_at_first_paint() -> set[str]:
    """What is loaded by then, and whether the window lies on its screen."""
    started = subprocess.run(
        [sys.executable, "-c", START],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert started.returncode == 0, started.stderr
    return set(started.stdout.split())


def test_the_window_is_painted_before_anything_slow_is_loaded(own_home: Path):
    assert not (own_home / "earshot.db").exists()
    for _ in ("the first start, which makes the database", "any other"):
        loaded = told_at_first_paint()
        assert "ui.pages.compare" in loaded
        assert loaded & SLOW == set()
    assert (own_home / "earshot.db").exists()


def test_the_window_opens_on_its_screen_however_small_that_is():
    assert "inside" in told_at_first_paint()


def test_what_a_crash_left_in_the_cache_is_deleted(rehearse, tmp_path: Path):
    home = Home(tmp_path / "stage" / "home")
    export, copy = home.counted / "tmp1" / "votes.jsonl", home.heard / "take.wav"
    for left in (export, copy):
        left.parent.mkdir(parents=True)
        left.touch()
    rehearse({"one": {}, "two": {}})
    assert [*home.cache.rglob("*")] == [home.heard]


def test_a_cache_that_lies_elsewhere_is_emptied_there(rehearse, tmp_path: Path):
    home = Home(tmp_path / "stage" / "home")
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "counted" / "tmp1").mkdir(parents=True)
    home.folder.mkdir(parents=True)
    home.cache.symlink_to(elsewhere)
    rehearse({"one": {}, "two": {}})
    assert [*elsewhere.rglob("*")] == [elsewhere / "heard"]
