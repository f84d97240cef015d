"""`make screenshots` draws what the README and the docs show."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from desktop.screenshots import ROOT, SCALE, draw
from ui.window import SIZE

SHORT_DEMO = (sys.executable, str(ROOT / "tests" / "helpers" / "short_demo.py"))


@pytest.mark.local  # for its time; the demo draws its pages in every run
def test_every_page_is_drawn_light_and_dark_and_sharp(tmp_path: Path) -> None:
    target = tmp_path / "pictures"
    draw(target, SHORT_DEMO)
    shown = {path.name for path in (ROOT / "docs" / "pictures").glob("*.png")}
    assert {path.name for path in target.iterdir()} == shown
    for name in shown:
        picture = QImage(str(target / name))
        assert picture.size() == SIZE * int(SCALE)
        assert (background(picture) < 128) == name.endswith("-dark.png"), name


def background(picture: QImage) -> int:
    return picture.pixelColor(2, picture.height() - 10).lightness()


def test_a_demo_that_fails_is_no_picture_unseen(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        draw(tmp_path, (sys.executable, "-c", "raise SystemExit(3)"))
    assert [*tmp_path.glob("*.png")] == []
