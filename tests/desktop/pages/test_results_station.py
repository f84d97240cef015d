"""The Results page of a station with votes: what it shows when, and what becomes of an export."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit

from engines.limits import PROBE_LIMIT_S
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal
from tests.helpers.widgets import words
from ui.state import Phase
from ui.widgets.scroll import PageScroll


def until(stage: Rehearsal, condition: Callable[[], object]) -> None:
    stage.qtbot.waitUntil(lambda: bool(condition()), timeout=PATIENCE_MS)


def open_results(stage: Rehearsal) -> None:
    QTest.mouseClick(stage.window.rail.items["results"], Qt.MouseButton.LeftButton)
    until(stage, lambda: stage.window.current_page == "results")


def with_a_board(stage: Rehearsal) -> Rehearsal:
    """One vote, and the page that counts it."""
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    until(stage, lambda: stage.window.current_page == "finished")
    stage.press(Qt.Key.Key_R)
    until(stage, stage.window.results.board.isVisible)
    return stage


def broken_off(rehearse: Callable[..., Rehearsal]) -> Rehearsal:
    """The window after a crash in the middle of a session."""
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.close()
    return rehearse(TWO, battles=2)


def save_as(stage: Rehearsal, key: Qt.Key, path: Path) -> None:
    """Press the key and name the file in the dialogue."""
    export_into(stage, path, key)


def export_into(stage: Rehearsal, folder: Path, key: Qt.Key = Qt.Key.Key_E) -> None:
    """Press E and name the folder in the dialogue."""

    def answer() -> None:
        dialogue = QApplication.activeModalWidget()
        if not isinstance(dialogue, QFileDialog):
            QTimer.singleShot(5, answer)  # it is not open yet, and whoever opened it waits for it
            return
        dialogue.findChild(QLineEdit, "fileNameEdit").setText(str(folder))
        dialogue.accept()

    QTimer.singleShot(0, answer)
    stage.press(key)


def test_an_export_says_where_it_lies_and_leaves_the_board_alone(rehearse, tmp_path: Path):
    stage = with_a_board(rehearse(TWO))
    page, folder = stage.window.results, tmp_path / "out"
    folder.mkdir()
    headline = page.header.line.text()
    export_into(stage, folder)
    assert not page.export.isEnabled()
    assert page.export_line.text() == f"Exporting to {folder} …"
    until(stage, lambda: page.export_line.text() == f"Exported to {folder}.")
    assert (folder / "battles.jsonl").is_file()
    assert page.export.isEnabled()
    assert page.header.line.text() == headline
    stage.press(Qt.Key.Key_R)
    assert not page.board.isVisible()
    until(stage, page.board.isVisible)
    assert page.export_line.text() == f"Exported to {folder}."


def test_an_export_that_failed_is_what_is_tried_again(rehearse, tmp_path: Path):
    stage = with_a_board(rehearse(TWO))
    page, folder = stage.window.results, tmp_path / "out"
    folder.mkdir()
    (folder / "minutes.txt").write_text("of the last meeting")
    export_into(stage, folder)
    until(stage, page.export_banner.isVisible)
    assert page.board.isVisible()
    (folder / "minutes.txt").unlink()
    stage.press(Qt.Key.Key_Return)
    until(stage, lambda: page.export_line.text() == f"Exported to {folder}.")
    assert (folder / "battles.jsonl").is_file()
    assert not page.export_banner.isVisible()


def test_charts_and_report_are_of_what_is_shown_and_saved_where_it_was_asked(
    rehearse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whether or not charts can be drawn here: without them the tables stand."""
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    stage = with_a_board(rehearse(TWO))
    page = stage.window.results
    until(stage, page.charts.isVisible)
    page.findChild(PageScroll).bring_into_view(page.charts)
    until(stage, page.charts.table.isVisible)
    assert "matplotlib is not installed" in words(stage.window)
    save_as(stage, Qt.Key.Key_S, tmp_path / "board.csv")
    until(stage, lambda: page.charts.line.text() == f"Saved to {tmp_path / 'board.csv'}.")
    assert "Label of " in (tmp_path / "board.csv").read_text("utf-8")
    save_as(stage, Qt.Key.Key_P, tmp_path / "report.html")
    saved = f"Saved the report to {tmp_path / 'report.html'}."
    until(stage, lambda: page.export_line.text() == saved)
    assert "Label of " in (tmp_path / "report.html").read_text("utf-8")


def test_a_report_that_failed_is_what_is_tried_again(
    rehearse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    stage = with_a_board(rehearse(TWO))
    page, there = stage.window.results, tmp_path / "there"
    stage.program.results.save_report(there / "report.html")
    until(stage, page.export_banner.isVisible)
    there.mkdir()
    stage.press(Qt.Key.Key_Return)
    until(stage, (there / "report.html").is_file)
    until(stage, lambda: not page.export_banner.isVisible())


@pytest.mark.local
def test_a_chart_is_drawn_when_it_is_looked_at(rehearse):
    stage = with_a_board(rehearse(TWO))
    page = stage.window.results
    page.findChild(PageScroll).bring_into_view(page.charts)
    until(stage, page.charts.view.isVisible)
    stage.press(Qt.Key.Key_2)
    assert not page.charts.view.isVisible()
    until(stage, page.charts.view.isVisible)
    stage.press(Qt.Key.Key_R)
    assert not page.charts.isVisible()
    until(stage, page.charts.isVisible)


def test_while_a_session_can_be_continued_nobody_is_told_who_leads(rehearse):
    stage = broken_off(rehearse)
    open_results(stage)
    page = stage.window.results
    for _ in range(2):
        assert "A session is broken off" in words(stage.window)
        assert not page.board.isVisible()
        assert not page.export.isVisible()
        stage.press(Qt.Key.Key_R)
        page.refresh_requested.emit()  # whatever asks for it


def test_the_results_come_back_with_the_end_of_the_session(rehearse):
    stage = broken_off(rehearse)
    open_results(stage)
    QTest.mouseClick(stage.window.rail.items["compare"], Qt.MouseButton.LeftButton)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    until(stage, lambda: stage.window.current_page == "finished")
    stage.press(Qt.Key.Key_R)
    until(stage, stage.window.results.board.isVisible)
    assert "2 votes" in words(stage.window)


def test_a_label_stands_where_a_system_is_meant_and_nowhere_else(rehearse):
    stage = with_a_board(rehearse({"a": {}, "the": {}}))
    assert "For one participant: not enough votes to compare the systems with each other." in words(
        stage.window
    )
    assert "Label of a" in words(stage.window)


@pytest.mark.serial
def test_the_window_closes_while_a_system_hangs_in_its_check(rehearse):
    stage = rehearse({"good": {}, "hung": {"fault": "hang", "fault_in": "probe"}})
    QTest.mouseClick(stage.window.rail.items["systems"], Qt.MouseButton.LeftButton)
    until(stage, lambda: "Checking" in words(stage.window))
    began_s = monotonic()
    stage.close()
    assert monotonic() - began_s < PROBE_LIMIT_S / 2


def test_what_gives_systems_away_is_measured_when_it_is_asked_for(rehearse) -> None:
    stage = with_a_board(rehearse(TWO))
    leaks = stage.window.results.leaks
    assert not leaks.table.isVisible()
    stage.press(Qt.Key.Key_M)
    assert not leaks.measure.isEnabled()
    until(stage, leaks.table.isVisible)
    told = leaks.table.model().data(leaks.table.model().index(0, 0))
    assert "Side, from the moment each answer appeared" in told
    assert "It takes 30 turns whose answers were shown; there are 1." in told
    assert "1 turn, 1 participant." in words(stage.window)
    stage.press(Qt.Key.Key_R)  # other votes may be counted now
    assert not leaks.table.isVisible()
