"""The page before a session: what is pressed is asked for, what is told is shown."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, words
from tests.ui.states import (
    BUG,
    COMPARE,
    DEVICES,
    NO_MICROPHONE,
    PUT_ASIDE,
    RESUME,
)
from ui.pages.compare import LONGEST_CODE
from ui.speak import announcer
from ui.state import Meter
from ui.widgets.level_meter import SEGMENTS, level_text, lit_segments
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton
CTRL = Qt.KeyboardModifier.ControlModifier


def type_in(window: MainWindow, text: str) -> None:
    """Wherever the focus is."""
    QTest.keyClicks(QApplication.focusWidget() or window, text)


def test_starting_by_key_and_by_click(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    with qtbot.waitSignal(window.compare.start_requested):
        press(window, K.Key_Return)
    with qtbot.waitSignal(window.compare.start_requested):
        qtbot.mouseClick(window.compare.start, LEFT)


def test_without_a_microphone_the_page_says_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(replace(COMPARE, devices=(), device_key="", problem=NO_MICROPHONE))
    assert NO_MICROPHONE.detail in words(window)
    with qtbot.waitSignal(window.compare.problem_action):
        qtbot.mouseClick(window.compare.banner.action, LEFT)


def test_a_recording_that_was_put_aside_is_said_once(window: MainWindow) -> None:
    window.show_page("compare")
    window.compare.draw(replace(COMPARE, put_aside=PUT_ASIDE))
    assert PUT_ASIDE in words(window)
    window.compare.draw(COMPARE)
    assert PUT_ASIDE not in words(window)


@pytest.mark.parametrize("by", ["typing", "pasting"])
def test_a_code_that_is_too_long_says_so(window: MainWindow, qtbot: QtBot, by: str) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    code, heard = window.compare.code, []
    announcer.said.connect(heard.append)
    qtbot.keyClicks(code.edit, "7" * LONGEST_CODE)
    assert "left out" not in words(window)
    if by == "typing":
        qtbot.keyClicks(code.edit, "890")
    else:
        code.clear()
        QApplication.clipboard().setText("7" * LONGEST_CODE + "890")
        code.edit.paste()
    announcer.said.disconnect(heard.append)
    assert code.text() == "7" * LONGEST_CODE
    (said,) = heard
    assert "64 characters. The rest is left out" in said
    assert said in words(window)
    qtbot.keyClick(code.edit, K.Key_Backspace)
    assert "left out" not in words(window)


def test_what_is_typed_first_is_the_code_and_return_takes_it(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    type_in(window, "P7")
    with qtbot.waitSignal(window.compare.start_requested) as caught:
        press(window, K.Key_Return)
    assert caught.args == ["P7"]


def test_the_next_participant_types_a_code_first_too(window: MainWindow) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    window.compare.start.setFocus()  # as a click leaves it
    window.show_page("finished")
    window.show_page("compare")
    type_in(window, "P8")
    assert window.compare.code.text() == "P8"


def test_after_a_notice_was_dismissed_the_code_is_typed(window: MainWindow) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    window.show_notice(BUG)
    window.notice.action.setFocus()
    press(window, K.Key_Return)
    type_in(window, "P9")
    assert window.compare.code.text() == "P9"


def test_tab_leads_from_the_code_to_what_is_next(window: MainWindow) -> None:
    page = window.compare
    window.show_page("compare")
    page.draw(replace(COMPARE, resume_text=RESUME))
    press(window, K.Key_Tab)
    assert QApplication.focusWidget() is page.resume
    press(window, K.Key_Tab)
    assert QApplication.focusWidget() is page.start


def test_resuming(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(replace(COMPARE, resume_text=RESUME))
    with (
        qtbot.waitSignal(window.compare.resume_requested),
        qtbot.assertNotEmitted(window.compare.start_requested),
    ):
        press(window, K.Key_Return)
    with qtbot.waitSignal(window.compare.resume_requested):
        qtbot.mouseClick(window.compare.resume, LEFT)


def test_what_broke_off_is_ended_only_after_a_yes(window: MainWindow, qtbot: QtBot) -> None:
    page = window.compare
    window.show_page("compare")
    page.draw(replace(COMPARE, resume_text=RESUME))
    with qtbot.assertNotEmitted(page.start_requested):
        press(window, K.Key_N, CTRL)
        assert "End the session that was broken off?" in words(window)
        press(window, K.Key_Return)  # the focus is on what changes nothing
    assert "End the session that was broken off?" not in words(window)
    press(window, K.Key_N, CTRL)
    with qtbot.waitSignal(page.start_requested):
        press(window, K.Key_N)


@pytest.mark.parametrize("way", ["return", "click"])
def test_under_another_code_nothing_is_continued_and_nothing_ended_unasked(
    window: MainWindow, qtbot: QtBot, way: str
) -> None:
    window.show_page("compare")
    page = window.compare
    page.draw(replace(COMPARE, resume_text=RESUME, resume_fits=False))
    type_in(window, "P7")
    with (
        qtbot.assertNotEmitted(page.start_requested),
        qtbot.assertNotEmitted(page.resume_requested),
    ):
        qtbot.mouseClick(page.resume, LEFT)
        if way == "return":
            press(window, K.Key_Return)
        else:
            qtbot.mouseClick(page.start, LEFT)
    with qtbot.waitSignal(page.start_requested) as caught:
        press(window, K.Key_N)
    assert caught.args == ["P7"]


def test_who_thinks_better_of_it_finds_the_code_as_it_was(window: MainWindow) -> None:
    window.show_page("compare")
    page = window.compare
    page.draw(replace(COMPARE, resume_text=RESUME, resume_fits=False))
    type_in(window, "P7")
    press(window, K.Key_Return)
    press(window, K.Key_Escape)
    assert not page.question.isVisible()
    type_in(window, "0")
    assert page.code.text() == "P70"


def test_the_question_goes_with_what_it_asks_about(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    page = window.compare
    offered = replace(COMPARE, resume_text=RESUME, resume_fits=False)
    for change in (
        lambda: page.draw(COMPARE),
        lambda: page.code.edit.setText("P8"),
        lambda: window.show_page("finished"),
    ):
        window.show_page("compare")
        page.draw(offered)
        page.start.click()
        assert page.question.isVisible()
        change()
        assert not page.question.isVisibleTo(page)
    window.show_page("compare")
    with qtbot.assertNotEmitted(page.start_requested):
        press(window, K.Key_N)


@pytest.mark.parametrize("fits", [True, False])
def test_no_two_buttons_show_the_same_key(window: MainWindow, fits: bool) -> None:
    window.show_page("compare")
    page = window.compare
    page.draw(replace(COMPARE, resume_text=RESUME, resume_fits=fits))
    told = [button.accessibleDescription() for button in (page.resume, page.start)]
    assert told == (["Key ⏎", "Key Ctrl N"] if fits else ["", "Key ⏎"])


def test_every_change_of_the_code_is_told(window: MainWindow, qtbot: QtBot) -> None:
    told: list[str] = []
    window.compare.code_typed.connect(told.append)
    qtbot.keyClicks(window.compare.code.edit, "P7")
    window.compare.code.clear()
    assert told == ["P", "P7", ""]


def test_a_session_starts_under_the_code_that_was_typed(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    qtbot.keyClicks(window.compare.code.edit, "P 07")
    with qtbot.waitSignal(window.compare.start_requested) as caught:
        qtbot.keyClick(window.compare.code.edit, K.Key_Return)
    assert caught.args == ["P 07"]


def test_choosing_a_microphone_before_the_session(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    actions = window.compare.device.menu.actions()
    with qtbot.waitSignal(window.compare.device_chosen) as caught:
        actions[1].trigger()
    assert caught.args == [DEVICES[1].key]
    with qtbot.waitSignal(window.compare.rescan_requested):
        actions[-1].trigger()
    window.compare.draw(replace(COMPARE, device_key=DEVICES[1].key))
    assert DEVICES[1].hint in words(window)


def test_the_meter_is_dark_when_nothing_listens(window: MainWindow) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    window.compare.show_meter(Meter(-14.0))
    assert window.compare.meter.lit == lit_segments(-14.0)
    window.compare.draw(replace(COMPARE, meter_open=False))
    window.compare.show_meter(Meter(-14.0))
    assert window.compare.meter.lit == 0


def test_levels_in_segments_and_words() -> None:
    assert [lit_segments(level) for level in (-inf, -90, -47.9, -14, -0.1, 0, nan)] == [
        0, 0, 1, 8, 11, 12, 0,
    ]  # fmt: skip
    assert max(lit_segments(level / 10) for level in range(-600, 100)) == SEGMENTS
    assert [level_text(level) for level in (-inf, -14.2, -0.2, 0.0, -300)] == [
        "silent", "−14 dB", "0 dB", "0 dB", "−99 dB",
    ]  # fmt: skip
