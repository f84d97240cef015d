"""Before the reveal nothing at the station says which systems these are.

Ids, labels, models and error sentences of both systems hold a canary; in every phase of a battle
every place is searched in which somebody could read: widgets, what a screen reader is told, titles,
lists, the clipboard, file names, process titles and arguments, and what the program says on its
terminal.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.catalogue.catalogue import Entry
from engines.api import Part, System
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from tests.helpers.visible_words import (
    names_of_files,
    words_of_processes,
    words_of_program,
)
from ui.state import Phase

CANARY = "canary"
NAMES = ("canary-one", "canary-two")


def planted(name: str, **script: Any) -> Entry:
    """A system whose every word of its own is a canary; what it answers is not."""
    heard = {"heard": ["what i said"], "hypothesis": f"{CANARY}-hypothesis"}
    return Entry(
        system=System(
            id=name,
            version=f"{CANARY}-version",
            responder=Part("echo", script),
            recogniser=Part("echo", heard),
            hypothesis=f"{CANARY}-hypothesis",
            system_prompt=f"You are {CANARY}, made by {CANARY} labs.",
        ),
        label=f"Canary {name}",
        kind=f"{CANARY} kind",
        baseline=True,
        licence=f"{CANARY} licence",
    )


@dataclass(frozen=True)
class Watch:
    """Looks everywhere, and remembers in which phases it looked."""

    stage: Rehearsal
    temporary: Path
    terminal: pytest.CaptureFixture[str]
    looked: set[Phase]
    others: list[QWidget]
    """Of tests before this one, which Qt has not put away yet."""

    def look(self) -> list[str]:
        words = words_of_program(self.stage.window, self.others)
        words += words_of_processes(os.getpid())
        words += names_of_files(self.stage.home.folder, self.temporary)
        words += [*self.terminal.readouterr()]
        return [word for word in words if CANARY in word.lower()]

    def every_phase(self) -> None:
        """From now on at each state that the page draws."""

        def drawn(state: Any) -> None:
            QApplication.processEvents()
            self.looked.add(state.phase)
            assert self.look() == []

        self.stage.program.arena_drawn.connect(drawn)


@pytest.fixture
def watch(rehearse, tmp_path: Path, capfd, monkeypatch: pytest.MonkeyPatch) -> Any:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))

    def begin(scripts: dict[str, dict[str, Any]], **options: Any) -> Watch:
        others = QApplication.topLevelWidgets()
        catalogue = {name: planted(name, **script) for name, script in scripts.items()}
        stage = rehearse(scripts, catalogue=catalogue, **options)
        return Watch(stage, temporary, capfd, set(), others)

    return begin


def one_battle(stage: Rehearsal) -> None:
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)


def test_no_name_is_anywhere_from_the_first_word_to_the_reason(watch) -> None:
    watching = watch({NAMES[0]: {"answers": ["The first."], "delay_ms": 200}, NAMES[1]: {}})
    stage = watching.stage
    watching.every_phase()
    one_battle(stage)
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_T)
    stage.until(Phase.REASON_EDITING)
    assert watching.looked >= {
        Phase.OPENING,
        Phase.READY,
        Phase.CHECKING,
        Phase.THINKING,
        Phase.REVEALING,
        Phase.VOTING,
        Phase.VOTED,
        Phase.REASON_EDITING,
    }


@pytest.mark.local
def test_no_name_is_anywhere_in_any_phase_that_somebody_can_come_to(watch) -> None:
    named = f'reason_recogniser = "{NAMES[0]}"'
    watching = watch({NAMES[0]: {}, NAMES[1]: {}}, vote=named)
    stage = watching.stage
    watching.every_phase()
    one_battle(stage)
    stage.press(Qt.Key.Key_R)  # these answers are given up
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_U)
    stage.until(Phase.CHANGING)
    stage.press(Qt.Key.Key_4)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_S)
    stage.until_state(lambda s: s.phase is Phase.REASON_RECORDING and not s.reason.opening)
    stage.press(Qt.Key.Key_S)
    stage.until(Phase.REASON_EDITING)
    assert watching.looked == set(Phase) - {Phase.FAILED, Phase.NAMED}


@pytest.mark.local
@pytest.mark.parametrize("history", ["separate", "common"])
def test_no_name_is_anywhere_in_a_later_turn(watch, history: str) -> None:
    tables = f'[turns]\nmost = 3\nhistory = "{history}"\n'
    watching = watch({NAMES[0]: {}, NAMES[1]: {}}, tables=tables)
    stage = watching.stage
    watching.every_phase()
    one_battle(stage)
    if history == "common":
        stage.press(Qt.Key.Key_A)
        stage.until(Phase.READY)
        stage.press(Qt.Key.Key_B)  # and back
        stage.until(Phase.VOTING)
        stage.press(Qt.Key.Key_B)
        stage.until(Phase.READY)
        stage.press(Qt.Key.Key_Space)
    else:
        stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    watching.looked.clear()
    stage.press(Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    assert stage.state.conversation.turn == 2
    assert {Phase.THINKING, Phase.REVEALING, Phase.VOTING, Phase.VOTED} <= watching.looked


@pytest.mark.local
def test_no_name_is_anywhere_where_an_earlier_battle_is_shown_again(watch) -> None:
    tables = "[design]\nswapped_repeats = 1\nrepeat_after = 1\n"
    watching = watch({NAMES[0]: {}, NAMES[1]: {}}, battles=2, tables=tables)
    stage = watching.stage
    watching.every_phase()
    one_battle(stage)
    for last in (False, True):
        stage.vote(Qt.Key.Key_1)
        stage.next()
        stage.until(Phase.READY)
        if not last:
            stage.speak()
    assert stage.state.asked_before
    watching.looked.clear()
    stage.press(Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    assert {Phase.REVEALING, Phase.VOTING, Phase.VOTED} <= watching.looked


@pytest.mark.parametrize(
    "script",
    [{"fail": "refused"}, {"fault": "crash"}],
    ids=["an error", "a crash"],
)
def test_no_name_is_in_what_is_said_of_a_failure(watch, script: dict[str, Any]) -> None:
    watching = watch({NAMES[0]: script, NAMES[1]: {}})
    watching.every_phase()
    watching.stage.start()
    watching.stage.speak()
    watching.stage.until(Phase.FAILED)
    assert Phase.FAILED in watching.looked


def test_the_search_finds_names_where_there_are_some(watch) -> None:
    watching = watch({NAMES[0]: {}, NAMES[1]: {}})
    stage = watching.stage
    one_battle(stage)
    assert watching.look() == []
    stage.window.arena.judge.cards.a.setToolTip("canary-one")
    (stage.home.takes / "canary-two.wav").touch()
    os.write(1, b"canary-one answered\n")
    process = ["sh", "-c", "read _", "canary-two answers", str(watching.temporary)]
    with subprocess.Popen(process, stdin=subprocess.PIPE):  # beside a path of this test's
        found = watching.look()
    assert any("canary-two answers" in word for word in found)
    assert "canary-one" in found
    assert any("canary-two.wav" in word for word in found)
    assert any("answered" in word for word in found)
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    assert any("Canary canary-one" in word for word in watching.look())
