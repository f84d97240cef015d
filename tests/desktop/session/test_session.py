"""What a participant can do, and what they get to see: keys in, states and rows out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.audio.convert import read_samples, to_pcm16
from desktop.audio.wav_file import WavFile
from local_db.reader import open_reader
from tests.helpers.rehearsal import PATIENCE_MS, TWO, battles, voting
from ui.state import Phase, Vote


@pytest.mark.parametrize(
    ("key", "vote"),
    [
        (Qt.Key.Key_1, Vote.A),
        (Qt.Key.Key_2, Vote.TIE),
        (Qt.Key.Key_3, Vote.BOTH_BAD),
        (Qt.Key.Key_4, Vote.B),
        (Qt.Key.Key_0, Vote.CANNOT_JUDGE),
    ],
)
def test_each_key_is_its_vote(rehearse, key: Qt.Key, vote: Vote):
    stage = voting(rehearse(TWO))
    stage.press(key)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert battle.vote.choice == vote.value
    assert battle.vote.time_to_vote_ms >= 0


def test_a_recording_in_the_place_of_a_microphone_is_not_listened_to(rehearse):
    stage = rehearse(TWO)
    assert not stage.program.compare_state.listens
    assert not stage.window.compare.meter.isVisible()


def test_a_second_key_is_not_a_second_vote(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_4)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]


def test_no_vote_counts_before_both_answers_are_shown(rehearse):
    stage = rehearse({"canary-one": {"delay_ms": 300}, "canary-two": {}})
    stage.start()
    stage.speak()
    stage.until(Phase.THINKING)
    stage.press(Qt.Key.Key_1)
    assert not stage.state.card_a.text
    assert not stage.state.card_b.text
    stage.until(Phase.VOTING)
    assert stage.state.vote is None
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().open == 1


def test_what_was_shown_when_is_kept(rehearse):
    stage = voting(rehearse(TWO, still=False))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    shown = battle.turns[0].shown
    assert shown.wait_ms > 0
    assert 0 <= shown.onset_a_ms <= shown.complete_a_ms
    assert 0 <= shown.onset_b_ms <= shown.complete_b_ms
    assert shown.cadence_per_s >= 240


def test_a_typed_reason_is_kept_with_its_vote(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_T)
    stage.until(Phase.REASON_EDITING)
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "Shorter.")
    QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    stage.until(Phase.VOTED)
    assert stage.state.reason.saved
    (battle,) = battles(stage)
    (why,) = battle.justifications
    assert (why.text, why.vote_id, why.take_id) == ("Shorter.", battle.vote.id, None)


def test_a_saved_reason_can_be_changed_and_both_are_kept(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    for words in ("Shorter.", " And right."):
        stage.press(Qt.Key.Key_T)
        stage.until(Phase.REASON_EDITING)
        editor = QApplication.focusWidget()
        QTest.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClicks(editor, words)
        QTest.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    first, second = battle.justifications
    assert (first.text, second.text) == ("Shorter.", "Shorter. And right.")
    assert second.supersedes == first.id


def test_recording_again_asks_the_same_pair_in_the_same_slots(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_R)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    first, second = battles(stage)
    assert (first.state, first.ended_reason) == ("skipped", "recorded again")
    assert second.state == "voted"
    assert (first.a.system, first.b.system) == (second.a.system, second.b.system)
    assert second.repeats == first.battle_id
    assert first.number == second.number == 1


def test_a_discarded_take_is_deleted_and_its_row_says_so(rehearse):
    stage = voting(rehearse(TWO))
    (before,) = list(stage.home.takes.glob("*.wav"))
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert not before.exists()
    first, _ = battles(stage)
    assert first.state == "skipped"
    assert first.takes[0].discarded


def test_a_running_take_can_be_thrown_away(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.press(Qt.Key.Key_D)
    stage.until(Phase.READY)
    assert stage.state.problem is None
    stage.qtbot.waitUntil(lambda: not list(stage.home.takes.iterdir()), timeout=PATIENCE_MS)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert len(battle.takes) == 1


def test_a_take_that_is_too_short_is_refused_before_any_system_hears_it(rehearse, tmp_path: Path):
    stage = rehearse(TWO)
    samples, rate_hz = read_samples(stage.take)
    short = WavFile(tmp_path / "short.wav", rate_hz)
    short.append(to_pcm16(samples[: rate_hz // 2]))
    short.close()
    whole, stage.take = stage.take, short.path
    stage.start()
    stage.speak()
    stage.until(Phase.READY)
    assert stage.state.problem is not None
    assert "0.5 seconds" in stage.state.problem.title
    (battle,) = battles(stage)
    assert battle.turns == ()
    assert [(take.accepted, take.verdicts[0]) for take in battle.takes] == [(False, "too_short")]
    assert whole.exists()


def test_silence_is_refused_as_a_muted_microphone(rehearse, tmp_path: Path):
    stage = rehearse(TWO)
    silent = WavFile(tmp_path / "silent.wav", 48_000)
    silent.append(to_pcm16(np.zeros(96_000, np.float32)))
    silent.close()
    stage.take = silent.path
    stage.start()
    stage.speak()
    stage.until(Phase.READY)
    assert "muted" in stage.state.problem.title


def test_leaving_abandons_the_battle_and_keeps_the_votes(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.press(Qt.Key.Key_Escape)
    stage.press(Qt.Key.Key_L)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    first, second = battles(stage)
    assert (first.state, second.state, second.ended_reason) == ("voted", "abandoned", "left")


def test_the_question_whether_to_leave_does_not_outlive_its_session(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Escape)
    stage.window.arena.next_requested.emit()
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    stage.press(Qt.Key.Key_Return)  # one press too many does not take the names away
    assert stage.window.current_page == "finished"
    stage.press(Qt.Key.Key_N)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "compare", timeout=PATIENCE_MS)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)


@pytest.mark.parametrize("then", [Qt.Key.Key_Escape, Qt.Key.Key_L])
def test_what_was_said_before_the_question_whether_to_leave_is_kept(rehearse, then: Qt.Key):
    stage = rehearse(TWO)
    stage.start()
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    stage.window.close()
    stage.until(Phase.VOTING)  # its systems have answered it behind the question
    assert stage.window.arena.leave_bar.isVisible()
    stage.press(then)
    if then is Qt.Key.Key_L:
        stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    (battle,) = battles(stage)
    assert battle.state == ("abandoned" if then is Qt.Key.Key_L else "open")
    assert [take.accepted for take in battle.takes] == [True]
    assert (stage.home.takes / battle.takes[0].file).is_file()


def test_no_copy_of_a_voice_stays_behind(rehearse):
    stage = voting(rehearse(TWO, battles=2))
    stage.press(Qt.Key.Key_Escape)
    stage.press(Qt.Key.Key_L)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    assert not list(stage.home.heard.iterdir())
