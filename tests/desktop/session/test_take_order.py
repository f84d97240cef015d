"""The systems work while the disk does; nothing is named or shown before the disk is done."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.audio.wav_file import WavFile
from engines.api import FinishReason
from engines.pool import Asked, Pool
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal, battles
from tests.helpers.traced_calls import traced
from ui.state import Phase

ANSWERS = {"answers": ["Of the first take.", "Of the second take."]}
TWO = {"one": ANSWERS, "two": ANSWERS | {"chunk": 3}}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Asked]:
    """Every question that is put to a system from now on."""
    questions: list[Asked] = []
    ask = Pool.ask

    def seen(*given: object, **named: object) -> Asked:
        questions.append(ask(*given, **named))
        return questions[-1]

    monkeypatch.setattr(Pool, "ask", seen)
    return questions


def when_a_recording_is_synced(monkeypatch: pytest.MonkeyPatch, do: Callable[[], None]) -> None:
    """`do` happens first, whenever a recording is to reach the disk."""
    fsync = os.fsync

    def with_that(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().suffix == ".part":
            do()
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", with_that)


def answered(stage: Rehearsal, asked: list[Asked]) -> None:
    def both() -> bool:
        return len(asked) == 2 and all(one.future.done() for one in asked)

    stage.qtbot.waitUntil(both, timeout=PATIENCE_MS)


def test_systems_are_asked_while_the_disk_works_and_no_row_is_early(rehearse, asked, monkeypatch):
    disk_done = threading.Event()
    when_a_recording_is_synced(monkeypatch, lambda: disk_done.wait(PATIENCE_MS / 1000))
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    answered(stage, asked)
    (early,) = battles(stage)
    assert (early.takes, early.turns) == ((), ())
    assert stage.state.phase is Phase.CHECKING
    assert not stage.state.card_a.text
    disk_done.set()
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert stage.home.takes.joinpath(battle.takes[0].file).is_file()
    assert {battle.turns[0].a.text, battle.turns[0].b.text} == {"Of the first take."}


def trace_writes(monkeypatch: pytest.MonkeyPatch, calls: list[tuple[str, str]]) -> None:
    append = WavFile.append

    def traced_append(self: WavFile, samples: bytes) -> None:
        append(self, samples)
        calls.append(("write", str(self.path)))

    monkeypatch.setattr(WavFile, "append", traced_append)


def trace_rows(stage: Rehearsal, calls: list[tuple[str, str]]) -> None:
    """When the commit of a recording's row begins."""
    naming: list[str] = []

    def statement(sql: str) -> None:
        if sql.startswith("INSERT INTO take ("):
            naming.append(sql)
        elif sql == "COMMIT" and naming:
            calls.append(("commit", str(stage.home.takes / "its row")))
            naming.clear()

    stage.program._store._connection.set_trace_callback(statement)


def test_bytes_and_name_are_on_the_disk_before_a_row_names_them(rehearse, monkeypatch):
    calls = traced(monkeypatch)
    trace_writes(monkeypatch, calls)
    stage = rehearse(TWO)
    trace_rows(stage, calls)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    (battle,) = battles(stage)
    takes = stage.home.takes
    file = str(takes / battle.takes[0].file)
    assert [call for call in calls if call[1].startswith(str(takes))] == [
        ("write", f"{file}.part"),
        ("fsync", f"{file}.part"),
        ("replace", file),
        ("fsync", str(takes)),
        ("commit", str(takes / "its row")),
    ]


@pytest.fixture
def refusing(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """The disk takes no recording until this is emptied."""
    refuses = [True]

    def refuse() -> None:
        if refuses:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    when_a_recording_is_synced(monkeypatch, refuse)
    return refuses


def refused(stage: Rehearsal, asked: list[Asked]) -> None:
    stage.start()
    stage.speak()
    stage.until_state(lambda state: state.problem is not None)
    answered(stage, asked)
    assert stage.state.phase is Phase.CHECKING
    assert not stage.state.card_a.text


def test_trying_again_uses_the_answers_that_are_there(rehearse, asked, refusing):
    stage = rehearse(TWO)
    refused(stage, asked)
    refusing.clear()
    stage.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_4)
    (battle,) = battles(stage)
    assert len(asked) == 2
    assert len(battle.takes) == 1
    assert {battle.turns[0].a.text, battle.turns[0].b.text} == {"Of the first take."}


def test_a_discarded_take_takes_its_answers_along(rehearse, asked, refusing):
    stage = rehearse(TWO)
    refused(stage, asked)
    refusing.clear()
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_4)
    (battle,) = battles(stage)
    assert len(battle.takes) == 1
    assert {battle.turns[0].a.text, battle.turns[0].b.text} == {"Of the second take."}
    assert [path.name for path in stage.home.takes.iterdir() if path.is_file()] == [
        battle.takes[0].file
    ]


def test_a_discarded_take_stops_its_systems(rehearse, asked, refusing):
    slow = {"answers": ["Too late."], "delay_ms": 60_000}
    stage = rehearse({"one": slow, "two": slow | {"chunk": 3}})
    stage.start()
    stage.speak()
    stage.until_state(lambda state: state.problem is not None)
    refusing.clear()
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    answered(stage, asked)
    assert {one.future.result().finish for one in asked} == {FinishReason.CANCELLED}


@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_a_take_that_cannot_be_read_back_is_told_and_spoken_again(rehearse, instead):
    stage = rehearse(TWO)
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    shutil.rmtree(stage.home.takes)
    if instead == "a file":
        stage.home.takes.touch()
    stage.press(Qt.Key.Key_Space)
    stage.until_state(lambda state: state.problem is not None, "a sentence")
    assert stage.state.phase is Phase.OPENING
    assert "could not save this step" in stage.state.problem.title
    assert ".part" not in f"{stage.state.problem}"
    stage.home.takes.unlink(missing_ok=True)
    stage.home.takes.mkdir()
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
