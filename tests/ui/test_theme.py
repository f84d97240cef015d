"""One table, readable in both schemes, following the system and the user's font."""

from __future__ import annotations

from dataclasses import fields

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.scenes import SCENES
from ui import theme
from ui.widgets.pair_matrix import ground
from ui.window import MainWindow


def test_contrast_of_black_on_white() -> None:
    assert theme.contrast(QColor("black"), QColor("white")) == pytest.approx(21)
    assert theme.contrast(QColor("#777777"), QColor("#FFFFFF")) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("ink", "surface"), theme.TEXT_PAIRS)
def test_text_can_be_read(dark: bool, ink: str, surface: str) -> None:
    colours = theme.scheme(dark)
    assert theme.contrast(getattr(colours, ink), getattr(colours, surface)) >= 4.5


@pytest.mark.parametrize("dark", [False, True])
def test_every_cell_of_the_matrix_can_be_read(dark: bool) -> None:
    theme.now.dark = dark
    for per_cent in range(101):
        assert theme.contrast(theme.now.colours.text, ground(per_cent / 100)) >= 4.5


def test_every_colour_has_both_schemes() -> None:
    light, dark = theme.scheme(False), theme.scheme(True)
    for field in fields(theme.Colours):
        assert getattr(light, field.name) != getattr(dark, field.name), field.name


def test_the_systems_scheme_is_followed_live(
    qapp: QApplication, window: MainWindow, qtbot: QtBot
) -> None:
    SCENES["results"](window)
    # The offscreen platform has no scheme to change, so its signal is sent by hand.
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: theme.now.dark)
    qapp.processEvents()
    picture = window.grab().toImage()
    assert picture.pixelColor(2, picture.height() - 2) == theme.scheme(True).background
    board = window.results.board
    corner = board.mapTo(window, board.rect().bottomLeft() + QPoint(-4, 8))
    assert picture.pixelColor(corner) == theme.scheme(True).surface
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: not theme.now.dark)


def test_sizes_follow_the_users_font_and_stop_at_two_hundred_per_cent() -> None:
    sizes = {}
    for asked in (0.5, 1.0, 1.5, 2.0, 3.0):
        theme.now.set_scale(asked)
        sizes[asked] = [theme.now.font(size).pixelSize() for size in theme.Type]
    assert sizes[1.0] == [13, 15, 17, 18, 24]
    assert sizes[0.5] == sizes[1.0]
    assert sizes[2.0] == [26, 30, 34, 36, 48] == sizes[3.0]


def test_figures_that_stand_under_each_other_are_equally_wide() -> None:
    from PySide6.QtGui import QFontMetricsF

    metrics = QFontMetricsF(theme.now.font(theme.Type.BODY, tabular=True))
    assert len({metrics.horizontalAdvance(figure) for figure in "0123456789"}) == 1


def test_a_chosen_scheme_is_kept(qapp: QApplication) -> None:
    theme.apply(qapp, font_scale=1.0, dark=True)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.now.dark
    theme.apply(qapp, font_scale=1.0)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert theme.now.dark
