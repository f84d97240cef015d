"""What a screen reader finds and is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractButton, QApplication, QTableView

from tests.helpers.widgets import focusable, press, spoken_name, tab_order
from tests.ui.scenes import SCENES
from tests.ui.states import ARENA, DISK_FULL, JUDGING, RESULTS_OPEN, VOTED
from ui import theme
from ui.pages.arena import ArenaPage
from ui.speak import announcer
from ui.state import Meter, Phase, ReasonState
from ui.widgets.text import Text
from ui.window import MainWindow


@pytest.fixture
def said() -> Iterator[list[str]]:
    heard: list[str] = []
    announcer.said.connect(heard.append)
    yield heard
    announcer.said.disconnect(heard.append)


def test_everything_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    theme.now.reduced_motion = True
    nameless = []
    for name, scene in SCENES.items():
        scene(window)
        QApplication.processEvents()
        buttons = [b for b in window.findChildren(QAbstractButton) if b.isVisible()]
        for widget in (*focusable(window), *buttons):
            if not spoken_name(widget).strip():
                nameless.append(f"{name}: {widget!r}")
    assert not nameless


@pytest.mark.parametrize("name", ["arena_voting", "arena_voted", "arena_recording", "compare"])
def test_the_focus_can_be_seen(window: MainWindow, name: str) -> None:
    """Whatever Tab reaches looks different with the focus than without."""
    theme.now.reduced_motion = True
    SCENES[name](window)
    QApplication.processEvents()
    reached = [w for w in tab_order(window) if not isinstance(w, ArenaPage)]
    assert len(reached) >= 3
    for widget in reached:
        if widget is window.compare:
            continue  # the page itself, where the focus rests before anything is chosen
        framed = widget.parentWidget() if widget.focusPolicy() and _framed(widget) else widget
        assert framed is not None
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        QApplication.processEvents()
        with_focus = framed.grab().toImage()
        widget.clearFocus()
        QApplication.processEvents()
        assert framed.grab().toImage() != with_focus, repr(widget)


def _framed(widget: object) -> bool:
    from ui.widgets.plain_view import PlainView

    return isinstance(widget, PlainView)


def test_a_session_is_announced(window: MainWindow, said: list[str]) -> None:
    window.show_page("arena")
    page = window.arena
    for state in (
        replace(ARENA, phase=Phase.OPENING),
        ARENA,
        replace(ARENA, phase=Phase.RECORDING),
        replace(ARENA, phase=Phase.CHECKING),
        replace(JUDGING, phase=Phase.THINKING),
        replace(JUDGING, phase=Phase.REVEALING),
        JUDGING,
        VOTED,
        replace(VOTED, phase=Phase.REASON_EDITING),
        replace(VOTED, reason=ReasonState("salt", saved=True)),
    ):
        page.draw(state)
        page.draw(state)
    assert said == [
        "Recording",
        "Recording stopped",
        "Both assistants are answering",
        "Both answers are shown. Choose with the keys 1 to 4, or 0",
        "Vote saved",
        "Reason saved",
    ]


def test_a_reason_is_asked_for_only_once_the_microphone_hears(
    window: MainWindow, said: list[str]
) -> None:
    window.show_page("arena")
    page = window.arena
    page.draw(VOTED)
    recording = replace(VOTED, phase=Phase.REASON_RECORDING)
    page.draw(replace(recording, reason=ReasonState(opening=True)))
    shown = [text.text() for text in page.footer.findChildren(Text) if text.isVisible()]
    assert "The microphone is being opened" in shown
    assert said == ["Vote saved"]
    page.draw(recording)
    shown = [text.text() for text in page.footer.findChildren(Text) if text.isVisible()]
    assert "Say why you chose this" in shown
    assert said == ["Vote saved", "Recording your reason"]


def test_a_problem_is_announced_once(window: MainWindow, said: list[str]) -> None:
    window.show_page("arena")
    for _ in range(3):
        window.arena.draw(replace(JUDGING, problem=DISK_FULL))
    assert said[-1] == f"{DISK_FULL.title} {DISK_FULL.detail}"
    assert said.count(said[-1]) == 1


def test_the_level_can_be_heard(window: MainWindow) -> None:
    window.show_page("arena")
    window.arena.draw(ARENA)
    window.arena.show_meter(Meter(-23.4))
    assert spoken_name(window.arena.record.meter) == "Microphone level −23 dB"
    window.arena.show_meter(Meter(float("-inf")))
    assert spoken_name(window.arena.record.meter) == "Microphone level silent"


def test_the_chart_can_be_heard(window: MainWindow) -> None:
    window.show_page("results")
    window.results.draw(RESULTS_OPEN)
    QApplication.processEvents()
    board, matrix = window.results.board, window.results.matrix
    assert _cell(board, 0, 2) == "∞, from +0.20 to ∞"
    assert _cell(board, 1, 2) == "−0.10, from −1.40 to ∞"
    assert _cell(board, 3, 2) == "cannot be compared"
    assert _cell(matrix, 0, 3) == "baseline-skills against newcomer: never met"
    met = _cell(matrix, 0, 2)
    assert met.startswith("baseline-skills against baseline-eliza: takes 83 percent of the points")


def test_an_answer_can_be_read_by_a_screen_reader(window: MainWindow) -> None:
    window.show_page("arena")
    window.arena.draw(JUDGING)
    for card, name in (
        (window.arena.judge.cards.a, "Answer A"),
        (window.arena.judge.cards.b, "Answer B"),
    ):
        assert spoken_name(card.text) == name
        interface = QAccessible.queryAccessibleInterface(card.text)
        assert interface.state().readOnly
        text = interface.textInterface()
        assert text.text(0, text.characterCount()) == card.text.toPlainText()


def test_a_whole_page_by_tab_and_back(window: MainWindow) -> None:
    SCENES["results"](window)
    QApplication.processEvents()
    forward = tab_order(window)
    assert set(focusable(window)) - {window.results} == set(forward) - {window.results}
    press(window, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() in forward


def _cell(table: QTableView, row: int, column: int) -> str:
    index = table.model().index(row, column)
    return str(table.model().data(index, Qt.ItemDataRole.AccessibleTextRole))
