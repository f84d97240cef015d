"""A person in front of the window, and in the room of the microphone."""

from __future__ import annotations

import subprocess
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from ui.state import Phase


class Person:
    """Keys go where the focus is, clicks where the pointer is, speech into a room.

    Acts on the window as the window system would; nothing here knows a signal or a slot.
    """

    def __init__(self, stage: Rehearsal, pulse: PulseServer) -> None:
        self.stage = stage
        self._pulse = pulse
        self.actions = 0
        """Keys pressed and clicks made."""
        stage.window.activateWindow()
        stage.qtbot.waitUntil(stage.window.isActiveWindow, timeout=PATIENCE_MS)

    def press(
        self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """A key, down and up."""
        self.actions += 1
        QTest.keyClick(self.stage.window.windowHandle(), key, modifier)

    def hold(self, key: Qt.Key) -> None:
        """A key goes down and stays there."""
        self.actions += 1
        QTest.keyPress(self.stage.window.windowHandle(), key)

    def let_go(self, key: Qt.Key) -> None:
        QTest.keyRelease(self.stage.window.windowHandle(), key)

    def click(self, widget: QWidget) -> None:
        """The left button, in the middle of what can be seen of a widget; it must lie on top."""
        window = self.stage.window
        place = widget.mapTo(window, _middle(widget))
        hit = window.childAt(place)
        assert hit is not None, f"nothing to click at {place}"
        assert hit is widget or widget.isAncestorOf(hit), f"{hit} covers {widget}"
        self._click(window, place)

    def choose(self, button: QWidget, menu: QMenu, label: str) -> None:
        """Open the menu of a button and click what begins with `label`."""
        self.click(button)
        self.stage.qtbot.waitUntil(menu.isVisible, timeout=PATIENCE_MS)
        action = next(action for action in menu.actions() if action.text().startswith(label))
        self._click(menu, menu.actionGeometry(action).center())

    def start_talking(self) -> None:
        """Press Space and keep it down; returns once the take runs."""
        self.hold(Qt.Key.Key_Space)
        self.stage.until(Phase.RECORDING)

    def stop_talking(self) -> None:
        self.let_go(Qt.Key.Key_Space)

    def begin_to_say(self, speech: Path) -> subprocess.Popen[bytes]:
        return self._pulse.play(speech)

    def say(self, speech: Path) -> None:
        """Returns once it has been said."""
        saying = self.begin_to_say(speech)
        self.stage.qtbot.waitUntil(lambda: saying.poll() is not None, timeout=PATIENCE_MS)

    def ask(self, question: Path) -> None:
        """Hold Space while speaking."""
        self.start_talking()
        self.say(question)
        self.stop_talking()

    def _click(self, window: QWidget, place: QPoint) -> None:
        self.actions += 1
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(window.windowHandle(), left, none, place)


def _middle(widget: QWidget) -> QPoint:
    seen = widget.visibleRegion().boundingRect()
    assert not seen.isEmpty(), f"{widget} cannot be seen"
    return seen.center()
