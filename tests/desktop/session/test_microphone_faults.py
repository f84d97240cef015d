"""Microphones that are pulled, muted or not there, and what the person in front of them sees."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.audio import check, portaudio
from desktop.audio.convert import read_samples
from tests.helpers.no_room import fill_disk
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import Rehearsal, battles
from ui.state import ArenaState, Phase

pytestmark = pytest.mark.serial

ROOT = Path(__file__).resolve().parents[3]
ECHOES = {"one": {"answers": ["The first."]}, "two": {"answers": ["The second."]}}
WINDOW_S = 45.0
"""A window in a process of its own has opened, said its lines and ended by then."""
CTRL = Qt.KeyboardModifier.ControlModifier


def seated(person: Person) -> Rehearsal:
    """In a session, with the microphone open."""
    person.listening()
    person.press(Qt.Key.Key_Return)
    person.stage.until(Phase.READY)
    return person.stage


def says(words: str, action: str | None = None):
    """Whether the page shows a problem with these words (and this button)."""

    def shown(state: ArenaState) -> bool:
        problem = state.problem
        if problem is None or action not in (None, problem.action):
            return False
        return words in f"{problem.title} {problem.detail}"

    return shown


def test_pulled_with_another_one_there_the_take_is_kept_and_flagged(
    listen, pulse: PulseServer, question: Path
):
    person = listen(ECHOES)
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
    assert (take.accepted, take.verdicts) == (True, ["device_changed"])
    assert take.device_start != take.device_end


def test_pulled_without_another_one_what_was_said_is_answered_and_the_next_waits_for_a_plug(
    listen_lonely, lonely: PulseServer, question: Path
):
    person = listen_lonely(ECHOES, battles=2)
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
    person = listen_lonely(ECHOES)
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
    person = listen(ECHOES)
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
    person = listen(ECHOES)
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
    person = listen(ECHOES)
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
    person = listen(ECHOES)
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


def test_a_full_disk_ends_the_take_and_the_session_goes_on_once_there_is_room(
    listen, question: Path
):
    person = listen(ECHOES)
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
    person = listen(ECHOES)
    stage = seated(person)
    person.ask(question)
    stage.until_state(says("", "Try again"), "the sentence")
    assert stage.state.phase is Phase.CHECKING
    person.press(Qt.Key.Key_Return)
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert [take.accepted for take in battle.takes] == [True]


def test_the_cache_may_be_deleted_at_any_time(rehearse):
    stage = rehearse(ECHOES)
    stage.start()
    shutil.rmtree(stage.home.heard.parent)
    stage.speak()
    stage.vote(Qt.Key.Key_1)


def test_losing_the_window_while_holding_the_key_ends_the_take(listen, question: Path):
    person = listen(ECHOES)
    stage = seated(person)
    person.start_talking()
    person.say(question)
    other = QWidget()
    stage.qtbot.addWidget(other)
    other.show()
    other.activateWindow()
    stage.until(Phase.VOTING)
    person.wait(lambda: portaudio.live_streams() == 0)
    stage.window.activateWindow()
    person.wait(stage.window.isActiveWindow)
    person.stop_talking()
    stage.vote(Qt.Key.Key_1)
    (battle,) = battles(stage)
    assert [take.accepted for take in battle.takes] == [True]


def test_closing_the_window_while_recording_asks_and_then_frees_the_microphone(
    listen, pulse: PulseServer
):
    person = listen(ECHOES)
    stage = seated(person)
    person.start_talking()
    stage.window.close()
    assert stage.window.isVisible()
    stage.until_state(
        lambda state: state.phase not in (Phase.RECORDING, Phase.CHECKING), "the end of the take"
    )
    person.press(Qt.Key.Key_L)
    person.wait(lambda: stage.window.current_page == "finished")
    person.wait(lambda: portaudio.live_streams() == 0)
    assert not pulse.listeners()
    stage.window.close()
    assert not stage.window.isVisible()
    (battle,) = battles(stage)
    assert (battle.state, battle.ended_reason) == ("abandoned", "left")
    assert person.recordings() == {take.file for take in battle.takes}


def test_a_recording_that_was_cut_off_is_told_of_until_a_session_begins(listen):
    first = listen(ECHOES)
    seated(first)
    first.start_talking()
    first.wait(first.recordings)
    (part,) = first.recordings()
    first.stage.program.close()
    again = listen(ECHOES)
    folder = again.stage.home.takes / "orphans"
    assert [path.name for path in folder.iterdir()] == [part]
    again.listening()  # and the microphones, once they are listed, do not take it away
    state = again.stage.program.compare_state
    assert state.put_aside.startswith("When Earshot last stopped, 1 recording was left over")
    assert str(folder) in state.put_aside
    seated(again)
    assert not again.stage.program.compare_state.put_aside


def test_a_program_that_ends_while_recording_frees_the_microphone(listen, pulse: PulseServer):
    person = listen(ECHOES)
    stage = seated(person)
    person.start_talking()
    person.wait(person.recordings)
    assert pulse.listeners()
    stage.program.close()
    assert portaudio.live_streams() == 0
    assert not pulse.listeners()
    (part,) = stage.home.takes.iterdir()
    samples, _ = read_samples(part)
    assert len(samples) > 0


def run_window(server: PulseServer, *steps: str) -> list[str]:
    """What a window in a process of its own says, step by step; it must end by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.helpers.window_child", *steps],
        cwd=ROOT,
        env={**os.environ, **server.environment},
        capture_output=True,
        text=True,
        timeout=WINDOW_S,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def test_without_portaudio_the_window_opens_and_goes_on_once_it_is_installed(pulse: PulseServer):
    missing, installed, _, heard, _ = run_window(
        pulse, "problem", "library", "look", "open", "close"
    )
    assert "The sound library PortAudio is missing" in missing
    assert "Install it with" in missing
    assert missing.endswith("[Look again]")
    assert "missing" in installed
    assert heard == "open: nothing"


def test_a_sound_server_that_hangs_does_not_keep_the_window_from_ending(pulse: PulseServer):
    try:
        said = run_window(pulse, "open", f"freeze:{pulse.pid}", "close")
    finally:
        os.kill(pulse.pid, signal.SIGCONT)
    assert len(said) == 3


@pytest.mark.usefixtures("no_sound_at_all")
def test_without_a_microphone_the_window_says_what_to_do_until_there_is_one(
    qtbot, tmp_path: Path, question: Path, monkeypatch: pytest.MonkeyPatch
):
    server = PulseServer()
    stage = Rehearsal(qtbot, tmp_path / "stage", None, ECHOES)
    try:
        person = Person(stage, server)
        person.wait(lambda: stage.program.compare_state.problem is not None)
        problem = stage.program.compare_state.problem
        assert problem.title == "No microphone was found."
        assert "Plug in a microphone" in problem.detail
        assert problem.action == "Look again"
        for _ in range(3):
            person.click(stage.window.compare.banner.action)
        person.click(stage.window.compare.start)  # a session can be begun all the same
        stage.until_state(says("No microphone was found", "Try again"), "the same in a session")
        server.start()
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        person.press(Qt.Key.Key_Return)
        stage.until(Phase.READY)
        person.ask(question)
        stage.vote(Qt.Key.Key_1)
    finally:
        stage.close()
        server.stop()
