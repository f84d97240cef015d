"""A battle by keyboard and by mouse: do this, then that is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, shown_below
from tests.ui.states import (
    ARENA,
    BATTLE_FAILED,
    DEVICES,
    DISK_FULL,
    JUDGING,
    NAMED,
    NO_MICROPHONE,
    TAKE,
    VOTED,
)
from ui.pages.arena import ArenaPage
from ui.state import ArenaState, Meter, Phase, ReasonState, Vote
from ui.window import MainWindow

RECORDING = replace(ARENA, phase=Phase.RECORDING)
SPEAKING = replace(VOTED, phase=Phase.REASON_RECORDING)
EDITING = replace(VOTED, phase=Phase.REASON_EDITING)
CHANGING = replace(VOTED, phase=Phase.CHANGING)
K = Qt.Key


@pytest.fixture
def page(window: MainWindow) -> ArenaPage:
    window.show_page("arena")
    return window.arena


def draw(page: ArenaPage, state: ArenaState) -> None:
    page.draw(state)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("state", "key", "signal"),
    [
        (RECORDING, K.Key_D, "discard_requested"),
        (RECORDING, K.Key_Escape, "discard_requested"),
        (replace(ARENA, phase=Phase.CHECKING), K.Key_D, "discard_requested"),
        (JUDGING, K.Key_P, "play_toggled"),
        (JUDGING, K.Key_R, "rerecord_requested"),
        (JUDGING, K.Key_D, "discard_requested"),
        (replace(JUDGING, phase=Phase.THINKING), K.Key_R, "rerecord_requested"),
        (VOTED, K.Key_S, "speak_reason"),
        (VOTED, K.Key_T, "type_reason"),
        (VOTED, K.Key_Return, "next_requested"),
        (VOTED, K.Key_Enter, "next_requested"),
        (VOTED, K.Key_U, "change_requested"),
        (replace(ARENA, can_change=True), K.Key_U, "change_requested"),
        (replace(ARENA, phase=Phase.OPENING, can_change=True), K.Key_U, "change_requested"),
        (CHANGING, K.Key_Escape, "change_dismissed"),
        (CHANGING, K.Key_4, "vote_chosen"),
        (CHANGING, K.Key_1, "vote_chosen"),
        (replace(CHANGING, problem=DISK_FULL), K.Key_Return, "problem_action"),
        (NAMED, K.Key_Return, "next_requested"),
        (SPEAKING, K.Key_S, "stop_reason"),
        (SPEAKING, K.Key_Return, "stop_reason"),
        (SPEAKING, K.Key_Escape, "reason_dismissed"),
        (replace(VOTED, phase=Phase.REASON_CHECKING), K.Key_Escape, "reason_dismissed"),
        (EDITING, K.Key_Escape, "reason_dismissed"),
        (replace(JUDGING, problem=DISK_FULL), K.Key_Return, "problem_action"),
        (
            replace(JUDGING, phase=Phase.FAILED, problem=BATTLE_FAILED),
            K.Key_Return,
            "problem_action",
        ),
    ],
)
def test_a_key_asks_for(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, state: ArenaState, key: K, signal: str
) -> None:
    draw(page, state)
    with qtbot.waitSignal(getattr(page, signal)):
        press(window, key)


@pytest.mark.parametrize(
    ("key", "vote"),
    [
        (K.Key_1, Vote.A),
        (K.Key_2, Vote.TIE),
        (K.Key_3, Vote.BOTH_BAD),
        (K.Key_4, Vote.B),
        (K.Key_0, Vote.CANNOT_JUDGE),
    ],
)
def test_a_figure_votes_only_once_both_answers_are_shown(
    window: MainWindow, page: ArenaPage, qtbot: QtBot, key: K, vote: Vote
) -> None:
    draw(page, replace(JUDGING, phase=Phase.REVEALING))
    with qtbot.assertNotEmitted(page.vote_chosen):
        press(window, key)
    draw(page, JUDGING)
    with qtbot.waitSignal(page.vote_chosen) as caught:
        press(window, key)
    assert (caught.args[0].vote, caught.args[0].strength) == (vote, None)
    draw(page, replace(VOTED, vote=vote))
    with qtbot.assertNotEmitted(page.vote_chosen):
        press(window, key)


@pytest.mark.parametrize("phase", [Phase.THINKING, Phase.REVEALING, Phase.VOTED, Phase.FAILED])
def test_a_click_votes_only_while_a_vote_is_legal(
    page: ArenaPage, qtbot: QtBot, phase: Phase
) -> None:
    vote = Vote.A if phase is Phase.VOTED else None
    draw(page, replace(JUDGING, phase=phase, vote=vote))
    with qtbot.assertNotEmitted(page.vote_chosen):
        for button in (*page.judge.votes.buttons.values(), page.footer.cannot_judge):
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
            press(page, K.Key_Space)


CLICKS: list[tuple[ArenaState, Callable[[ArenaPage], QWidget], str]] = [
    (ARENA, lambda p: p.record.control, "record_started"),
    (RECORDING, lambda p: p.record.control, "record_stopped"),
    (RECORDING, lambda p: p.record.discard, "discard_requested"),
    (JUDGING, lambda p: p.judge.strip.play, "play_toggled"),
    (JUDGING, lambda p: p.judge.strip.rerecord, "rerecord_requested"),
    (JUDGING, lambda p: p.judge.strip.discard, "discard_requested"),
    (JUDGING, lambda p: p.footer.cannot_judge, "vote_chosen"),
    (JUDGING, lambda p: p.judge.votes.buttons[Vote.A], "vote_chosen"),
    (VOTED, lambda p: p.footer.speak, "speak_reason"),
    (VOTED, lambda p: p.footer.type, "type_reason"),
    (VOTED, lambda p: p.footer.change, "change_requested"),
    (replace(ARENA, can_change=True), lambda p: p.record.change_last, "change_requested"),
    (CHANGING, lambda p: p.footer.cancel, "change_dismissed"),
    (CHANGING, lambda p: p.footer.cannot_judge, "vote_chosen"),
    (CHANGING, lambda p: p.judge.votes.buttons[Vote.A], "vote_chosen"),
    (CHANGING, lambda p: p.judge.votes.buttons[Vote.B], "vote_chosen"),
    (VOTED, lambda p: p.footer.next, "next_requested"),
    (NAMED, lambda p: p.footer.next, "next_requested"),
    (SPEAKING, lambda p: p.footer.stop, "stop_reason"),
    (SPEAKING, lambda p: p.footer.cancel, "reason_dismissed"),
    (replace(JUDGING, problem=DISK_FULL), lambda p: p.banner.action, "problem_action"),
]


@pytest.mark.parametrize(("state", "find", "signal"), CLICKS)
@pytest.mark.parametrize("by", ["mouse", "return"])
def test_what_can_be_clicked_can_be_pressed(
    window: MainWindow,
    page: ArenaPage,
    qtbot: QtBot,
    state: ArenaState,
    find: Callable[[ArenaPage], QWidget],
    signal: str,
    by: str,
) -> None:
    draw(page, state)
    button = find(page)
    with qtbot.waitSignal(getattr(page, signal)):
        if by == "mouse":
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        else:
            button.setFocus()
            press(window, K.Key_Return)


def test_escape_asks_before_leaving(window: MainWindow, page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, JUDGING)
    with qtbot.assertNotEmitted(page.leave_requested):
        press(window, K.Key_Escape)
    assert page.leave_bar.isVisible()
    with qtbot.assertNotEmitted(page.vote_chosen):
        press(window, K.Key_1)
    press(window, K.Key_Escape)
    assert not page.leave_bar.isVisible()
    press(window, K.Key_Escape)
    with qtbot.waitSignal(page.leave_requested):
        press(window, K.Key_L)
    assert not page.leave_bar.isVisible()


@pytest.mark.parametrize(
    ("state", "what"),
    [
        (ARENA, "Leave"),
        (RECORDING, "Discard"),
        (JUDGING, "Leave"),
        (VOTED, "Leave"),
        (SPEAKING, "Cancel"),
        (replace(VOTED, phase=Phase.REASON_CHECKING), "Cancel"),
        (EDITING, "Cancel"),
        (CHANGING, "Cancel"),
    ],
)
def test_leave_names_escape_only_while_escape_leaves(
    window: MainWindow, page: ArenaPage, state: ArenaState, what: str
) -> None:
    draw(page, state)
    shown = "Esc" in page.header.leave.accessibleDescription()
    picture = page.header.leave.grab().toImage()
    press(window, K.Key_Escape)
    assert page.leave_bar.isVisible() is (what == "Leave")
    assert shown is (what == "Leave")
    page.ask_to_leave()
    assert "Esc" not in page.header.leave.accessibleDescription()
    assert (page.header.leave.grab().toImage() != picture) is shown
    page.stay()
    assert ("Esc" in page.header.leave.accessibleDescription()) is shown
    assert not page.leave_bar.isVisible()


def test_leaving_by_mouse(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, JUDGING)
    qtbot.mouseClick(page.header.leave, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.leave_requested):
        qtbot.mouseClick(page.leave_bar.action, Qt.MouseButton.LeftButton)


def test_typing_a_reason(window: MainWindow, page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, EDITING)
    assert page.footer.editor.edit.hasFocus()
    assert not page.footer.save.isEnabled()
    with qtbot.assertNotEmitted(page.next_requested), qtbot.assertNotEmitted(page.play_toggled):
        qtbot.keyClicks(QApplication.focusWidget(), "1 pound of salt, stop")
        press(window, K.Key_Return)
    with qtbot.waitSignal(page.reason_saved) as caught:
        press(window, K.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert caught.args == ["1 pound of salt, stop"]


def test_a_redrawn_state_keeps_what_was_typed(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, EDITING)
    qtbot.keyClicks(QApplication.focusWidget(), "because")
    draw(page, replace(EDITING, problem=DISK_FULL))
    assert page.footer.editor.text() == "because"


def test_correcting_a_spoken_reason(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, replace(EDITING, reason=ReasonState("it new more", spoken=True)))
    assert page.footer.editor.text() == "it new more"
    qtbot.keyClicks(QApplication.focusWidget(), "!")
    with qtbot.waitSignal(page.reason_saved) as caught:
        qtbot.mouseClick(page.footer.save, Qt.MouseButton.LeftButton)
    assert caught.args == ["it new more!"]


def test_an_empty_reason_is_none(window: MainWindow, page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, EDITING)
    with qtbot.assertNotEmitted(page.reason_saved):
        qtbot.keyClicks(QApplication.focusWidget(), "   ")
        press(window, K.Key_Return, Qt.KeyboardModifier.ControlModifier)


def test_choosing_another_microphone(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, ARENA)
    actions = page.record.change.menu.actions()
    assert actions[0].isChecked()
    with qtbot.waitSignal(page.device_chosen) as caught:
        actions[2].trigger()
    assert caught.args == [DEVICES[2].key]
    with qtbot.waitSignal(page.rescan_requested):
        actions[-1].trigger()


def test_the_meter_moves_clock_ring_and_waveform(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, ARENA)
    page.show_meter(Meter(-20.0))
    assert "−20 dB" in page.record.meter.accessibleName()
    draw(page, replace(RECORDING, max_duration_ms=10_000))
    page.show_meter(Meter(-20.0, 4_200, (0.1, 0.9)))
    assert page.record.clock.text() == "0:04"
    assert page.record.control.share == pytest.approx(0.42)
    qtbot.waitUntil(lambda: page.record.waveform.bars(10)[:2] == [0.1, 0.9])
    draw(page, replace(ARENA, number=5))
    assert page.record.clock.text() == "0:00"
    assert not any(page.record.waveform.bars(10))


def test_playing_moves_and_ends(page: ArenaPage, qtbot: QtBot) -> None:
    draw(page, replace(JUDGING, take=replace(TAKE, duration_ms=60_000, playing=True)))
    qtbot.waitUntil(lambda: (page.judge.strip.waveform.played or 0) > 0)
    assert page.judge.strip.play.accessibleName() == "Stop playing"
    draw(page, JUDGING)
    assert page.judge.strip.waveform.played is None


def test_without_a_microphone_it_says_only_that(page: ArenaPage) -> None:
    def words() -> str:
        return "\n".join(w.text() for w in shown_below(page) if isinstance(w, QLabel))

    opening = replace(ARENA, phase=Phase.OPENING)
    draw(page, opening)
    assert "is being opened" in words()
    draw(page, replace(opening, problem=NO_MICROPHONE))
    assert "is being opened" not in words()
    assert "Nothing can be recorded now." in words()
    assert page.record.control.accessibleName() == "No microphone"


def test_what_may_not_be_recorded_again_has_no_button(
    window: MainWindow, page: ArenaPage, qtbot: QtBot
) -> None:
    draw(page, replace(JUDGING, take=replace(TAKE, can_rerecord=False)))
    assert not page.judge.strip.rerecord.isVisible()
    assert not page.judge.strip.discard.isVisible()
    with (
        qtbot.assertNotEmitted(page.rerecord_requested),
        qtbot.assertNotEmitted(page.discard_requested),
    ):
        press(window, K.Key_R)
        press(window, K.Key_D)


def test_red_only_while_the_microphone_is_open(page: ArenaPage) -> None:
    from ui import theme

    red = theme.now.colours.recording.rgb()
    for state, open_ in [
        (ARENA, False),
        (RECORDING, True),
        (replace(ARENA, phase=Phase.CHECKING), False),
        (JUDGING, False),
        (VOTED, False),
        (SPEAKING, True),
        (replace(JUDGING, problem=DISK_FULL), False),
    ]:
        draw(page, state)
        picture = page.grab().toImage()
        points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        found = any(picture.pixel(x, y) == red for x, y in points)
        assert found is open_, state.phase
