"""Charts look like the window, without knowing it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QColor

from ranker.charts import look
from ui import theme


@pytest.mark.parametrize("dark", [False, True])
def test_colours_are_those_of_the_window(dark: bool) -> None:
    colours = theme.scheme(dark)
    ours = look.DARK if dark else look.LIGHT
    assert {name: getattr(colours, name).name() for name in ours} == ours


def test_sizes_are_those_of_the_window() -> None:
    sizes = (theme.Type.SMALL, theme.Type.BODY, theme.Type.LARGE)
    assert [size.value[0] for size in sizes] == [look.SMALL, look.BODY, look.LARGE]
    assert look.UNIT == theme.UNIT


@pytest.mark.parametrize("colours", [look.LIGHT, look.DARK])
def test_the_deepest_cell_of_a_matrix_can_be_read(colours: dict[str, str]) -> None:
    ground = theme.mix(QColor(colours["accent"]), QColor(colours["surface"]), look.DEEPEST)
    assert theme.contrast(QColor(colours["text"]), ground) >= 4.5


def test_every_colour_stands_for_one_token() -> None:
    assert len(set(look.LIGHT.values())) == len(look.LIGHT)
