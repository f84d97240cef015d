"""The pages outside a battle: what is pressed is asked for, what is told is shown."""

from __future__ import annotations

from dataclasses import replace
from math import inf, nan

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.helpers.widgets import press, shown_below
from tests.ui.states import (
    COMPARE,
    DEVICES,
    DISK_FULL,
    FINISHED,
    NO_MICROPHONE,
    PUT_ASIDE,
    RESULTS,
    RESULTS_OPEN,
    many_results,
)
from ui.pages.compare import LONGEST_CODE
from ui.pages.results_text import matrix_help, number_text, reading_help
from ui.results_state import ExportState, ResultsState
from ui.speak import announcer
from ui.state import FinishedState, Meter
from ui.widgets.interval_chart import Interval, Scale, place, scale_for
from ui.widgets.level_meter import SEGMENTS, level_text, lit_segments
from ui.window import MainWindow

K = Qt.Key
LEFT = Qt.MouseButton.LeftButton


def words(window: MainWindow) -> str:
    """All that can be read in the window."""
    QApplication.processEvents()
    return "\n".join(w.text() for w in shown_below(window) if isinstance(w, QLabel))


# --- compare ------------------------------------------------------------------------------------


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


def test_resuming(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    window.compare.draw(COMPARE)
    with qtbot.assertNotEmitted(window.compare.start_requested):
        press(window, K.Key_N)
    window.compare.draw(replace(COMPARE, resume_text="Stopped after 3 of 10."))
    with (
        qtbot.waitSignal(window.compare.resume_requested),
        qtbot.assertNotEmitted(window.compare.start_requested),
    ):
        press(window, K.Key_Return)
    with qtbot.waitSignal(window.compare.resume_requested):
        qtbot.mouseClick(window.compare.resume, LEFT)
    with qtbot.waitSignal(window.compare.start_requested):
        press(window, K.Key_N)


def test_under_another_code_nothing_is_continued(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    page = window.compare
    page.draw(replace(COMPARE, resume_text="Stopped after 3 of 10.", resume_fits=False))
    with (
        qtbot.waitSignal(page.start_requested),
        qtbot.assertNotEmitted(page.resume_requested),
    ):
        press(window, K.Key_Return)
        qtbot.mouseClick(page.resume, LEFT)


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


# --- finished -----------------------------------------------------------------------------------


def test_after_a_session(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("finished")
    page = window.finished
    page.draw(FINISHED)
    for key, button, signal in (
        (K.Key_N, page.again, page.again_requested),
        (K.Key_R, page.results, page.results_requested),
    ):
        with qtbot.waitSignal(signal):
            press(window, key)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    assert page.table.model().rowCount() == 5
    assert page.table.model().index(3, 4).data() == "\u2068Typhoon 1.5 audio\u2069"


def test_where_nothing_is_revealed_nothing_leads_to_the_results(
    window: MainWindow, qtbot: QtBot
) -> None:
    window.show_page("finished")
    window.finished.draw(replace(FINISHED, rows=(), reveals=False))
    assert not window.finished.results.isVisible()
    with qtbot.assertNotEmitted(window.finished.results_requested):
        press(window, K.Key_R)
    window.finished.draw(FINISHED)
    assert window.finished.results.isVisible()


@pytest.mark.parametrize(
    ("voted", "total", "sentence"),
    [
        (5, 5, "Your 5 votes are saved."),
        (1, 1, "Your vote is saved."),
        (3, 5, "Your 3 votes are saved. 2 of 5 were left out."),
        (0, 5, "No vote was given."),
    ],
)
def test_how_many_votes_are_saved(
    window: MainWindow, voted: int, total: int, sentence: str
) -> None:
    window.show_page("finished")
    window.finished.draw(FinishedState("A study", voted, total))
    assert sentence in words(window)


# --- results ------------------------------------------------------------------------------------


def test_what_can_be_done_with_results(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    page = window.results
    page.draw(RESULTS)
    for key, button, signal in (
        (K.Key_E, page.export, page.export_requested),
        (K.Key_R, page.refresh, page.refresh_requested),
    ):
        with qtbot.waitSignal(signal):
            press(window, key)
        with qtbot.waitSignal(signal):
            qtbot.mouseClick(button, LEFT)
    with qtbot.waitSignal(page.include_simulated_toggled) as caught:
        qtbot.mouseClick(page.simulated, LEFT)
    assert caught.args == [True]
    page.draw(replace(RESULTS, problem=NO_MICROPHONE))
    with qtbot.waitSignal(page.problem_action):
        qtbot.mouseClick(page.banner.action, LEFT)


def test_an_export_has_its_own_line_and_its_own_try_again(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    page = window.results
    page.draw(replace(RESULTS, export=ExportState(working=True, line="Exporting to /x …")))
    assert not page.export.isEnabled()
    assert page.refresh.isEnabled()
    for line in (RESULTS.headline, "Exporting to /x …"):
        assert line in words(window)
    page.draw(ResultsState(working="Counting.", export=ExportState(line="Exported to /x.")))
    assert "Exported to /x." in words(window)
    page.draw(replace(RESULTS, export=ExportState(problem=DISK_FULL)))
    for again in (
        lambda: press(window, K.Key_Return),
        lambda: qtbot.mouseClick(page.export_banner.action, LEFT),
    ):
        with (
            qtbot.waitSignal(page.export_problem_action),
            qtbot.assertNotEmitted(page.problem_action),
        ):
            again()
    page.setFocus()
    page.draw(replace(RESULTS, problem=NO_MICROPHONE, export=ExportState(problem=DISK_FULL)))
    with (
        qtbot.waitSignal(page.problem_action),
        qtbot.assertNotEmitted(page.export_problem_action),
    ):
        press(window, K.Key_Return)


def test_the_drawing_and_the_numbers_say_the_same(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    drawn = [window.results.board.model().index(row, 2).data() for row in range(6)]
    press(window, K.Key_N)
    model = window.results.board.model()
    numbers = [[model.index(row, column).data() for column in (2, 3, 4)] for row in range(6)]
    assert drawn == [f"{score}, from {low} to {high}" for score, low, high in numbers]
    assert window.results.matrix.model().index(0, 1).data() == "44–6–36"
    press(window, K.Key_N)
    assert window.results.matrix.model().index(0, 1).data() == "55"


def test_everything_that_was_said_is_on_the_page(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    read = words(window)
    for sentence in (RESULTS.headline, RESULTS.verdict, RESULTS.exclusions, RESULTS.balance):
        assert sentence in read
    assert "n\u00a0=\u00a0" in read
    assert "95 % interval" in read


def test_results_that_are_not_there(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("results")
    window.results.draw(ResultsState())
    assert "No votes yet" in words(window)
    with qtbot.assertNotEmitted(window.results.export_requested):
        press(window, K.Key_E)
    window.results.draw(ResultsState(working="Counting 7 votes."))
    assert "Counting 7 votes." in words(window)
    window.results.draw(ResultsState(problem=NO_MICROPHONE))
    assert "No votes yet" not in words(window)


def test_forty_systems_fit(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(many_results(40))
    QApplication.processEvents()
    board, matrix = window.results.board, window.results.matrix
    assert board.verticalScrollBar().maximum() == 0
    assert matrix.verticalScrollBar().maximum() == 0
    assert matrix.horizontalScrollBar().maximum() > 0


@pytest.mark.parametrize("width", [800, 1280, 1920])
def test_fewer_systems_after_many(window: MainWindow, width: int) -> None:
    """Headers ask for rows that have gone while a table is being exchanged."""
    window.show_page("results")
    window.resize(width, 720)
    for results in (many_results(40), RESULTS, RESULTS_OPEN, many_results(40), many_results(3)):
        for _ in range(2):
            window.results.draw(results)
            press(window, K.Key_N)
            QApplication.processEvents()
    assert window.results.matrix.model().columnCount() == 3


def test_no_dot_runs_into_an_arrow() -> None:
    chart, scale = QRectF(10, 0, 200, 24), Scale(-1.0, 1.0)
    assert [place(chart, scale, value) for value in (-inf, inf)] == [10, 210]
    lowest, middle, highest = (place(chart, scale, value) for value in (-1.0, 0.0, 1.0))
    arrow_and_dot = 6 + 5
    assert lowest - 10 > arrow_and_dot
    assert 210 - highest > arrow_and_dot
    assert middle == 110


def test_a_scale_shows_every_end_and_zero() -> None:
    scale = scale_for([Interval(1, 0.5, 2), Interval(inf, 0.2, inf), Interval(nan, -inf, inf)])
    assert scale.low < 0 < 2 < scale.high
    assert scale.share(inf) == 1
    assert scale.share(-inf) == 0
    assert 0 < scale.share(0) < scale.share(2) < 1
    nothing = scale_for([])
    assert nothing.low < 0 < nothing.high
    assert Scale(0, 4).share(1) == 0.25


def test_numbers_are_written_with_a_real_minus() -> None:
    written = [number_text(value) for value in (0.5, -0.5, 0.0, -0.001, inf, -inf, nan)]
    assert written == ["+0.50", "−0.50", "0.00", "0.00", "∞", "−∞", "–"]


@pytest.mark.parametrize("numbers", [False, True])
def test_the_page_says_what_becomes_of_both_bad(window: MainWindow, numbers: bool) -> None:
    window.show_page("results")
    window.results.draw(RESULTS)
    if numbers:
        press(window, K.Key_N)
    assert "both bad” " in words(window).casefold()
    cell = window.results.matrix.model().index(0, 1)
    assert "6 tied or both bad" in cell.data(Qt.ItemDataRole.AccessibleTextRole)


def test_an_arrow_or_a_dash_is_explained_only_where_there_is_one() -> None:
    assert "arrow" not in reading_help(RESULTS.rows, drawn=True)
    assert "arrow" in reading_help(RESULTS_OPEN.rows, drawn=True)
    assert "dash" not in matrix_help(RESULTS.cells, drawn=True)
    assert "dash" in matrix_help(RESULTS_OPEN.cells, drawn=True)
    assert "n\u00a0=\u00a032." in matrix_help(RESULTS_OPEN.cells, drawn=True)


# --- window -------------------------------------------------------------------------------------


def test_the_rail_asks_and_waits(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("compare")
    with qtbot.waitSignal(window.page_requested) as caught:
        qtbot.mouseClick(window.rail.items["results"], LEFT)
    assert caught.args == ["results"]
    assert window.current_page == "compare"
    assert window.rail.items["compare"].isChecked()
    window.show_page("results")
    assert window.rail.items["results"].isChecked()
    window.rail.items["systems"].setFocus()
    with qtbot.waitSignal(window.page_requested) as caught:
        press(window, K.Key_Return)
    assert caught.args == ["systems"]


def test_inside_a_session_there_is_no_rail(window: MainWindow) -> None:
    window.show_page("arena")
    assert not window.rail.isVisible()
    window.show_page("finished")
    assert not window.rail.isVisible()
    window.show_page("compare")
    assert window.rail.isVisible()


def test_closing_asks_while_something_could_be_lost(window: MainWindow, qtbot: QtBot) -> None:
    window.show_page("arena")
    window.hold_open = True
    with qtbot.waitSignal(window.close_requested), qtbot.assertNotEmitted(window.closed):
        window.close()
    assert window.isVisible()
    window.hold_open = False
    with qtbot.waitSignal(window.closed):
        window.close()
    assert not window.isVisible()
