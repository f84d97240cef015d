"""A disk that is full during a session: nothing said is lost, nothing given up comes back."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.audio import check
from tests.helpers.no_room import fill_disk, no_room_for_a
from tests.helpers.person import seated
from tests.helpers.rehearsal import PATIENCE_MS, TWO, battles, says
from ui.state import Phase

GOOD = {"answers": ["Fine."]}


def test_a_full_disk_at_the_vote_keeps_the_vote_on_the_screen_until_it_fits(rehearse):
    stage = rehearse(TWO)
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
    stage = rehearse(TWO)
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
    stage = rehearse(TWO)
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
    again = rehearse(TWO)
    (battle,) = battles(again)
    assert (battle.state, battle.takes[0].discarded) == (
        "abandoned",
        "discarded by the participant",
    )
    assert list(again.home.takes.iterdir()) == []
    assert again.program._store.recover(again.home.takes).clean


def test_a_draw_that_found_no_room_takes_no_step(rehearse):
    stage = rehearse(TWO, battles=2)
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
    stage = rehearse(TWO)
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


def test_a_vote_that_found_no_room_can_be_another_one_when_there_is(rehearse):
    stage = rehearse(TWO)
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


@pytest.mark.serial  # it waits until the database gives up
def test_a_take_thrown_away_because_it_found_no_room_is_not_answered_after_all(rehearse):
    stage = rehearse(TWO)
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
    stage = rehearse(TWO, battles=2)
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


def test_a_session_that_cannot_be_written_down_does_not_begin(rehearse):
    stage = rehearse(TWO)
    make_room = fill_disk()
    try:
        stage.press(Qt.Key.Key_Return)
        assert stage.window.current_page == "compare"
        assert stage.program.compare_state.problem is not None
    finally:
        make_room()
    stage.start()


def test_a_session_ends_for_another_one_only_if_that_begins(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    offer = again.program.compare_state.resume_text
    make_room = no_room_for_a("session", again.home.database)
    try:
        again.begin_anew()
        assert again.window.current_page == "compare"
        assert again.program.compare_state.problem is not None
    finally:
        make_room()
    assert again.program.compare_state.resume_text == offer
    again.start()
    assert again.state.number == 2, "the earlier one was ended"


def test_what_has_ended_is_no_longer_offered(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    make_room = no_room_for_a("battle", again.home.database)
    try:
        again.begin_anew()
        assert again.window.current_page == "compare"
        assert not again.window.compare.resume.isVisible()
    finally:
        make_room()
    again.start()
    assert again.state.number == 1


@pytest.mark.serial
def test_a_full_disk_ends_the_take_and_the_session_goes_on_once_there_is_room(
    listen, question: Path
):
    person = listen(TWO)
    stage = seated(person)
    person.start_talking()
    person.wait(person.recordings)
    make_room = fill_disk()
    try:
        stage.until_state(lambda state: state.phase is not Phase.RECORDING)
        assert any(map(says("disk is full"), stage.states))
        person.stop_talking()
        stage.until_state(says("", "Try again"), "that the row does not fit")
        person.press(Qt.Key.Key_Return)
        stage.until_state(says("", "Try again"), "the same")
    finally:
        make_room()
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    first, second = battle.takes
    assert (first.accepted, first.facts["ended_by"]) == (False, "disk_full")
    assert (second.accepted, second.verdicts) == (True, [])
    assert person.recordings() == {take.file for take in battle.takes}


@pytest.mark.serial
def test_a_disk_that_is_full_only_for_the_copy_keeps_the_take(
    listen, question: Path, monkeypatch: pytest.MonkeyPatch
):
    convert = check.to_engine_wav

    def on_a_full_disk(*paths: Path) -> None:
        make_room = fill_disk()
        monkeypatch.setattr(check, "to_engine_wav", convert)
        try:
            convert(*paths)
        finally:
            make_room()

    monkeypatch.setattr(check, "to_engine_wav", on_a_full_disk)
    person = listen(TWO)
    stage = seated(person)
    person.ask(question)
    stage.until_state(says("", "Try again"), "the sentence")
    assert stage.state.phase is Phase.CHECKING
    person.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert [take.accepted for take in battle.takes] == [True]
