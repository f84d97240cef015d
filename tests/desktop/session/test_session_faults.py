"""Workers, disks and texts at their worst, seen from the chair in front of the window."""

from __future__ import annotations

import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.single_instance import Doorbell
from local_db.reader import open_reader
from tests.desktop.session.test_session import battles
from tests.helpers.full_disk import limit_files
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from ui.state import Phase

ROOT = Path(__file__).resolve().parents[3]
GOOD = {"answers": ["Fine."]}
FAULTS = ["exit", "abort", "garbage", "bad_utf8", "close_stdout", "hang", "flood"]
BALLAST_BYTES = 4 << 20
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


def test_a_full_disk_at_the_vote_keeps_the_vote_on_the_screen_until_it_fits(rehearse):
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    make_room = fill_disk()
    try:
        stage.press(Qt.Key.Key_4)
        assert stage.state.phase is Phase.VOTING
        assert stage.state.problem is not None
        assert stage.state.problem.action == "Try again"
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["b"]


def test_a_full_disk_at_the_answers_loses_nothing_either(rehearse):
    stage = rehearse({"good": GOOD, "slow": {"answers": ["Late."], "delay_ms": 400}})
    stage.start()
    stage.speak()
    stage.until(Phase.THINKING)
    make_room = fill_disk()
    try:
        stage.qtbot.waitUntil(lambda: stage.state.problem is not None, timeout=PATIENCE_MS)
        assert stage.state.phase is Phase.THINKING
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert {battle.turns[0].a.text, battle.turns[0].b.text} == {"Fine.", "Late."}


@pytest.mark.parametrize("key", [Qt.Key.Key_R, Qt.Key.Key_D])
@pytest.mark.parametrize("of", ["battle_end", "battle"])
def test_answers_that_were_given_up_stay_so_where_the_next_battle_finds_no_room(rehearse, key, of):
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    make_room = no_room_for_a(of, stage.home.database)
    try:
        stage.press(key)
        assert stage.state.problem is not None
        assert stage.state.problem.action == "Try again"
        for vote in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_0):
            stage.press(vote)
        assert stage.state.phase is Phase.GIVEN_UP
        (battle,) = battles(stage)
        assert (battle.state, battle.takes[0].discarded) == ("open", None)
        file = stage.home.takes / battle.takes[0].file
        assert file.exists() is (key is Qt.Key.Key_R), "a discarded one is deleted all the same"
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert [path.name for path in stage.home.takes.iterdir()] == [file.name][: file.exists()]
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    first, second = battles(stage)
    assert (first.state, second.state, second.repeats) == ("skipped", "voted", first.battle_id)


def test_who_discards_on_a_full_disk_and_leaves_is_obeyed(rehearse):
    stage = rehearse(TWO_GOOD)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    (battle,) = battles(stage)
    recording = stage.home.takes / battle.takes[0].file
    make_room = fill_disk()
    try:
        stage.press(Qt.Key.Key_D)
        stage.press(Qt.Key.Key_Escape)
        stage.press(Qt.Key.Key_L)
        stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
        assert not recording.exists()
        assert [path.stat().st_size for path in stage.home.takes.iterdir()] == [0]
        stage.close()
    finally:
        make_room()
    again = rehearse(TWO_GOOD)
    (battle,) = battles(again)
    assert (battle.state, battle.takes[0].discarded) == (
        "abandoned",
        "discarded by the participant",
    )
    assert list(again.home.takes.iterdir()) == []
    assert again.program._store.recover(again.home.takes).clean


def test_a_draw_that_found_no_room_takes_no_step(rehearse):
    stage = rehearse(TWO_GOOD, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    make_room = no_room_for_a("battle", stage.home.database)
    try:
        for _ in range(4):
            stage.press(Qt.Key.Key_Return)
            assert stage.state.phase is Phase.VOTED
            assert stage.state.problem is not None
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert [battle.draw.step for battle in battles(stage)] == [0, 1]


def test_whoever_gave_up_answers_on_a_full_disk_may_leave(rehearse):
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    make_room = no_room_for_a("battle", stage.home.database)
    try:
        stage.press(Qt.Key.Key_R)
        stage.press(Qt.Key.Key_Escape)
        stage.press(Qt.Key.Key_L)
        assert stage.window.current_page == "finished"
    finally:
        make_room()
    (battle,) = battles(stage)
    assert (battle.state, battle.ended_reason) == ("abandoned", "left")


@pytest.mark.usefixtures("no_sound_at_all")
def test_a_playback_that_fails_takes_no_way_back_away(rehearse):
    stage = rehearse({"good": GOOD, "slow": {"answers": ["Late."], "delay_ms": 400}})
    stage.start()
    stage.speak()
    stage.until(Phase.THINKING)
    make_room = fill_disk()
    try:
        stage.qtbot.waitUntil(lambda: stage.state.problem is not None, timeout=PATIENCE_MS)
        full = stage.state.problem
        stage.press(Qt.Key.Key_P)
        stage.until_state(lambda state: state.take and state.take.playing, "the playback")
        stage.until_state(lambda state: state.take and not state.take.playing, "its end")
        assert stage.state.problem == full
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_1)


def fill_disk():
    """No file may be written beyond its first kilobyte; returns what makes room again."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, before[1]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, before)


TWO_GOOD = {"one": GOOD, "two": {"answers": ["Also fine."]}}


def run_main(stage: Rehearsal, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env={**os.environ, "EARSHOT_HOME": str(stage.home.folder)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_export_works_from_a_second_process_while_a_battle_runs(rehearse, tmp_path: Path):
    stage = rehearse(TWO_GOOD, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    done = run_main(stage, "export", "--to", str(tmp_path / "out"), "--json")
    assert done.returncode == 0, done.stderr
    summary = json.loads(done.stdout)
    assert (summary["battles"], summary["exclusions"]) == (1, {"still_open": 1})
    assert summary["chain"]["ok"]
    stage.speak()
    stage.vote(Qt.Key.Key_4)
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().voted == 2


def test_the_doctor_examines_the_database_while_a_battle_runs(rehearse):
    stage = rehearse(TWO_GOOD)
    stage.start()
    done = run_main(stage, "doctor", "--json")
    findings = {finding["check"]: finding for finding in json.loads(done.stdout)}
    assert findings["database"]["verdict"] == "good", done.stdout
    assert "1 battle started: 0 voted, 1 open." in findings["database"]["sentence"]


def test_a_second_window_brings_the_first_to_the_front_and_goes(rehearse):
    stage = rehearse(TWO_GOOD)
    rings: list[bool] = []
    doorbell = Doorbell(stage.home.folder, lambda: rings.append(True), stage.program)
    child = subprocess.Popen(
        [sys.executable, str(ROOT / "main.py")],
        env={**os.environ, "EARSHOT_HOME": str(stage.home.folder)},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        stage.qtbot.waitUntil(lambda: child.poll() is not None, timeout=3 * PATIENCE_MS)
        assert child.stderr is not None
        assert child.stderr.read() == "Earshot is already open; its window is now in front.\n"
        assert child.returncode == 0
        assert rings == [True]
    finally:
        if child.poll() is None:
            child.kill()
        child.communicate()
        doorbell.close()


def test_a_vote_that_found_no_room_can_be_another_one_when_there_is(rehearse):
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    make_room = fill_disk()
    stage.press(Qt.Key.Key_4)
    make_room()
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    assert stage.state.problem is None
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]


def test_a_take_thrown_away_because_it_found_no_room_is_not_answered_after_all(rehearse):
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    blocker = sqlite3.connect(stage.home.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")  # somebody else holds the file: the row finds no way in
    try:
        stage.press(Qt.Key.Key_Space)
        stage.qtbot.waitUntil(lambda: stage.state.problem is not None, timeout=3 * PATIENCE_MS)
        assert stage.state.phase is Phase.CHECKING
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert not list(stage.home.takes.iterdir())
    assert not list(stage.home.heard.iterdir())
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    (take,) = battle.takes
    assert battle.turns[0].take_id == take.id


def test_whoever_wants_to_leave_may_leave_a_full_disk(rehearse):
    stage = rehearse(TWO_GOOD, battles=2)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    make_room = fill_disk()
    try:
        stage.press(Qt.Key.Key_Escape)
        stage.press(Qt.Key.Key_L)
        stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    finally:
        make_room()
    assert seen[0].voted == 1
    assert "could not save" in seen[0].problem.title


def test_without_room_for_a_backup_the_votes_are_safe_and_the_session_ends(rehearse):
    stage = rehearse(TWO_GOOD)
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


def test_a_session_that_cannot_be_written_down_does_not_begin(rehearse):
    stage = rehearse(TWO_GOOD)
    make_room = fill_disk()
    try:
        stage.press(Qt.Key.Key_Return)
        assert stage.window.current_page == "compare"
        assert stage.program.compare_state.problem is not None
    finally:
        make_room()
    stage.start()


def test_a_session_ends_for_another_one_only_if_that_begins(rehearse):
    stage = rehearse(TWO_GOOD, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO_GOOD, battles=2)
    offer = again.program.compare_state.resume_text
    make_room = no_room_for_a("session", again.home.database)
    try:
        again.press(Qt.Key.Key_N)
        assert again.window.current_page == "compare"
        assert again.program.compare_state.problem is not None
    finally:
        make_room()
    assert again.program.compare_state.resume_text == offer
    again.start()
    assert again.state.number == 2, "the earlier one was ended"


def test_what_has_ended_is_no_longer_offered(rehearse):
    stage = rehearse(TWO_GOOD, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO_GOOD, battles=2)
    make_room = no_room_for_a("battle", again.home.database)
    try:
        again.press(Qt.Key.Key_N)
        assert again.window.current_page == "compare"
        assert not again.window.compare.resume.isVisible()
    finally:
        make_room()
    again.start()
    assert again.state.number == 1


def no_room_for_a(table: str, database: Path) -> Callable[[], None]:
    """A row of `table` needs more room than the disk has, any other has enough; returns what makes
    room again."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(
            f"CREATE TABLE ballast (content BLOB); CREATE TRIGGER heavy AFTER INSERT ON {table} "
            f"BEGIN INSERT INTO ballast VALUES (zeroblob({BALLAST_BYTES})); END"
        )
    lift = limit_files(database, BALLAST_BYTES // 2)

    def make_room() -> None:
        lift()
        with closing(sqlite3.connect(database)) as connection:
            connection.executescript("DROP TRIGGER heavy; DROP TABLE ballast")

    return make_room


def test_a_bug_is_told_above_every_page_until_it_is_dismissed(rehearse):
    stage = rehearse(TWO_GOOD)
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
    stage = rehearse(TWO_GOOD, battles=2)
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
    stage = rehearse(TWO_GOOD)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    (take,) = stage.home.takes.glob("*.wav")
    take.unlink()
    again = rehearse(TWO_GOOD)
    assert "1 recording is missing" in again.program.compare_state.problem.title
