"""A held key as X11 tells of it: press, and pairs of a release and a press, marked or not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from pytestqt.qtbot import QtBot

from ui.held_key import PAIR_MS, HeldKey


class Keyboard:
    """Notes what a `HeldKey` tells of it."""

    def __init__(self, owner: QObject) -> None:
        self.key = HeldKey(owner)
        self.told: list[str | float] = []
        self.key.pressed.connect(lambda: self.told.append("pressed"))
        self.key.released.connect(self.told.append)

    def press(self, stamp_ms: int, *, repeat: bool = False) -> None:
        self.key.press(_event(QEvent.Type.KeyPress, stamp_ms, repeat))

    def release(self, stamp_ms: int, now_s: float = 0.0, *, repeat: bool = False) -> None:
        self.key.release(_event(QEvent.Type.KeyRelease, stamp_ms, repeat), now_s)


def _event(kind: QEvent.Type, stamp_ms: int, repeat: bool) -> QKeyEvent:
    event = QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeat)
    event.setTimestamp(stamp_ms)
    return event


@pytest.fixture
def keyboard(qapp: QObject) -> Keyboard:
    return Keyboard(qapp)


def test_a_release_is_told_with_its_own_time(keyboard: Keyboard, qtbot: QtBot) -> None:
    keyboard.press(1_000)
    with qtbot.waitSignal(keyboard.key.released):
        keyboard.release(2_000, 7.25)
        assert keyboard.told == ["pressed"]
    assert keyboard.told == ["pressed", 7.25]


@pytest.mark.parametrize("marks", [(False, False), (False, True), (True, True)])
def test_a_pair_is_a_repetition_whatever_is_marked(
    keyboard: Keyboard, qtbot: QtBot, marks: tuple[bool, bool]
) -> None:
    keyboard.press(1_000)
    for stamp_ms in range(1_600, 2_400, 40):
        keyboard.release(stamp_ms, repeat=marks[0])
        keyboard.press(stamp_ms, repeat=marks[1])
    with qtbot.waitSignal(keyboard.key.released):
        keyboard.release(2_410, 8.5)
    assert keyboard.told == ["pressed", 8.5]


def test_two_quick_taps_are_two(keyboard: Keyboard, qtbot: QtBot) -> None:
    """Slower than any pair by the window system's clock, though told at once."""
    keyboard.press(1_000)
    keyboard.release(1_050, 1.0)
    keyboard.press(1_050 + PAIR_MS)
    with qtbot.waitSignal(keyboard.key.released):
        keyboard.release(1_150, 2.0)
    assert keyboard.told == ["pressed", 1.0, "pressed", 2.0]


def test_taps_without_a_time_are_taps(keyboard: Keyboard, qtbot: QtBot) -> None:
    """What a program sends: the demo, and most tests."""
    for now_s in (1.0, 2.0):
        keyboard.press(0)
        keyboard.release(0, now_s)
    qtbot.waitUntil(lambda: len(keyboard.told) == 4)
    assert keyboard.told == ["pressed", 1.0, "pressed", 2.0]
