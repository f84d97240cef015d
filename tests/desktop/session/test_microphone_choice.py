"""The microphone that was asked for by name: used where it is there, missed in words otherwise."""

from __future__ import annotations

import json

import pytest

from desktop import problems
from tests.helpers.person import Person
from tests.helpers.pulse import PulseServer
from tests.helpers.rehearsal import TWO
from ui.state import CompareState

pytestmark = pytest.mark.serial


def shown(person: Person) -> CompareState:
    return person.stage.program.compare_state


def said(person: Person) -> str:
    """What the page says is wrong, without the marks that isolate a name."""
    problem = shown(person).problem
    return "" if problem is None else problem.title.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("name", ["", "mic2, ALSA"])
def test_one_that_is_there_is_used_without_a_word(listen, name: str):
    person = listen(TWO, microphone=name)
    person.listening()
    assert said(person) == ""
    assert shown(person).device_key == name or not name


@pytest.mark.parametrize("name", ["mic9, ALSA", "mic2", "MIC2, ALSA", "2", "\udcff\n"])
def test_one_that_is_not_there_is_named_with_the_one_in_its_place(listen, name: str):
    person = listen(TWO, microphone=name)
    person.listening()
    instead = shown(person).device_key
    assert instead in {device.key for device in shown(person).devices}
    assert said(person).startswith("The microphone “")
    assert said(person).endswith(f"” is not there; “{instead}” is used instead.")
    assert person.stage.window.compare.banner.isVisible()


def test_choosing_one_stores_it_and_no_flag_of_this_run(listen):
    person = listen(TWO)  # drawn still
    person.listening()
    person.choose(person.stage.window.compare.device, "mic2")
    stored = json.loads(person.stage.home.settings.read_text())
    assert stored == {"microphone": shown(person).device_key}


def test_one_that_comes_later_is_used_from_then_on(listen, pulse: PulseServer):
    person = listen(TWO, microphone="mic9, ALSA")
    person.wait(lambda: said(person))
    pulse.add_source("mic9")
    person.click(person.stage.window.compare.banner.action)
    person.wait(lambda: shown(person).device_key == "mic9, ALSA")
    person.listening()
    assert said(person) == ""


def test_another_one_can_be_chosen_instead(listen):
    person = listen(TWO, microphone="mic9, ALSA")
    person.listening()
    person.choose(person.stage.window.compare.device, "mic2")
    person.wait(lambda: not said(person))
    person.listening()
    assert shown(person).device_key == "mic2, ALSA"


def test_what_else_is_wrong_stays_when_microphones_were_listed(listen):
    person = listen(TWO)
    person.stage.program._compare.tell(problem=problems.recordings_missing(2))
    person.listening()
    assert said(person).startswith("2 recordings are missing")
