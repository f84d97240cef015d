"""Qt without a screen, dressed as the program is."""

from __future__ import annotations

import os

import pytest
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from ui import theme
from ui.window import MainWindow


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    """Light, standard size, with motion, whatever the test before did."""
    if not theme.now.following:
        theme.apply(qapp, font_scale=1.0)
    theme.now.reduced_motion = theme.now.pinned = False
    if theme.now.dark or theme.now.scale != 1.0:
        theme.now.dark = False
        theme.now.set_scale(1.0)
        theme.refresh()


@pytest.fixture
def window(qtbot: QtBot) -> MainWindow:
    """Shown and active, 1280×720."""
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1280, 720)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    return window
