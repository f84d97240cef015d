"""Before the reveal nothing at the station says which systems these are.

Ids, labels, models and error sentences of both systems hold a canary; in every phase of a battle
every place is searched in which somebody could read: widgets, what a screen reader is told, titles,
lists, the clipboard, file names, process titles and arguments, and what the program says on its
terminal.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

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

    def look(self) -> list[str]:
        words = words_of_program(self.stage.window)
        words += words_of_processes(os.getpid())
        # The pytest process itself is told the test's name.
        words += names_of_files(self.stage.home.folder, self.temporary)
        words += [*self.terminal.readouterr()]
        return [word for word in words if CANARY in word.lower() and "pytest" not in word]

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
        catalogue = {name: planted(name, **script) for name, script in scripts.items()}
        stage = rehearse(scripts, catalogue=catalogue, **options)
        return Watch(stage, temporary, capfd, set())

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
    found = watching.look()
    assert "canary-one" in found
    assert any("canary-two.wav" in word for word in found)
    assert any("answered" in word for word in found)
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    assert any("Canary canary-one" in word for word in watching.look())
