"""The window opens wholly on its screen, in the middle of what is free there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from pytestqt.qtbot import QtBot

from ui.window import SIZE, MainWindow, place_on


@pytest.mark.parametrize(
    "available",
    [
        QRect(0, 0, 1920, 1080),
        QRect(0, 32, 1280, 768),  # below a panel
        QRect(1920, -200, 1366, 728),  # the second of two screens
        QRect(64, 0, 960, 600),  # beside a dock
    ],
)
def test_all_of_it_lies_on_the_screen(available: QRect) -> None:
    place = place_on(available)
    assert available.contains(place.adjusted(-8, -40, 8, 8))
    assert place.width() <= SIZE.width()
    assert place.height() <= SIZE.height()
    off = place.center() - available.center()
    assert abs(off.x()) <= 1
    assert 0 <= off.y() <= 17  # lower by half a title bar, which is above it


def test_where_there_is_room_it_has_its_size() -> None:
    assert place_on(QRect(0, 0, 1920, 1080)).size() == SIZE


def test_it_opens_on_a_small_screen(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.fit_screen()
    window.show_page("compare")
    window.show()
    screen = window.screen().availableGeometry()
    assert screen.width() < SIZE.width(), "this test needs a small screen"
    assert window.geometry() == place_on(screen)


def test_a_size_that_was_given_is_kept(qtbot: QtBot) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1000, 700)
    window.move(QPoint(3, 4))
    window.fit_screen()
    window.show()
    assert window.size() == QSize(1000, 700)
