"""Microphones that are pulled, muted or not there, and what the person in front of them sees."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from tests.helpers.person import seated
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import TWO, battles, says
from ui.state import Phase

pytestmark = pytest.mark.serial

CTRL = Qt.KeyboardModifier.ControlModifier


def test_pulled_with_another_one_there_the_take_is_kept_and_flagged(
    listen, pulse: PulseServer, question: Path
):
    person = listen(TWO)
    stage = seated(person)
    person.start_talking()
    person.say(question)
    pulse.unload_source("mic1")
    person.stop_talking()
    stage.until(Phase.VOTING)
    assert says("switched to another microphone")(stage.state)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    (take,) = battle.takes
    assert take.accepted
    assert "device_changed" in take.verdicts
    # Some of the speech can be lost in the move, the more the busier the machine is.
    assert set(take.verdicts) <= {"device_changed", "samples_lost"}
    assert take.device_start != take.device_end


def test_pulled_without_another_one_what_was_said_is_answered_and_the_next_waits_for_a_plug(
    listen_lonely, lonely: PulseServer, question: Path
):
    person = listen_lonely(TWO, battles=2)
    stage = seated(person)
    person.start_talking()
    person.say(question)
    lonely.unload_source("mic1")
    stage.until(Phase.VOTING)
    assert says("Recording broke off after")(stage.state)
    person.stop_talking()
    stage.vote(Qt.Key.Key_1)
    person.press(Qt.Key.Key_Return)
    stage.until_state(says("", "Try again"), "the offer to try again")
    assert stage.state.phase is Phase.OPENING
    person.press(Qt.Key.Key_Return)
    stage.until_state(lambda state: state.problem is None)
    stage.until_state(says("", "Try again"), "the same offer")
    lonely.add_source("mic1", room="speech")
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    assert stage.state.problem is None
    person.ask(question)
    stage.vote(Qt.Key.Key_4)
    first, second = battles(stage)
    assert [take.verdicts for take in first.takes] == [["ended_early"]]
    assert first.takes[0].facts["ended_by"] == "device_lost"
    assert [take.verdicts for take in second.takes] == [[]]


def test_pulled_before_a_word_was_said_the_take_is_refused_and_the_battle_goes_on(
    listen_lonely, lonely: PulseServer, question: Path
):
    person = listen_lonely(TWO)
    stage = seated(person)
    person.start_talking()
    lonely.unload_source("mic1")
    stage.until_state(says("", "Try again"), "the offer to try again")
    person.stop_talking()
    lonely.add_source("mic1", room="speech")
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert [take.accepted for take in battle.takes] == [False, True]


def test_lost_before_a_take_another_one_can_be_chosen(listen, pulse: PulseServer, question: Path):
    person = listen(TWO)
    stage = seated(person)
    change = stage.window.arena.record.change
    pulse.suspend("mic1")
    stage.until_state(says("delivers no sound any more", "Try again"), "the loss")
    person.choose(change, "mic2")
    stage.until(Phase.READY)
    assert stage.state.problem is None
    pulse.add_source("mic3")
    person.choose(change, "Look again")
    stage.until_state(lambda state: "mic3" in {device.label for device in state.devices})
    stage.until(Phase.READY)
    person.choose(change, "mic3")
    stage.until_state(lambda state: state.device_label == "mic3")
    stage.until(Phase.READY)
    person.ask(question, room="mic3_room")
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert battle.takes[0].device_start.startswith("mic3, ALSA → mic3")


def test_lost_on_the_first_page_it_says_so_and_looks_again(listen, pulse: PulseServer):
    person = listen(TWO)
    program, compare = person.stage.program, person.stage.window.compare
    person.listening()
    pulse.suspend("mic1")
    person.wait(lambda: program.compare_state.problem is not None)
    assert "delivers no sound any more" in program.compare_state.problem.title
    assert not program.compare_state.meter_open
    pulse.suspend("mic1", suspended=False)
    person.click(compare.banner.action)
    person.listening()
    assert program.compare_state.problem is None


def test_a_muted_microphone_is_told_while_speaking_and_no_system_hears_it(
    listen, pulse: PulseServer, question: Path
):
    person = listen(TWO)
    stage = seated(person)
    pulse.mute()
    person.start_talking()
    stage.until_state(says("muted or not allowed"), "the sentence about silence")
    assert stage.state.phase is Phase.RECORDING
    person.say(question)
    person.stop_talking()
    stage.until(Phase.READY)
    assert says("muted or not allowed")(stage.state)
    (battle,) = battles(stage)
    assert [(take.accepted, take.verdicts) for take in battle.takes] == [(False, ["muted"])]
    assert battle.turns == ()
    assert person.copies() == set()
    pulse.mute(False)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    assert stage.state.problem is None


def test_a_reason_into_a_dead_microphone_can_be_given_all_the_same(
    listen, pulse: PulseServer, question: Path, reason: Path
):
    person = listen(TWO)
    stage = seated(person)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    kept = person.recordings()
    pulse.mute()
    person.press(Qt.Key.Key_S)
    person.until_reason_is_recorded()
    stage.until_state(says("muted or not allowed"), "the sentence about silence")
    assert stage.state.phase is Phase.REASON_RECORDING
    person.say(reason)
    person.press(Qt.Key.Key_S)
    stage.until(Phase.VOTED)
    assert says("muted or not allowed")(stage.state)
    assert says("You can also type it")(stage.state)
    footer = stage.window.arena.footer
    assert footer.speak.isVisible()
    assert footer.type.isVisible()
    assert person.recordings() == kept
    person.click(footer.type)
    stage.until(Phase.REASON_EDITING)
    assert stage.state.problem is None
    person.press(Qt.Key.Key_Escape)
    pulse.mute(False)
    person.press(Qt.Key.Key_S)
    person.until_reason_is_recorded()
    person.say(reason)
    pulse.suspend()
    stage.until(Phase.REASON_EDITING)
    assert says("delivers no sound any more")(stage.state)
    person.press(Qt.Key.Key_Return, CTRL)
    stage.until(Phase.VOTED)
    assert stage.state.problem is None
    (battle,) = battles(stage)
    assert [why.text for why in battle.justifications] == ["what i said"]
    assert battle.takes[1].verdicts == ["ended_early"]
