"""How a page is brought into a state."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from tests.ui.states import ARENA, BUG, COMPARE, JUDGING, RESUME
from tests.ui.states_systems import CATALOGUE
from ui.getting_state import Sheet
from ui.pages.compare import LONGEST_CODE
from ui.pages.replay import ReplayPage
from ui.results_state import ResultsState
from ui.state import (
    ArenaState,
    CompareState,
    FinishedState,
    GuessState,
    Meter,
    NamesState,
    Phase,
    ReplayState,
    SystemsState,
)
from ui.window import MainWindow

Scene = Callable[[MainWindow], None]


def on_arena(state: ArenaState, meter: Meter | None = None) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("arena")
        window.arena.draw(state)
        if meter is not None:
            window.arena.show_meter(meter)

    return show


def on_named(state: ArenaState, names: NamesState) -> Scene:
    def show(window: MainWindow) -> None:
        window.arena.take_names(names)
        on_arena(state)(window)

    return show


def on_compare(state: CompareState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("compare")
        window.compare.draw(state)
        window.compare.show_meter(Meter(-14.0))

    return show


def on_results(state: ResultsState, *, numbers: bool = False) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("results")
        window.results.draw(state)
        if numbers:
            window.results.form.click()

    return show


def on_replay(state: ReplayState) -> Scene:
    """A window of its own, which has nothing but this page."""

    def show(window: MainWindow) -> None:
        page = ReplayPage(state)
        window.setCentralWidget(page)
        page.show_turn()

    return show


def on_finished(state: FinishedState) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("finished")
        window.finished.draw(state)

    return show


def on_guess(state: GuessState, *chosen: int) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("guess")
        window.guess.draw(state)
        for choices, row in zip((window.guess.a, window.guess.b), chosen, strict=False):
            choices.setCurrentRow(row)
        window.activateWindow()

    return show


def on_systems(state: SystemsState, sheets: Mapping[str, Sheet] = MappingProxyType({})) -> Scene:
    def show(window: MainWindow) -> None:
        window.show_page("systems")
        window.systems.draw(state, sheets)
        window.activateWindow()
        for id_ in sheets:
            view = window.systems.entries[id_].sheet
            QApplication.processEvents()  # where it stands is known only then
            view.setFocus(Qt.FocusReason.OtherFocusReason)

    return show


def one_system(id_: str, sheet: Sheet) -> Scene:
    """The one row of it: the others are in other scenes."""
    rows = tuple(row for row in CATALOGUE.rows if row.id == id_)
    return on_systems(SystemsState(rows=rows), {id_: sheet})


def code_typed(state: CompareState) -> Scene:
    def show(window: MainWindow) -> None:
        on_compare(state)(window)
        window.compare.code.edit.setText("P 07")
        window.activateWindow()
        window.compare.code.setFocus(Qt.FocusReason.TabFocusReason)

    return show


def asked_before_ending(window: MainWindow) -> None:
    code_typed(replace(COMPARE, resume_text=RESUME, resume_fits=False))(window)
    window.compare.start.click()


def code_too_long(window: MainWindow) -> None:
    code_typed(COMPARE)(window)
    window.compare.code.edit.insert("7" * LONGEST_CODE)


def with_bug(scene: Scene) -> Scene:
    def show(window: MainWindow) -> None:
        scene(window)
        window.show_notice(BUG)

    return show


def pressed_early(window: MainWindow) -> None:
    on_arena(replace(ARENA, phase=Phase.OPENING))(window)
    window.arena.space.pressed.emit()


def leaving(window: MainWindow) -> None:
    on_arena(JUDGING)(window)
    window.arena.ask_to_leave()


def with_focus(scene: Scene, find: Callable[[MainWindow], QWidget]) -> Scene:
    def show(window: MainWindow) -> None:
        scene(window)
        window.activateWindow()
        find(window).setFocus(Qt.FocusReason.TabFocusReason)

    return show


def menu_open(window: MainWindow) -> None:
    on_compare(COMPARE)(window)
    window.compare.device.open()
