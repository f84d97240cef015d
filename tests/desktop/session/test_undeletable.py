"""Recordings that cannot be deleted: held by another program, or on a disk gone read-only."""

from __future__ import annotations

import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.getting.removing import remove_quietly
from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles
from ui.state import Phase


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> list[Path]:
    """Every recording whose deletion was refused; until this is undone each one is."""
    caplog.set_level(logging.WARNING, "earshot")
    refused: list[Path] = []
    unlink = Path.unlink

    def refuse(self: Path, missing_ok: bool = False) -> None:
        if {".wav", ".part"} & {*self.suffixes} and self.exists():
            refused.append(self)
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))
        unlink(self, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", refuse)
    return refused


def voting(stage: Rehearsal) -> Rehearsal:
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    return stage


def each_is_named(held: list[Path], caplog: pytest.LogCaptureFixture) -> bool:
    said = [record.getMessage() for record in caplog.records]
    return bool(held) and all(any(str(path) in line for line in said) for path in held)


def test_a_file_that_is_not_there_is_no_complaint(tmp_path: Path) -> None:
    remove_quietly(tmp_path / "take.wav")


def test_nothing_stays_in_the_cache_of_the_last_start(rehearse, tmp_path: Path) -> None:
    stage = rehearse(TWO)
    stage.close()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (stage.home.cache / "left.wav").write_bytes(b"RIFF")
    (stage.home.cache / "link").symlink_to(elsewhere)
    (stage.home.cache / "folder").mkdir()
    rehearse(TWO)
    assert [path.name for path in stage.home.cache.iterdir()] == ["heard"]
    assert elsewhere.is_dir()


def test_a_file_is_deleted(tmp_path: Path) -> None:
    (tmp_path / "take.wav").write_bytes(b"RIFF")
    remove_quietly(tmp_path / "take.wav")
    assert not (tmp_path / "take.wav").exists()


def test_a_copy_that_stays_holds_up_nobody_who_goes_on_or_leaves(
    rehearse: Callable[..., Rehearsal], held: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    stage = rehearse(TWO, battles=2)
    seen: list[object] = []
    stage.program.session_finished.connect(seen.append)
    voting(stage).vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.speak()
    stage.until(Phase.VOTING)
    stage.press(Qt.Key.Key_Escape)
    stage.press(Qt.Key.Key_L)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert [battle.state for battle in battles(stage)] == ["voted", "abandoned"]
    assert {path.parent for path in held} == {stage.home.heard}
    assert each_is_named(held, caplog)


def test_a_spoken_reason_that_stays_is_dismissed_all_the_same(
    rehearse: Callable[..., Rehearsal], held: list[Path], caplog: pytest.LogCaptureFixture
) -> None:
    stage = voting(rehearse(TWO))
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_S)
    stage.until_state(
        lambda state: state.phase is Phase.REASON_RECORDING and not state.reason.opening
    )
    stage.press(Qt.Key.Key_S)
    stage.until(Phase.REASON_EDITING)
    stage.program._session.reason.dismiss()
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    kept = stage.home.takes / battle.takes[0].file
    assert [path for path in held if path.parent == stage.home.takes and path != kept]
    assert each_is_named(held, caplog)


def test_a_discarded_recording_that_stays_is_named_in_the_log_and_found_by_the_next_start(
    rehearse: Callable[..., Rehearsal],
    held: list[Path],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = rehearse(TWO)
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    stage.qtbot.waitUntil(lambda: each_is_named(held, caplog), timeout=PATIENCE_MS)
    (part,) = stage.home.takes.glob("*.part")
    stage.close()
    monkeypatch.undo()
    again = rehearse(TWO)
    assert [path.name for path in (again.home.takes / "orphans").iterdir()] == [part.name]


def test_an_answered_recording_that_stays_is_deleted_by_the_next_start(
    rehearse: Callable[..., Rehearsal],
    held: list[Path],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = voting(rehearse(TWO))
    (take,) = stage.home.takes.glob("*.wav")
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert take in held
    assert each_is_named(held, caplog)
    stage.close()
    monkeypatch.undo()
    assert take.exists()
    rehearse(TWO)
    assert not take.exists()
