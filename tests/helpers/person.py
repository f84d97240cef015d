"""A person in front of the window, and in the room of the microphone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from engines.api import Part
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from ui.state import Phase
from ui.widgets.device_menu import DeviceMenu


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
        self.wait(stage.window.isActiveWindow)

    def wait(self, condition: Callable[[], object]) -> None:
        self.stage.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)

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

    def write(self, text: str) -> None:
        """Into whatever has the focus."""
        for character in text:
            self.actions += 1
            QTest.keyClick(self.stage.window.windowHandle(), character)

    def click(self, widget: QWidget) -> None:
        """The left button, in the middle of what can be seen of a widget; it must lie on top."""
        window = self.stage.window
        place = widget.mapTo(window, _middle(widget))
        hit = window.childAt(place)
        assert hit is not None, f"nothing to click at {place}"
        assert hit is widget or widget.isAncestorOf(hit), f"{hit} covers {widget}"
        self._click(window, place)

    def choose(self, button: DeviceMenu, label: str) -> None:
        """Open the list of microphones and click what is called `label`."""
        menu = button.menu
        self.click(button)
        self.wait(menu.isVisible)
        action = next(action for action in menu.actions() if label in action.text())
        self._click(menu, menu.actionGeometry(action).center())

    def start_talking(self) -> None:
        """Press Space and keep it down; returns once the take runs."""
        self.hold(Qt.Key.Key_Space)
        self.stage.until(Phase.RECORDING)

    def stop_talking(self) -> None:
        """Let go of Space; a finger needs longer to come down again than a test does."""
        self.let_go(Qt.Key.Key_Space)
        self.wait(lambda: not self.stage.window.arena.space.in_doubt)

    def say(self, speech: Path, *, room: str = "speech") -> None:
        """Returns once it has been said."""
        saying = self._pulse.play(speech, room=room)
        self.wait(lambda: saying.poll() is not None)

    def ask(self, question: Path, *, room: str = "speech") -> None:
        """Hold Space while speaking."""
        self.start_talking()
        self.say(question, room=room)
        self.stop_talking()

    def listening(self) -> None:
        """Wait until the first page hears."""
        self.wait(lambda: self.stage.program.compare_state.meter_open)

    def until_reason_is_recorded(self) -> None:
        self.stage.until_state(
            lambda state: state.phase is Phase.REASON_RECORDING and not state.reason.opening,
            "the recording of a reason",
        )

    def wait_for_what_is_recognised(self, recogniser: Part, sound: Path) -> None:
        """Until the window knows what `recogniser` made of everything it was given so far."""
        known: list[bool] = []
        program = self.stage.program
        last = program._pool.transcribe(recogniser, sound)
        last.add_done_callback(lambda _: program._thread.post(lambda: known.append(True)))
        self.wait(lambda: known)

    def loudest_while_playing(self, sound: Path, room: str) -> int:
        """How many segments of the meter on the first page light up."""
        meter = self.stage.window.compare.meter
        playing = self._pulse.play(sound, room=room)
        seen: list[int] = []

        def played() -> bool:
            seen.append(meter.lit)
            return playing.poll() is not None

        self.wait(played)
        return max(seen)

    def recordings(self) -> set[str]:
        """Every file of the takes folder, finished or not."""
        return {path.name for path in self.stage.home.takes.iterdir() if path.is_file()}

    def copies(self) -> set[str]:
        """What the systems may hear."""
        return {path.name for path in self.stage.home.heard.iterdir()}

    def _click(self, window: QWidget, place: QPoint) -> None:
        self.actions += 1
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(window.windowHandle(), left, none, place)


def _middle(widget: QWidget) -> QPoint:
    seen = widget.visibleRegion().boundingRect()
    assert not seen.isEmpty(), f"{widget} cannot be seen"
    return seen.center()


def seated(person: Person) -> Rehearsal:
    """In a session, with the microphone open."""
    person.listening()
    person.press(Qt.Key.Key_Return)
    person.stage.until(Phase.READY)
    return person.stage
