"""Calibration battles through the real window and workers: what a participant sees and may do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt

from local_db.kept import Battle
from tests.helpers.no_room import no_room_for_a
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal, battles
from ui.state import Phase

DESIGN = """
[design]
practice = 1
same_system = 1
same_text = 1
swapped_repeats = 1
repeat_after = 1
gold = 1
gold_better = "canary-one"
gold_worse = "canary-two"
"""
TWO = {
    "canary-one": {"answers": [f"The first answer, number {n}." for n in range(9)]},
    "canary-two": {"answers": [f"The second answer, number {n}." for n in range(9)]},
}
ONLY_REPEATS = "[design]\nswapped_repeats = 1\nrepeat_after = 1\n"


def ask(stage: Rehearsal) -> None:
    """As the page asks for it: speak, or press once to see what was asked before."""
    stage.until(Phase.READY)
    if stage.state.asked_before:
        stage.press(Qt.Key.Key_Space)
    else:
        stage.speak()
    stage.until(Phase.VOTING)


def vote_and_go_on(stage: Rehearsal) -> None:
    stage.vote(Qt.Key.Key_1)
    stage.press(Qt.Key.Key_Return)


def to_the_repeat(rehearse: Callable[..., Rehearsal]) -> Rehearsal:
    stage = rehearse(TWO, battles=2, tables=ONLY_REPEATS)
    stage.start()
    for _ in range(2):
        ask(stage)
        vote_and_go_on(stage)
    stage.until(Phase.READY)
    assert stage.state.asked_before
    return stage


@pytest.mark.local
def test_a_session_with_every_kind_looks_like_one_of_battles_alone(rehearse):
    stage = rehearse(TWO, battles=2, tables=DESIGN)
    assert stage.program.compare_state.battles == 7
    finished: list[Any] = []
    stage.program.session_finished.connect(finished.append)
    stage.start()
    seen = []
    for number in range(1, 8):
        ask(stage)
        assert (stage.state.number, stage.state.total) == (number, 7)
        seen.append((stage.state.card_a.text, stage.state.card_b.text))
        vote_and_go_on(stage)
    stage.qtbot.waitUntil(lambda: bool(finished), timeout=PATIENCE_MS)
    assert (finished[0].voted, finished[0].total, len(finished[0].rows)) == (7, 7, 7)
    kept = {battle.kind: battle for battle in battles(stage)}
    assert len(battles(stage)) == 7
    assert_one_system_was_asked_twice(kept["same_system"])
    assert_one_answer_stood_twice(kept["same_text"])
    repeat = kept["swapped_repeat"]
    source = next(b for b in battles(stage) if b.battle_id == repeat.repeats)
    assert seen[repeat.number - 1] == seen[source.number - 1][::-1]
    assert repeat.turns[0].take_id == source.turns[0].take_id
    for battle in battles(stage):  # what was shown is what was kept
        (turn,) = battle.turns
        assert (turn.a.text, turn.b.text) == seen[battle.number - 1]


def assert_one_system_was_asked_twice(battle: Battle) -> None:
    assert battle.a == battle.b
    (turn,) = battle.turns
    assert turn.a.seed != turn.b.seed
    assert turn.a.text != turn.b.text  # its worker has another line for every question
    assert turn.a.transcript_id == turn.b.transcript_id


def assert_one_answer_stood_twice(battle: Battle) -> None:
    assert battle.a == battle.b
    (turn,) = battle.turns
    assert (turn.a.seed, turn.a.text) == (turn.b.seed, turn.b.text)
    assert turn.a.timings == turn.b.timings


@pytest.mark.local
def test_what_was_asked_before_needs_no_microphone_and_cannot_be_asked_anew(rehearse):
    stage = to_the_repeat(rehearse)
    assert not stage.program._desk.is_open
    assert stage.state.devices == ()
    takes = set(stage.home.takes.iterdir())
    stage.press(Qt.Key.Key_Space)
    stage.until(Phase.VOTING)
    assert (stage.state.take.can_rerecord, stage.state.take.can_discard) == (False, False)
    assert stage.state.take.peaks
    stage.press(Qt.Key.Key_R)
    stage.press(Qt.Key.Key_D)
    stage.window.arena.rerecord_requested.emit()
    stage.window.arena.discard_requested.emit()
    assert stage.state.phase is Phase.VOTING
    stage.vote(Qt.Key.Key_4)
    assert set(stage.home.takes.iterdir()) == takes
    last = battles(stage)[-1]
    assert (last.kind, last.state, last.vote.choice) == ("swapped_repeat", "voted", "b")


@pytest.mark.local
def test_a_repeat_is_shown_in_a_session_that_broke_off_before_it(rehearse):
    stage = to_the_repeat(rehearse)
    stage.close()
    again = rehearse(TWO, battles=2, tables=ONLY_REPEATS)
    assert "after 2 of 3" in again.program.compare_state.resume_text
    again.press(Qt.Key.Key_Return)
    again.until(Phase.READY)
    assert (again.state.number, again.state.asked_before) == (3, True)
    again.press(Qt.Key.Key_Space)
    again.until(Phase.VOTING)
    drawn_first = {state.take.peaks for state in stage.states if state.take is not None}
    assert again.state.take.peaks in drawn_first - {()}
    again.vote(Qt.Key.Key_1)
    found = battles(again)
    assert [b.state for b in found] == ["voted", "voted", "abandoned", "voted"]
    assert found[-1].repeats == found[-2].repeats
    assert (
        found[-1].turns[0].a.text
        == found[0 if found[0].battle_id == found[-1].repeats else 1].turns[0].b.text
    )


@pytest.mark.local
def test_a_repeat_whose_recording_is_gone_is_shown_without_its_waveform(rehearse):
    stage = to_the_repeat(rehearse)
    stage.close()
    for take in stage.home.takes.glob("*.wav"):
        take.unlink()
    again = rehearse(TWO, battles=2, tables=ONLY_REPEATS)
    again.press(Qt.Key.Key_Return)
    again.until(Phase.READY)
    again.press(Qt.Key.Key_Space)
    again.vote(Qt.Key.Key_1)
    assert again.state.take.peaks == ()


@pytest.mark.local
def test_a_check_that_fails_is_asked_once_more_as_what_it_was(rehearse):
    stage = rehearse(
        {"canary-one": {"fail": "timeout"}, "canary-two": {"fail": "timeout"}},
        battles=1,
        tables="[design]\nsame_text = 1\npractice = 1\n",
    )
    stage.start()
    stage.speak()
    stage.until(Phase.FAILED)
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    first, second = battles(stage)
    assert (first.kind, second.kind) == ("practice", "practice")
    assert second.repeats == first.battle_id
    assert first.number == second.number == 1


@pytest.mark.local
def test_an_adaptive_study_learns_from_its_votes_beside_the_session(rehearse):
    stage = rehearse(TWO, battles=3, tables='[design]\nsampler = "adaptive"\n')
    stage.start()
    for _ in range(2):
        ask(stage)
        vote_and_go_on(stage)
    stage.until(Phase.READY)
    widths = stage.program._widths
    stage.qtbot.waitUntil(lambda: set(widths.now) == set(TWO), timeout=PATIENCE_MS)
    assert {battle.draw.sampler for battle in battles(stage)} == {"adaptive-1"}
    slots = [battle.a.system for battle in battles(stage)]
    assert slots[0] != slots[1]


@pytest.mark.local
def test_a_full_disk_at_an_earlier_question_shows_its_answers_once_there_is_room(rehearse):
    stage = to_the_repeat(rehearse)
    make_room = no_room_for_a("turn", stage.home.database)
    try:
        stage.press(Qt.Key.Key_Space)
        assert stage.state.problem is not None
        assert stage.state.problem.action == "Try again"
        assert stage.state.phase is Phase.READY
        assert not stage.state.card_a.text
        stage.press(Qt.Key.Key_Space)  # whoever presses again has not asked twice
    finally:
        make_room()
    stage.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_1)
    last = battles(stage)[-1]
    assert (last.kind, last.state, len(last.turns)) == ("swapped_repeat", "voted", 1)


@pytest.mark.local
def test_what_was_heard_of_an_earlier_question_comes_with_its_answers(rehearse):
    stage = to_the_repeat(rehearse)
    again = stage.program._session._stage.battle.again
    answers = again.outcomes.values()
    assert {answer.transcription.hypotheses[0].text for answer in answers} == {"what i said"}


@pytest.mark.local
def test_an_earlier_question_shows_what_was_shown_then_and_not_more(rehearse):
    named = {
        "canary-one": {"answers": ["I'm ChatGPT, and this is the first."]},
        "canary-two": {"answers": ["I'm Gemini, and this is the **second**."]},
    }
    show = '[show]\nidentity = "mask"\nmarkdown = "plain"\n'
    stage = rehearse(named, battles=2, tables=ONLY_REPEATS + show)
    stage.start()
    seen = []
    for _ in range(3):
        ask(stage)
        seen.append((stage.state.card_a.text, stage.state.card_b.text))
        vote_and_go_on(stage)
    last = battles(stage)[-1]
    (source,) = (b for b in battles(stage) if b.battle_id == last.repeats)
    assert seen[2] == seen[source.number - 1][::-1]
    assert all(seen[2])
