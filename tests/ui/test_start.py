"""The window opens before anything is loaded that the first page does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtGui import QImage

ROOT = Path(__file__).parents[2]
LATER = (
    "ui.pages.results", "ui.pages.systems", "ui.pages.finished", "ui.pages.arena",
    "ui.widgets.table", "ui.widgets.pair_matrix", "PySide6.QtNetwork", "PySide6.QtQml",
    "numpy", "sounddevice",
)  # fmt: skip
PROGRAM = f"""
import sys
from PySide6.QtWidgets import QApplication
from ui import theme
from ui.window import MainWindow
app = QApplication([])
theme.apply(app)
window = MainWindow()
window.show_page("compare")
window.show()
app.processEvents()
print([name for name in {LATER!r} if name in sys.modules])
"""


def run(*arguments: str) -> str:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_the_first_page_loads_nothing_of_the_others() -> None:
    assert run("-c", PROGRAM) == "[]"


def test_the_gallery_draws_what_it_is_asked_for(tmp_path: Path) -> None:
    run(
        "-m", "tests.ui.gallery", str(tmp_path), "--scale", "2", "--dark", "--font", "150",
        "--size", "1280x720", "results_open", "compare_menu",
    )  # fmt: skip
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["compare_menu.png", "results_open.png"]
    picture = QImage(str(tmp_path / "results_open.png"))
    assert (picture.width(), picture.height()) == (2560, 1440)
    assert picture.pixelColor(2, 1430).lightness() < 40
