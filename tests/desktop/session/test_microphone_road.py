"""The whole road with a real microphone: spoken in a room, heard, answered, voted on, kept."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from desktop.audio import portaudio
from desktop.audio.convert import read_samples
from desktop.catalogue.catalogue import read_catalogue
from desktop.settings import load_settings
from engines.api import Part
from local_db import kept
from local_db.take_files import sha256_of
from tests.helpers.listening import likeness
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import HEARING, TWO, Rehearsal, battles, echo_entry
from ui.state import Phase, Vote

pytestmark = pytest.mark.serial

BASELINES = {"baseline-skills": {}, "baseline-eliza": {}}
FIRST_VOTE_ACTIONS = 8
FIRST_VOTE_S = 90.0
LOADING_MS = 60_000
"""Two workers load their models on a machine that may be busy."""
SLOW = {"recogniser": {"delay_ms": 500}}
CTRL = Qt.KeyboardModifier.ControlModifier


def test_a_question_is_heard_answered_and_voted_on_and_so_is_the_reason(
    listen, question: Path, reason: Path
):
    person = listen(BASELINES, catalogue=read_catalogue())
    stage = person.stage
    person.listening()
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.ask(question)
    stage.until(Phase.VOTING, LOADING_MS)
    person.click(stage.window.arena.judge.votes.buttons[Vote.A])
    stage.until(Phase.VOTED)

    (battle,) = battles(stage)
    assert battle.vote.choice == "a"
    the_question_is_kept(stage, battle, question)
    the_answers_are_kept(stage, battle)

    person.press(Qt.Key.Key_S)
    person.until_reason_is_recorded()
    person.say(reason)
    person.press(Qt.Key.Key_S)
    stage.until(Phase.REASON_EDITING, LOADING_MS)
    assert stage.state.problem is None
    verbatim = stage.window.arena.footer.editor.text()
    assert "right" in verbatim
    person.write(" Indeed.")
    person.press(Qt.Key.Key_Return, CTRL)
    stage.until(Phase.VOTED)
    assert stage.state.reason.saved

    (battle,) = battles(stage)
    (why,) = battle.justifications
    assert why.vote_id == battle.vote.id
    assert why.verbatim == verbatim
    assert why.text == f"{verbatim} Indeed."
    take = next(take for take in battle.takes if take.purpose == "reason")
    assert take.id == why.take_id
    assert [t.id for t in take.transcripts] == [why.transcript_id]
    assert likeness(stage.home.takes / take.file, reason) > 0.9
    assert person.recordings() == {take.file for take in battle.takes}


@pytest.mark.local
def test_the_named_recogniser_writes_a_reason_down_and_its_vote_is_changed_from_the_next_page(
    listen, question: Path, reason: Path
):
    catalogue = {name: echo_entry(name, **script) for name, script in TWO.items()}
    catalogue["scribe"] = echo_entry("scribe", recogniser={"heard": ["what the scribe herd"]})
    named = 'reason_recogniser = "scribe"'
    person = listen(TWO, catalogue=catalogue, battles=2, vote=named)
    stage = person.stage
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    person.press(Qt.Key.Key_S)
    person.until_reason_is_recorded()
    person.say(reason)
    person.press(Qt.Key.Key_S)
    stage.until(Phase.REASON_EDITING)
    assert stage.state.reason.text == "what the scribe herd"
    for _ in range(2):
        person.press(Qt.Key.Key_Backspace)
    person.write("ard")
    person.press(Qt.Key.Key_Return, CTRL)
    stage.until(Phase.VOTED)
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)

    person.press(Qt.Key.Key_U)
    stage.until(Phase.CHANGING)
    person.wait(lambda: portaudio.live_streams() == 0)
    person.press(Qt.Key.Key_4)
    stage.until(Phase.VOTED)
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    first, second = battles(stage)
    assert [vote.choice for vote in first.votes] == ["a", "b"]
    assert second.vote.choice == "a"
    (why,) = first.justifications
    assert (why.verbatim, why.text) == ("what the scribe herd", "what the scribe heard")
    assert (why.edit_distance, why.in_force) == (1, False)
    take = next(take for take in first.takes if take.purpose == "reason")
    assert [script.id for script in take.transcripts] == [why.transcript_id]


def the_question_is_kept(stage: Rehearsal, battle: kept.Battle, question: Path) -> None:
    (take,) = battle.takes
    file = stage.home.takes / take.file
    samples, rate_hz = read_samples(file)
    assert sha256_of(file) == take.sha256
    assert (len(samples), rate_hz) == (take.frames_got, take.rate_hz)
    assert take.frames_expected == take.frames_got
    assert likeness(file, question) > 0.9
    assert (take.accepted, take.verdicts) == (True, [])
    assert "mic1" in take.device_start
    assert take.device_start == take.device_end
    assert take.speech_share > 0.3
    assert take.facts["held_ms"] >= 1000
    (transcript,) = take.transcripts
    heard = {h["name"]: (h["text"], h["accepted"]) for h in transcript.hypotheses}
    assert heard["skills"] == ("what is the capital of france", True)


def the_answers_are_kept(stage: Rehearsal, battle: kept.Battle) -> None:
    (turn,), (transcript,) = battle.turns, battle.takes[0].transcripts
    answers = {battle.a.system: turn.a, battle.b.system: turn.b}
    assert "Paris" in answers["baseline-skills"].text
    assert answers["baseline-eliza"].text
    assert {answer.transcript_id for answer in answers.values()} == {transcript.id}
    assert {answer.placement["segments"] for answer in answers.values()} == {1}, "heard on the way"
    assert [turn.a.text, turn.b.text] == [stage.state.card_a.text, stage.state.card_b.text]


def test_a_first_run_leads_to_a_first_vote_by_keys_alone(listen, question: Path):
    begun_s = time.monotonic()
    person = listen(None)  # the study and the systems that ship
    stage = person.stage
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    person.say(question)
    person.press(Qt.Key.Key_Space)
    stage.until(Phase.VOTING, LOADING_MS)
    person.press(Qt.Key.Key_4)
    stage.until(Phase.VOTED)
    assert person.actions <= FIRST_VOTE_ACTIONS
    assert time.monotonic() - begun_s < FIRST_VOTE_S
    (battle,) = battles(stage)
    assert battle.vote.choice == "b"
    assert "what is the capital of france" in {
        hypothesis["text"] for hypothesis in battle.takes[0].transcripts[0].hypotheses
    }


def test_a_tap_right_after_start_is_heard(listen, question: Path):
    person = listen(TWO)
    stage = person.stage
    person.press(Qt.Key.Key_Return)
    assert stage.state.phase is Phase.OPENING
    person.press(Qt.Key.Key_Space)
    stage.until(Phase.RECORDING)
    person.say(question)
    person.press(Qt.Key.Key_Space)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert likeness(stage.home.takes / battle.takes[0].file, question) > 0.9


def test_a_take_ends_when_the_key_was_let_go_not_when_that_was_believed(listen, question: Path):
    person = listen(TWO)
    stage = person.stage
    person.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
    person.start_talking()
    begun_s = time.monotonic()
    person.say(question)
    ended_s, doubt_s = time.monotonic(), 0.2
    stage.window.arena.record_stopped.emit(ended_s - doubt_s)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    held_ms = battle.takes[0].facts["held_ms"]
    assert held_ms < (ended_s - doubt_s / 2 - begun_s) * 1000


def test_a_first_run_leads_to_a_first_vote_by_mouse_alone(listen, question: Path):
    person = listen(TWO)
    stage, arena = person.stage, person.stage.window.arena
    person.click(stage.window.compare.start)
    stage.until(Phase.READY)
    person.click(arena.record.control)
    stage.until(Phase.RECORDING)
    person.say(question)
    person.click(arena.record.control)
    stage.until(Phase.VOTING)
    person.click(arena.judge.votes.buttons[Vote.TIE])
    stage.until(Phase.VOTED)
    assert person.actions <= FIRST_VOTE_ACTIONS
    (battle,) = battles(stage)
    assert battle.vote.choice == "tie"
    person.click(arena.footer.next)
    person.wait(lambda: stage.window.current_page == "finished")


def test_the_meter_follows_the_microphone_that_was_chosen(listen, question: Path):
    person = listen(TWO)
    compare = person.stage.window.compare
    person.listening()
    names = [device.label for device in person.stage.program.compare_state.devices]
    assert {"mic1", "mic2"} <= set(names)
    person.choose(compare.device, "mic1")
    person.listening()
    assert compare.meter.lit == 0
    assert person.loudest_while_playing(question, "speech") > 3
    person.choose(compare.device, "mic2")
    person.listening()
    assert person.loudest_while_playing(question, "speech") == 0
    assert person.loudest_while_playing(question, "mic2_room") > 3
    home = person.stage.home
    person.wait(lambda: load_settings(home.settings).microphone == "mic2, ALSA")


def test_what_is_plugged_in_later_is_found_and_what_was_pulled_out_forgotten(
    listen, pulse: PulseServer, question: Path
):
    person = listen(TWO)
    compare, program = person.stage.window.compare, person.stage.program
    person.listening()
    pulse.add_source("mic3")
    pulse.unload_source("mic2")
    pulse.forget_source("mic2")
    person.choose(compare.device, "Look again")
    person.wait(lambda: "mic3" in {device.label for device in program.compare_state.devices})
    assert "mic2" not in {device.label for device in program.compare_state.devices}
    person.choose(compare.device, "mic3")
    person.listening()
    assert person.loudest_while_playing(question, "mic3_room") > 3


def test_a_running_take_can_be_thrown_away_and_spoken_anew(listen, question: Path):
    person = listen(TWO)
    stage = person.stage
    person.press(Qt.Key.Key_Return)
    for key in (Qt.Key.Key_Escape, Qt.Key.Key_D):
        stage.until(Phase.READY)
        person.press(Qt.Key.Key_Space)
        stage.until(Phase.RECORDING)
        person.wait(person.recordings)
        person.press(key)
        person.wait(lambda: not person.recordings())
    stage.until(Phase.READY)
    person.ask(question)
    person.press(Qt.Key.Key_D)  # released, and being checked
    person.wait(lambda: not person.recordings())
    stage.until(Phase.READY)
    person.ask(question)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert [take.accepted for take in battle.takes] == [True]


@pytest.fixture
def reasoning(listen, question: Path, reason: Path) -> SpokenReason:
    """Somebody has voted, and may now say why."""
    person = listen({name: SLOW | script for name, script in TWO.items()})
    person.press(Qt.Key.Key_Return)
    person.stage.until(Phase.READY)
    person.ask(question)
    person.stage.vote(Qt.Key.Key_1)
    return SpokenReason(person, reason)


class SpokenReason:
    """Begun, given, and thrown away without a trace."""

    def __init__(self, person: Person, reason: Path) -> None:
        self.person, self.stage, self.reason = person, person.stage, reason
        self.before = self.files()

    def files(self) -> tuple[set[str], set[str]]:
        return self.person.recordings(), self.person.copies()

    def begin(self) -> None:
        self.person.press(Qt.Key.Key_S)
        self.stage.until(Phase.REASON_RECORDING)

    def give(self) -> None:
        self.begin()
        self.person.until_reason_is_recorded()
        self.person.say(self.reason)
        self.person.press(Qt.Key.Key_S)

    def escape(self) -> None:
        self.person.press(Qt.Key.Key_Escape)
        self.stage.until(Phase.VOTED)
        self.person.wait(lambda: self.files() == self.before)


def test_escape_throws_a_spoken_reason_away_at_any_moment(reasoning: SpokenReason, question: Path):
    person, stage = reasoning.person, reasoning.stage
    recordings, copies = reasoning.before
    reasoning.begin()
    reasoning.escape()  # while the microphone is opened
    reasoning.begin()
    person.until_reason_is_recorded()
    person.wait(lambda: person.recordings() > recordings)
    reasoning.escape()  # while it is recorded
    reasoning.give()
    reasoning.escape()  # while the recording is checked
    reasoning.give()
    person.wait(lambda: all(new.endswith(".wav") for new in person.recordings() - recordings))
    person.wait(lambda: person.copies() > copies)
    reasoning.escape()  # while it is transcribed
    person.wait_for_what_is_recognised(Part("echo", HEARING | SLOW["recogniser"]), question)
    assert stage.state.phase is Phase.VOTED
    reasoning.give()
    stage.until(Phase.REASON_EDITING)
    assert stage.state.reason.text == "what i said"
    reasoning.escape()  # while it is corrected

    person.press(Qt.Key.Key_T)
    stage.until(Phase.REASON_EDITING)
    assert stage.window.arena.footer.editor.text() == ""
    person.write("Typed.")
    person.press(Qt.Key.Key_Return, CTRL)
    stage.until(Phase.VOTED)
    (battle,) = battles(stage)
    assert [(why.text, why.take_id) for why in battle.justifications] == [("Typed.", None)]
    assert person.recordings() == {take.file for take in battle.takes}
