"""Workers, disks and texts at their worst, seen from the chair in front of the window."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from tests.helpers.rehearsal import PATIENCE_MS, TWO, Rehearsal, battles
from ui.state import Phase

GOOD = {"answers": ["Fine."]}
FAULTS = ["exit", "abort", "garbage", "bad_utf8", "close_stdout", "hang", "flood"]
HOSTILE = {
    "nul, which the protocol's edge makes visible": "a\x00b",
    "html with a local image": '<b>bold</b><img src="file:///etc/hostname">',
    "one word of a megabyte": "x" * 1_000_000,
    "escape sequences": "\x1b[31mred\x1b[0m\x07",
    "right-to-left override": "safe\u202etxt.exe",
    "markdown": "# Title\n![](file:///etc/hostname)",
    "nothing": "",
}


def failed(stage: Rehearsal) -> Rehearsal:
    stage.start()
    stage.speak()
    stage.until(Phase.FAILED)
    return stage


def test_why_a_battle_failed_stands_in_the_log(rehearse, caplog):
    failed(rehearse({"good": GOOD, "bad": {"fail": "out_of_memory"}}))
    (line,) = (said for said in caplog.messages if said.startswith("no answer:"))
    assert line.startswith("no answer: bad (out_of_memory): ")
    assert len(line.splitlines()) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_system_fails_the_battle_without_a_name_and_the_pair_comes_again(rehearse, fault):
    stage = failed(rehearse({"good": GOOD, "canary-bad": {"fault": fault}}, time_limit_s=1.5))
    problem = stage.state.problem
    assert problem is not None
    assert "canary" not in f"{problem}"
    assert stage.state.card_a == stage.state.card_b
    stage.press(Qt.Key.Key_1)  # no vote is possible
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    first, second = battles(stage)
    assert (first.state, first.vote) == ("failed", None)
    assert (first.a.system, first.b.system) == (second.a.system, second.b.system)
    kinds = {answer.error_kind for answer in (first.turns[0].a, first.turns[0].b)}
    assert kinds & {"internal", "timeout"}
    assert stage.home.takes.joinpath(first.takes[0].file).is_file()


def test_three_failures_in_a_row_end_the_session_and_keep_what_there_is(rehearse):
    stage = rehearse({"good": GOOD, "bad": {"fail": "out_of_memory"}}, battles=5)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    for _ in range(3):
        stage.until(Phase.READY)
        stage.speak()
        stage.until(Phase.FAILED)
        stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert "do not answer" in seen[0].problem.title
    assert [battle.state for battle in battles(stage)] == ["failed"] * 3


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_shown_as_text_and_kept_as_it_came(rehearse, name):
    text = HOSTILE[name]
    stage = rehearse({"good": GOOD, "bad": {"answers": [text], "chunk": 0}})
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert text.replace("\x00", "\ufffd") in {battle.turns[0].a.text, battle.turns[0].b.text}


def test_without_room_for_a_backup_the_votes_are_safe_and_the_session_ends(rehearse):
    stage = rehearse(TWO)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    shutil.rmtree(stage.home.backups, ignore_errors=True)
    stage.home.backups.write_text("a file where a folder should be")
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert "no second copy" in seen[0].problem.title
    assert [battle.state for battle in battles(stage)] == ["voted"]


def test_a_bug_is_told_above_every_page_until_it_is_dismissed(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.program.tell_of_bug()
    notice = stage.window.notice
    stage.qtbot.waitUntil(notice.isVisible, timeout=PATIENCE_MS)
    said = " ".join(label.text() for label in notice.findChildren(QLabel))
    assert "inside Earshot" in said
    assert str(stage.home.logs / "earshot.log") in said
    QTest.keyClick(notice.action, Qt.Key.Key_Return)
    assert not notice.isVisible()
    assert stage.window.focusWidget() is stage.window.arena  # the next key is the page's again
    stage.speak()
    stage.until(Phase.VOTING)


def test_whoever_lost_the_database_in_a_session_can_leave_and_close(rehearse):
    stage = rehearse(TWO, battles=2)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.home.database.unlink()
    stage.press(Qt.Key.Key_Return)
    stage.until_state(lambda state: state.problem is not None, "a sentence")
    stage.press(Qt.Key.Key_Escape)
    stage.press(Qt.Key.Key_L)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert "could not save" in seen[0].problem.title
    stage.window.close()
    assert not stage.window.isVisible()


def test_a_missing_recording_is_told_at_the_next_start(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    (take,) = stage.home.takes.glob("*.wav")
    take.unlink()
    again = rehearse(TWO)
    assert "1 recording is missing" in again.program.compare_state.problem.title


def test_the_cache_may_be_deleted_at_any_time(rehearse):
    stage = rehearse(TWO)
    stage.start()
    shutil.rmtree(stage.home.heard.parent)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
