"""Every page in every state, at 1280×720, at both ends of the font scale: all of it can be read."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from tests.helpers.widgets import clipped_by_parent, place_in, shown_below
from tests.ui.scenes import SCENES
from tests.ui.states import ARENA
from ui import theme
from ui.widgets.button import Button
from ui.widgets.scroll import PageScroll
from ui.widgets.text import Text
from ui.window import MainWindow


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_nothing_is_clipped(window: MainWindow, scale: float) -> None:
    theme.now.set_scale(scale)
    theme.refresh()
    theme.now.reduced_motion = True
    lost = {}
    for name, scene in SCENES.items():
        scene(window)
        for _ in range(5):
            QApplication.processEvents()
        if found := _clipped(window):
            lost[name] = found
    assert not lost


def _clipped(window: MainWindow) -> list[str]:
    """What cannot be read, or only by scrolling sideways."""
    shown = list(shown_below(window))
    return [
        *(f"not all there: {_told(w)}" for w in shown if getattr(w, "lost_text", bool)()),
        *(f"outside: {_told(w)}" for w in shown if _is_ours(w) and clipped_by_parent(w)),
        *(
            f"scrolls sideways: {_told(w)}"
            for w in shown
            if isinstance(w, PageScroll) and w.horizontalScrollBar().maximum()
        ),
        *_overlapping(window),
    ]


def test_the_walk_sees_what_does_not_fit(window: MainWindow) -> None:
    SCENES["compare"](window)
    QApplication.processEvents()
    label = next(w for w in shown_below(window.compare) if isinstance(w, Text) and w.text())
    label.setFixedHeight(4)
    assert label.lost_text()
    window.show_page("arena")
    window.arena.draw(ARENA)
    QApplication.processEvents()
    device = window.arena.record.device
    assert not device.lost_text()
    device.setFixedWidth(20)
    assert device.lost_text()
    window.show_page("compare")
    button = window.compare.start
    button.setFixedWidth(20)
    assert button.lost_text()
    button.move(-10, 0)
    assert clipped_by_parent(button)


def _is_ours(widget: QWidget) -> bool:
    return type(widget).__module__.startswith("ui.")


def _overlapping(window: QWidget) -> list[str]:
    """Labels and buttons of one parent that lie on each other."""
    found = []
    leaves = [w for w in shown_below(window) if isinstance(w, QLabel | Button)]
    for index, one in enumerate(leaves):
        for other in leaves[index + 1 :]:
            if one.parentWidget() is other.parentWidget():
                common: QRect = place_in(one, window) & place_in(other, window)
                if not common.isEmpty():
                    found.append(f"{_told(one)} on {_told(other)}")
    return found


def _told(widget: QWidget) -> str:
    text = widget.text() if isinstance(widget, QLabel) else widget.accessibleName()
    return f"{type(widget).__name__} {text[:40]!r} {widget.size().toTuple()}"
