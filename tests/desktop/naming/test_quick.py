"""A quick A/B: a pair without a study file, and recordings that nobody has to speak again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.app import Instead
from desktop.errors import UsageProblem
from desktop.naming.quick import quick_study, system_named
from desktop.paths import Home
from desktop.session.earlier_takes import LAST, earlier_takes, replaying
from desktop.session.study import Reveal
from local_db.reader import open_reader
from resources import FOLDER
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from ui.state import Phase

TAKES = (FOLDER / "takes" / "09-knowledge.flac", FOLDER / "takes" / "04-chat.flac")

OWN_SYSTEM = """
[[system]]
id = "{name}"
label = "Label of {name}"
version = "1"
kind = "scripted"
licence = {{ name = "none" }}
responder = {{ engine = "echo", model = {{ answers = ["This is {name}."] }} }}
"""

EARS = """
recogniser = { engine = "echo", model = { heard = ["hello"], hypothesis = "dictation" } }
hypothesis = "dictation"
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A station with two systems of its own."""
    home = Home(tmp_path / "stage" / "home")
    home.catalogue.mkdir(parents=True)
    for name in ("one", "two"):
        (home.catalogue / f"{name}.toml").write_text(OWN_SYSTEM.format(name=name))
    return home


@pytest.fixture
def held(qtbot: QtBot, tmp_path: Path, home: Home) -> Iterator[Callable[..., Rehearsal]]:
    """A session of the two, on the given recordings; voted on to its end."""
    stages: list[Rehearsal] = []

    def hold(
        takes: list[Path],
        while_voting: Callable[[Rehearsal], object] = lambda _: None,
        while_voted: Callable[[Rehearsal], object] = lambda _: None,
    ) -> Rehearsal:
        one, two = (system_named(name, home) for name in ("one", "two"))
        instead = Instead(
            study=quick_study(one, two, battles=len(takes), replays=True),
            catalogue={entry.system.id: entry for entry in (one, two)},
            source=replaying(takes, "Earlier recordings"),
            source_name="Earlier recordings",
            replays=True,
        )
        stage = Rehearsal(qtbot, tmp_path / "stage", None, None, instead=instead)
        stages.append(stage)
        stage.start()
        for _ in takes[1:]:
            stage.speak()
            stage.until(Phase.VOTING)
            while_voting(stage)
            stage.vote(Qt.Key.Key_1)
            while_voted(stage)
            stage.next()
            stage.until(Phase.READY)
        stage.speak()
        stage.vote(Qt.Key.Key_1)
        stage.next()
        qtbot.waitUntil(lambda: stage.window.current_page == "finished", timeout=PATIENCE_MS)
        return stage

    yield hold
    for stage in stages:
        stage.close()


def sums_by_session(home: Home) -> list[list[str]]:
    """SHA-256 of what was asked, for each session in turn."""
    sessions: dict[str, list[str]] = {}
    with open_reader(home.database) as reader:
        for battle in reader.battles():
            sessions.setdefault(battle.session, []).extend(take.sha256 for take in battle.takes)
    return list(sessions.values())


def test_what_was_said_in_a_session_can_be_asked_again(
    held: Callable[..., Rehearsal], home: Home
) -> None:
    held(list(TAKES)).close()
    again = earlier_takes(LAST, home)
    assert len(again) == 2
    stage = held(again)
    assert stage.window.current_page == "finished"
    stage.close()
    first, second = sums_by_session(home)
    assert first == second
    assert len(set(first)) == 2


def test_a_question_that_is_asked_again_is_the_same_recording(
    held: Callable[..., Rehearsal], home: Home
) -> None:
    again: list[int] = []

    def once_more(at: Rehearsal) -> None:
        """The first answers are given up; then the battle is voted on as any other."""
        if not again:
            again.append(at.state.number)
            at.press(Qt.Key.Key_R)
            at.until(Phase.READY)
            at.speak()
            at.until(Phase.VOTING)

    held(list(TAKES), while_voting=once_more).close()
    with open_reader(home.database) as reader:
        asked = [(b.number, b.state, [take.sha256 for take in b.takes]) for b in reader.battles()]
    (first, gone, given_up), (second, *_, repeated), (third, *_, other) = asked
    assert (first, gone, second, third) == (1, "skipped", 1, 2)
    assert given_up == repeated != other


def test_no_question_is_taken_for_a_reason(held: Callable[..., Rehearsal], home: Home) -> None:
    for name in ("one", "two"):
        file = home.catalogue / f"{name}.toml"
        file.write_text(file.read_text() + EARS)
    stage = held(list(TAKES), while_voted=lambda at: at.press(Qt.Key.Key_S))
    assert not any(state.can_speak_reason for state in stage.states)
    stage.close()
    (asked,) = sums_by_session(home)
    assert len(set(asked)) == 2


def test_a_session_is_found_by_its_id(held: Callable[..., Rehearsal], home: Home) -> None:
    held(list(TAKES[:1])).close()
    held(list(TAKES[1:])).close()
    with open_reader(home.database) as reader:
        sessions = [battle.session for battle in reader.battles()]
    assert earlier_takes(LAST, home) == earlier_takes(sessions[1], home)
    assert earlier_takes(LAST, home) != earlier_takes(sessions[0], home)


def test_a_folder_of_recordings_is_asked_by_name(home: Home) -> None:
    found = earlier_takes(str(FOLDER / "takes"), home)
    assert [file.name for file in found] == sorted(f.name for f in TAKES[0].parent.glob("*.flac"))


@pytest.mark.parametrize(
    ("which", "sentence"),
    [
        (LAST, "No session was held on this station yet"),
        ("nowhere", "No session was held on this station yet"),
    ],
)
def test_where_nothing_was_said_there_is_nothing_to_ask_again(
    home: Home, which: str, sentence: str
) -> None:
    with pytest.raises(UsageProblem, match=sentence):
        earlier_takes(which, home)


def test_recordings_that_are_gone_are_not_asked_again(
    held: Callable[..., Rehearsal], home: Home
) -> None:
    held(list(TAKES)).close()
    first, second = earlier_takes(LAST, home)
    first.unlink()
    assert earlier_takes(LAST, home) == [second]
    second.unlink()
    with pytest.raises(UsageProblem, match="No session of this station has rec") as caught:
        earlier_takes(LAST, home)
    assert "last" not in str(caught.value)
    with pytest.raises(UsageProblem, match="There is no session of-nobody"):
        earlier_takes("of-nobody", home)


@pytest.mark.parametrize("reveal", list(Reveal))
def test_the_first_page_promises_what_holds(home: Home, reveal: Reveal) -> None:
    one, two = (system_named(name, home) for name in ("one", "two"))
    text = quick_study(one, two, battles=1, reveal=reveal).text
    assert ("After each vote you are told" in text) == (reveal is Reveal.EACH_VOTE)
    assert ("At the end you are told" in text) == (reveal is Reveal.SESSION_END)
    assert ("You are not told" in text) == (reveal is Reveal.NEVER)


def test_a_replay_asks_nobody_to_speak(held: Callable[..., Rehearsal]) -> None:
    stage = held(list(TAKES[:1]))
    assert stage.program.compare_state.replays
    assert "nobody has to speak" in stage.program.compare_state.study_text
    assert all(state.replays for state in stage.states)
    assert {state.instruction for state in stage.states} == {"An earlier recording is asked again"}
    assert all(state.take.replays for state in stage.states if state.take)
