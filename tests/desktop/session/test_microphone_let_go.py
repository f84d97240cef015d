"""A window or a program that goes lets the microphone go, and what was said is kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.audio import portaudio
from desktop.audio.convert import read_samples
from tests.helpers.person import seated
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import TWO, battles
from ui.state import Phase

pytestmark = pytest.mark.serial


def test_losing_the_window_while_holding_the_key_ends_the_take(listen, question: Path):
    person = listen(TWO)
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
    person = listen(TWO)
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
    first = listen(TWO)
    seated(first)
    first.start_talking()
    first.wait(first.recordings)
    (part,) = first.recordings()
    first.stage.program.close()
    again = listen(TWO)
    folder = again.stage.home.takes / "orphans"
    assert [path.name for path in folder.iterdir()] == [part]
    again.listening()  # and the microphones, once they are listed, do not take it away
    state = again.stage.program.compare_state
    assert state.put_aside.startswith("When Earshot last stopped, 1 recording was left over")
    assert str(folder) in state.put_aside
    seated(again)
    assert not again.stage.program.compare_state.put_aside


def test_a_program_that_ends_while_recording_frees_the_microphone(listen, pulse: PulseServer):
    person = listen(TWO)
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
