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
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal, echo_entry
from tests.helpers.visible_words import words_of
from ui.state import Phase, Vote

TWO = {
    "canary-one": {"answers": ["The first answer."]},
    "canary-two": {"answers": ["The second answer."]},
}


def battles(stage: Rehearsal):
    with open_reader(stage.home.database) as reader:
        assert reader.conservation().holds
        assert reader.verify_chain().ok
        return reader.battles()


def voting(stage: Rehearsal) -> Rehearsal:
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    return stage


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
    assert not list(stage.home.takes.iterdir())
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


def test_a_session_that_broke_off_goes_on_where_it_was(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    stage.close()  # as a power cut would: the session is not ended, the battle is open
    again = rehearse(TWO, battles=2)
    assert "after 1 of 2" in again.program.compare_state.resume_text
    seen = []
    again.program.session_finished.connect(seen.append)
    again.press(Qt.Key.Key_Return)
    again.until(Phase.READY)
    assert again.state.number == 2
    again.speak()
    again.vote(Qt.Key.Key_4)
    again.press(Qt.Key.Key_Return)
    again.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert [(row.number, row.vote_text) for row in seen[0].rows] == [
        (1, "A is better"),
        (2, "B is better"),
    ]
    found = battles(again)
    assert [battle.state for battle in found] == ["voted", "abandoned", "voted"]
    assert len({battle.session for battle in found}) == 1
    seeds_and_steps = [(battle.draw.seed, battle.draw.step) for battle in found]
    assert len(set(seeds_and_steps)) == 3


def test_a_session_that_goes_on_draws_the_step_after_its_last_one(rehearse):
    stage = voting(rehearse(TWO, battles=2))
    stage.press(Qt.Key.Key_R)
    stage.until(Phase.READY)
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    again.start()
    assert [battle.draw.step for battle in battles(again)] == [0, 0, 1]


def test_a_new_session_ends_the_one_that_broke_off(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    again = rehearse(TWO, battles=2)
    assert "Starting a new one ends it" in again.program.compare_state.resume_text
    again.press(Qt.Key.Key_N)
    again.until(Phase.READY)
    assert again.state.number == 1
    again.close()
    assert rehearse(TWO, battles=2).program.compare_state.resume_text == ""


def test_a_session_that_has_all_its_votes_is_not_offered_again(rehearse):
    stage = voting(rehearse(TWO))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.close()  # before Next
    assert rehearse(TWO).program.compare_state.resume_text == ""


def test_a_session_of_another_study_file_is_not_offered(rehearse):
    stage = rehearse(TWO, battles=2)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_1)
    stage.close()
    assert rehearse(TWO, battles=3).program.compare_state.resume_text == ""


def test_a_study_that_never_reveals_tells_no_names_at_the_end(rehearse):
    stage = voting(rehearse(TWO, reveal="never"))
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert (seen[0].voted, seen[0].rows) == (1, ())
    assert not stage.window.finished.results.isVisible()  # the board would tell
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]


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


def test_the_names_come_with_the_end_of_the_session(rehearse):
    stage = rehearse(TWO)
    seen = []
    stage.program.session_finished.connect(seen.append)
    stage.start()
    stage.speak()
    stage.vote(Qt.Key.Key_2)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    (row,) = seen[0].rows
    assert {row.name_a, row.name_b} == {"Label of canary-one", "Label of canary-two"}
    assert (row.said, row.vote_text) == ("what i said", "Tie")


def test_what_was_heard_is_what_a_recogniser_stands_by(rehearse):
    """Each system has a recogniser of its own here, and each of them is the left one once."""
    catalogue = {
        "sure": echo_entry("sure", recogniser={"heard": ["what i said"]}),
        "unsure": echo_entry(
            "unsure", recogniser={"heard": ["watt eyes head"], "understood": False}
        ),
    }
    stage = rehearse({name: {} for name in catalogue}, battles=2, catalogue=catalogue)
    seen = []
    stage.program.session_finished.connect(seen.append)
    for _ in range(2):
        stage.press(Qt.Key.Key_Return)
        stage.until(Phase.READY)
        stage.speak()
        stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: bool(seen), timeout=PATIENCE_MS)
    assert {row.name_a for row in seen[0].rows} == {"Label of sure", "Label of unsure"}
    assert [row.said for row in seen[0].rows] == ["what i said"] * 2


def test_no_name_of_a_system_is_anywhere_in_the_window_before_the_end(rehearse):
    stage = rehearse(TWO)
    stage.start()
    stage.speak()
    stage.until(Phase.VOTING)
    found = [text for text in words_of(stage.window) if "canary" in text.lower()]
    assert not found
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    shown = [text for text in words_of(stage.window) if "canary" in text.lower()]
    assert shown, "the walk sees names where there are some"


def test_where_the_study_tells_after_each_vote_it_tells_nothing_sooner(rehearse):
    stage = rehearse(TWO, battles=2, reveal="each_vote")
    voting(stage)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.NAMED)
    (battle,) = battles(stage)
    cards = stage.window.arena.judge.cards
    assert battle.a.label in cards.a.name
    assert battle.b.label in cards.b.name
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert not [text for text in words_of(stage.window) if "canary" in text.lower()]
    stage.speak()
    stage.vote(Qt.Key.Key_2)
    stage.next()
    stage.qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
    assert [text for text in words_of(stage.window) if "canary" in text.lower()]


@pytest.mark.parametrize("key", [Qt.Key.Key_T, Qt.Key.Key_S, Qt.Key.Key_4, Qt.Key.Key_R])
def test_once_the_names_are_told_nothing_can_be_added_to_the_vote(rehearse, key: Qt.Key):
    stage = voting(rehearse(TWO, battles=2, reveal="each_vote"))
    stage.press(Qt.Key.Key_1)
    stage.until(Phase.VOTED)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.NAMED)
    stage.press(key)
    assert stage.state.phase is Phase.NAMED
    (battle,) = battles(stage)
    assert [vote.choice for vote in battle.votes] == ["a"]
    assert not battle.justifications
