"""Holding and tapping, with the space bar, the mouse or a finger: when the microphone is open."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, shown_below
from tests.ui.states import ARENA, NO_MICROPHONE, VOTED
from ui.pages.arena import ArenaPage
from ui.pages.record_view import SOON
from ui.speak import announcer
from ui.state import ArenaState, Phase
from ui.talk_key import HOLD_MS
from ui.window import MainWindow

OPENING = replace(ARENA, phase=Phase.OPENING)
RECORDING = replace(ARENA, phase=Phase.RECORDING)
SPEAKING = replace(VOTED, phase=Phase.REASON_RECORDING)
K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def clock() -> list[float]:
    """Seconds; a test moves it."""
    return [100.0]


@pytest.fixture
def page(window: MainWindow, clock: list[float]) -> ArenaPage:
    window.show_page("arena")
    window.arena.clock = lambda: clock[0]
    return window.arena


def draw(page: ArenaPage, state: ArenaState) -> None:
    page.draw(state)
    QApplication.processEvents()


def words(page: ArenaPage) -> str:
    return "\n".join(w.text() for w in shown_below(page) if isinstance(w, QLabel))


def send(kind: QEvent.Type, *, repeat: bool = False, stamp_ms: int = 0) -> None:
    """The space bar goes down or up where the focus is."""
    event = QKeyEvent(kind, K.Key_Space, Qt.KeyboardModifier.NoModifier, " ", repeat)
    event.setTimestamp(stamp_ms)
    focused = QApplication.focusWidget()
    assert focused is not None
    QApplication.sendEvent(focused, event)


def test_holding_space_talks(page: ArenaPage, qtbot: QtBot, clock: list[float]) -> None:
    draw(page, ARENA)
    with qtbot.waitSignal(page.record_started):
        send(QEvent.Type.KeyPress)
    draw(page, RECORDING)
    for _ in range(5):
        send(QEvent.Type.KeyRelease, repeat=True)
        send(QEvent.Type.KeyPress, repeat=True)
    clock[0] += HOLD_MS / 1000
    with qtbot.waitSignal(page.record_stopped):
        send(QEvent.Type.KeyRelease)


def test_holding_space_through_the_pairs_of_x11(
    page: ArenaPage, qtbot: QtBot, clock: list[float]
) -> None:
    """Neither half of such a pair is marked as a repetition; both bear the same time."""
    clock[0] = 1.0
    draw(page, ARENA)
    with qtbot.waitSignal(page.record_started):
        send(QEvent.Type.KeyPress, stamp_ms=1_000)
    draw(page, RECORDING)
    with (
        qtbot.waitSignal(page.record_stopped) as caught,
        qtbot.assertNotEmitted(page.record_started),
    ):
        for stamp_ms in range(1_660, 3_000, 40):
            clock[0] = stamp_ms / 1000
            send(QEvent.Type.KeyRelease, stamp_ms=stamp_ms)
            send(QEvent.Type.KeyPress, stamp_ms=stamp_ms)
        clock[0] = 3.0
        send(QEvent.Type.KeyRelease, stamp_ms=3_000)
        clock[0] = 3.03
    assert caught.args == [3.0]


def test_tapping_space_switches(page: ArenaPage, qtbot: QtBot, clock: list[float]) -> None:
    draw(page, ARENA)
    with qtbot.waitSignal(page.record_started):
        send(QEvent.Type.KeyPress)
    draw(page, RECORDING)
    clock[0] += HOLD_MS / 1000 - 0.01
    with qtbot.assertNotEmitted(page.record_stopped):
        send(QEvent.Type.KeyRelease)
    with qtbot.waitSignal(page.record_stopped):
        send(QEvent.Type.KeyPress)


def test_a_tap_before_the_microphone_is_open_starts_once_it_is(
    page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, OPENING)
    with (
        qtbot.assertNotEmitted(page.record_started),
        qtbot.waitSignal(announcer.said) as heard,
    ):
        send(QEvent.Type.KeyPress)
        send(QEvent.Type.KeyRelease)
        qtbot.waitUntil(lambda: not page.space.in_doubt)
    assert heard.args == [SOON]
    assert SOON in words(page)
    with qtbot.waitSignal(page.record_started):
        draw(page, ARENA)
    draw(page, RECORDING)
    with qtbot.waitSignal(page.record_stopped):
        send(QEvent.Type.KeyPress)


def test_holding_from_before_the_microphone_is_open_talks_until_release(
    page: ArenaPage, qtbot: QtBot, clock: list[float]
) -> None:
    draw(page, OPENING)
    send(QEvent.Type.KeyPress)
    assert SOON in words(page)
    with qtbot.waitSignal(page.record_started):
        draw(page, ARENA)
    draw(page, RECORDING)
    clock[0] += 2
    with qtbot.waitSignal(page.record_stopped):
        send(QEvent.Type.KeyRelease)


@pytest.mark.parametrize(
    "how", ["let go", "tap again", "leave", "microphone fails", "other window"]
)
def test_whoever_thinks_better_of_it_before_the_microphone_is_open_is_not_recorded(
    page: ArenaPage, qtbot: QtBot, clock: list[float], how: str
) -> None:
    draw(page, OPENING)
    send(QEvent.Type.KeyPress)
    if how == "let go":
        clock[0] += HOLD_MS / 1000
    send(QEvent.Type.KeyRelease)
    qtbot.waitUntil(lambda: not page.space.in_doubt)
    if how == "tap again":
        send(QEvent.Type.KeyPress)
        send(QEvent.Type.KeyRelease)
    elif how == "leave":
        page.ask_to_leave()
        page.stay()
    elif how == "microphone fails":
        draw(page, replace(OPENING, problem=NO_MICROPHONE))
        draw(page, OPENING)
    elif how == "other window":
        other = QWidget()
        qtbot.addWidget(other)
        with qtbot.waitActive(other):
            other.show()
            other.activateWindow()
    assert SOON not in words(page)
    with qtbot.assertNotEmitted(page.record_started):
        draw(page, ARENA)
        QApplication.processEvents()


def test_nothing_starts_by_itself_where_there_is_no_microphone(
    page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, replace(OPENING, problem=NO_MICROPHONE))
    with qtbot.assertNotEmitted(page.record_started):
        send(QEvent.Type.KeyPress)
        send(QEvent.Type.KeyRelease)
        qtbot.waitUntil(lambda: not page.space.in_doubt)
        draw(page, ARENA)
        QApplication.processEvents()


def test_space_belongs_to_the_microphone_whatever_has_the_focus(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, ARENA)
    for button in (page.record.change, page.header.leave, page.record.control):
        draw(page, ARENA)
        button.setFocus()
        assert button.hasFocus()
        with qtbot.waitSignal(page.record_started):
            send(QEvent.Type.KeyPress)
        draw(page, RECORDING)
        send(QEvent.Type.KeyRelease)
    draw(page, RECORDING)
    page.record.discard.setFocus()
    with qtbot.assertNotEmitted(page.discard_requested), qtbot.waitSignal(page.record_stopped):
        press(window, K.Key_Space)
    assert not page.leave_bar.isVisible()


@pytest.mark.parametrize("outside", [False, True])
def test_holding_the_mouse_talks(
    page: ArenaPage, qtbot: QtBot, clock: list[float], outside: bool
) -> None:
    draw(page, ARENA)
    control = page.record.control
    with qtbot.waitSignal(page.record_started):
        qtbot.mousePress(control, LEFT)
    draw(page, RECORDING)
    away = QPoint(-40, -40) if outside else control.rect().center()
    qtbot.mouseMove(control, away)
    clock[0] += HOLD_MS / 1000
    with qtbot.waitSignal(page.record_stopped) as caught:
        qtbot.mouseRelease(control, LEFT, pos=away)
    assert caught.args == [clock[0]]


def test_clicking_the_mouse_switches(page: ArenaPage, qtbot: QtBot, clock: list[float]) -> None:
    draw(page, ARENA)
    control = page.record.control
    with qtbot.waitSignal(page.record_started):
        qtbot.mousePress(control, LEFT)
    draw(page, RECORDING)
    clock[0] += HOLD_MS / 1000 - 0.01
    with qtbot.assertNotEmitted(page.record_stopped):
        qtbot.mouseRelease(control, LEFT)
    with qtbot.waitSignal(page.record_stopped):
        qtbot.mousePress(control, LEFT)
    draw(page, replace(ARENA, phase=Phase.CHECKING))
    with qtbot.assertNotEmitted(page.record_started):
        qtbot.mouseRelease(control, LEFT)


def test_holding_a_finger_talks(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, clock: list[float]
) -> None:
    draw(page, ARENA)
    finger, control = QTest.createTouchDevice(), page.record.control
    place = control.mapTo(window, control.rect().center())
    with qtbot.waitSignal(page.record_started):
        QTest.touchEvent(window, finger).press(0, place, window).commit()
    draw(page, RECORDING)
    clock[0] += HOLD_MS / 1000
    with qtbot.waitSignal(page.record_stopped):
        QTest.touchEvent(window, finger).release(0, place, window).commit()


def test_a_take_that_ends_while_the_button_is_down_leaves_nothing_pressed(
    page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, ARENA)
    control = page.record.control
    page.setFocus()
    before = control.grab().toImage()
    qtbot.mousePress(control, LEFT)
    assert control.grab().toImage() != before
    for state in (RECORDING, replace(ARENA, phase=Phase.CHECKING)):
        draw(page, state)
    qtbot.mouseRelease(control, LEFT)
    draw(page, ARENA)
    page.setFocus()
    assert control.grab().toImage() == before


def test_another_button_of_the_mouse_means_nothing(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, ARENA)
    with qtbot.assertNotEmitted(page.record_started):
        qtbot.mouseClick(page.record.control, Qt.MouseButton.RightButton)
        qtbot.mouseClick(page.record.control, LEFT, pos=QPoint(2, 2))


@pytest.mark.parametrize("held", [True, False])
def test_losing_the_window_closes_the_microphone(page: ArenaPage, qtbot: QtBot, held: bool) -> None:
    draw(page, ARENA)
    send(QEvent.Type.KeyPress)
    draw(page, RECORDING)
    if not held:
        send(QEvent.Type.KeyRelease)
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitSignal(page.record_stopped):
        other.show()
        other.activateWindow()


def test_losing_the_window_closes_a_spoken_reason(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, SPEAKING)
    other = QWidget()
    qtbot.addWidget(other)
    with qtbot.waitSignal(page.stop_reason):
        other.show()
        other.activateWindow()


@pytest.mark.parametrize("asked_by", ["mouse", "closing the window"])
def test_the_question_whether_to_leave_closes_the_microphone(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, asked_by: str
) -> None:
    window.close_requested.connect(page.ask_to_leave)
    window.hold_open = True
    draw(page, ARENA)
    send(QEvent.Type.KeyPress)
    draw(page, RECORDING)
    with qtbot.waitSignal(page.record_stopped):
        if asked_by == "mouse":
            qtbot.mouseClick(page.header.leave, LEFT)
        else:
            window.close()
    assert page.leave_bar.isVisible()
    window.hold_open = False


def test_the_question_whether_to_leave_closes_a_spoken_reason(
    page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, SPEAKING)
    with qtbot.waitSignal(page.stop_reason):
        qtbot.mouseClick(page.header.leave, LEFT)
    assert page.leave_bar.isVisible()
