"""A quick A/B: systems by id, path or address, and recordings that nobody has to speak again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop import quick
from desktop.app import Instead
from desktop.earlier_takes import LAST, earlier_takes, replaying
from desktop.errors import UsageProblem
from desktop.named import systems_named
from desktop.paths import Home
from desktop.pins import Pin, Pins, write_pins
from desktop.quick import Wishes, different, quick_study, system_named
from desktop.study import Reveal
from engines.api import Part
from local_db.reader import open_reader
from resources import FOLDER
from tests.helpers.projectors import OF_SOUND
from tests.helpers.rehearsal import PATIENCE_MS, Rehearsal
from ui.state import Phase

TAKES = (FOLDER / "takes" / "09-knowledge.flac", FOLDER / "takes" / "04-chat.flac")

LISTED = "`python main.py systems list` names those that are."
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


# Names of systems.


def test_a_system_of_the_catalogue_goes_by_its_id(home: Home) -> None:
    assert system_named("one", home).label == "Label of one"
    assert system_named("baseline-eliza", home).baseline


def test_a_name_that_is_nothing_says_what_it_could_have_been(home: Home) -> None:
    with pytest.raises(UsageProblem, match="no system called basline-elisa, and nothing") as caught:
        system_named("basline-elisa", home)
    assert caught.value.advice == f"Close to it: baseline-eliza, baseline-skills. {LISTED}"
    with pytest.raises(UsageProblem) as caught:
        system_named("/nowhere/at/all", home)
    assert caught.value.advice == LISTED


@pytest.mark.parametrize("name", ["127.0.0.1:8701", "localhost:8000/v1", "gpu-box:8000"])
def test_an_address_without_its_beginning_says_how_it_is_written(home: Home, name: str) -> None:
    with pytest.raises(UsageProblem, match=f"is written http://{name}"):
        system_named(name, home)


@pytest.mark.parametrize("name", ["", "  "])
def test_no_name_is_no_system(home: Home, name: str) -> None:
    with pytest.raises(UsageProblem, match="Which system"):
        system_named(name, home)


def test_whoever_is_to_hear_is_a_system(home: Home) -> None:
    with pytest.raises(UsageProblem, match="no system called nonsense that could hear"):
        system_named("http://127.0.0.1:9/v1", home, Wishes(model="tiny", hears="nonsense"))


@pytest.mark.parametrize("place", ["reads", "ears", "http://127.0.0.1:9/v1"])
def test_what_has_no_recogniser_hears_for_nobody(home: Home, tmp_path: Path, place: str) -> None:
    text_model(tmp_path / "reads")
    text_model(tmp_path / "ears", audio_config={})
    name = place if place.startswith("http") else str(tmp_path / place)
    with pytest.raises(UsageProblem, match="qwen2-audio-7b-instruct has no recogniser"):
        systems_named([name, "one"], home, Wishes(hears="qwen2-audio-7b-instruct"))


def text_model(folder: Path, **config: Any) -> Path:
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", **config}))
    (folder / "model.safetensors").write_bytes(b"weights")
    return folder


def test_a_text_model_is_heard_for_by_a_recogniser(home: Home, tmp_path: Path) -> None:
    entry = system_named(str(text_model(tmp_path / "My model")), home)
    assert entry.label == "My model"
    assert entry.system.responder.engine == "transformers"
    assert entry.system.recogniser is not None
    assert entry.system.recogniser.engine == "pocketsphinx"
    assert entry.system.system_prompt == "You are helpful assistant."


def test_what_hears_itself_is_asked_with_the_recording(home: Home, tmp_path: Path) -> None:
    entry = system_named(str(text_model(tmp_path / "ears", audio_config={})), home)
    assert entry.system.recogniser is None
    assert entry.system.instruction.endswith("conversationally to the speech provided.")


def test_other_weights_at_the_same_path_are_another_version(home: Home, tmp_path: Path) -> None:
    folder = text_model(tmp_path / "model")
    before = system_named(str(folder), home)
    (folder / "model.safetensors").write_bytes(b"other weights")
    after = system_named(str(folder), home)
    assert before.system.version != after.system.version
    assert before.record.system == after.record.system


@pytest.mark.parametrize("changed", ["text.gguf", "mmproj-text.gguf"])
def test_either_file_of_a_gguf_that_hears_makes_another_version(
    home: Home, tmp_path: Path, changed: str
) -> None:
    (tmp_path / "text.gguf").write_bytes(b"GGUF\3\0\0\0")
    (tmp_path / "mmproj-text.gguf").write_bytes(OF_SOUND)
    named = str(tmp_path / "text.gguf")
    before = system_named(named, home).system.version
    with (tmp_path / changed).open("ab") as file:
        file.write(b"another")
    assert system_named(named, home).system.version != before


def test_ears_that_load_nothing_hear(home: Home, tmp_path: Path) -> None:
    bare = EARS.replace(', model = { heard = ["hello"], hypothesis = "dictation" }', "")
    (home.catalogue / "one.toml").write_text(OWN_SYSTEM.format(name="one") + bare)
    name = str(text_model(tmp_path / "text"))
    (entry,) = systems_named([name], home, Wishes(hears="one"))
    assert entry.system.recogniser == Part("echo", {})


def test_ears_below_another_key_count(home: Home, tmp_path: Path, monkeypatch: Any) -> None:
    """As DiVA names its parts, and as somebody writes a place in their own home."""
    monkeypatch.setenv("HOME", str(tmp_path))
    ears = text_model(tmp_path / "ears")
    deep = EARS.replace('heard = ["hello"]', 'encoder = { path = "~/ears" }')
    (home.catalogue / "one.toml").write_text(OWN_SYSTEM.format(name="one") + deep)
    name = str(text_model(tmp_path / "text"))
    before = system_named(name, home, Wishes(hears="one")).system.version
    (ears / "model.safetensors").write_bytes(b"other weights")
    assert system_named(name, home, Wishes(hears="one")).system.version != before


def test_files_of_one_name_in_two_places_both_count(home: Home, tmp_path: Path) -> None:
    both = text_model(tmp_path / "both" / "text").parent
    (both / "ears.pt").write_bytes(b"pickle")
    (both / "text" / "ears.pt").write_bytes(b"another of that name")
    wishes = Wishes(allow_pickle="ears.pt")
    before = system_named(str(both), home, wishes).system.version
    (both / "ears.pt").write_bytes(b"other ears")
    assert system_named(str(both), home, wishes).system.version != before


def test_a_whisper_pickle_beside_a_text_model_is_opened_when_it_was_named(
    home: Home, tmp_path: Path
) -> None:
    text_model(tmp_path / "both" / "text")
    (tmp_path / "both" / "ears.pt").write_bytes(b"pickle")
    with pytest.raises(UsageProblem, match="is a pickle") as caught:
        system_named(str(tmp_path / "both"), home)
    assert "--allow-pickle ears.pt" in caught.value.advice
    for path in (tmp_path / "both", tmp_path / "both" / "ears.pt"):
        entry = system_named(str(path), home, Wishes(allow_pickle="ears.pt"))
        assert entry.system.recogniser is not None
        assert entry.system.recogniser.engine == "openai_whisper"
        assert entry.system.hypothesis == "transcript"
        assert entry.system.responder.engine == "transformers"


@pytest.mark.parametrize("texts", [0, 2])
def test_a_whisper_pickle_alone_or_with_a_choice_is_no_system(
    home: Home, tmp_path: Path, texts: int
) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    (folder / "ears.pt").write_bytes(b"pickle")
    for number in range(texts):
        (folder / f"{number}.gguf").write_bytes(b"GGUF")
    with pytest.raises(UsageProblem, match=r"Beside ears\.pt"):
        system_named(str(folder), home, Wishes(allow_pickle="ears.pt"))


def test_an_address_is_a_system_once_its_model_is_named(home: Home) -> None:
    entry = system_named("http://127.0.0.1:9/v1", home, Wishes(model="tiny"))
    assert entry.system.responder.engine == "openai_compatible"
    assert "key" not in entry.system.responder.model
    entry = system_named("http://127.0.0.1:9/v1", home, Wishes(model="tiny", key="lab"))
    assert entry.system.responder.model["key"] == "lab"


@pytest.mark.parametrize("address", ["https://lab/v1?api-key=secret", "http://[::1/v1"])
@pytest.mark.parametrize("model", ["", "tiny"])
def test_an_address_that_cannot_be_is_refused_before_it_is_asked(
    home: Home, address: str, model: str
) -> None:
    with pytest.raises(UsageProblem, match=r"no parameters|is no address") as caught:
        system_named(address, home, Wishes(model=model))
    assert "secret" not in str(caught.value)
    assert "--model" not in str(caught.value)


@pytest.mark.parametrize(
    ("wishes", "flag"),
    [
        (Wishes(model="tiny"), "--model"),
        (Wishes(key="lab"), "--key"),
        (Wishes(hears="baseline-eliza"), "--hears"),
        (Wishes(allow_pickle="ears.pt"), "--allow-pickle"),
    ],
)
def test_a_flag_that_says_nothing_of_any_system_is_refused(
    home: Home, tmp_path: Path, wishes: Wishes, flag: str
) -> None:
    hears_itself = str(text_model(tmp_path / "ears", audio_config={}))
    for names in (["one"], ["one", "baseline-eliza"], ["one", hears_itself]):
        with pytest.raises(UsageProblem, match=f"{flag} says nothing of one"):
            systems_named(names, home, wishes)


@pytest.mark.parametrize(
    "other", ["https://api.openai.com/v1", "http://10.0.0.5:9/v1", "https://10.0.0.5:8000/v1"]
)
@pytest.mark.parametrize("model", ["", "tiny"])
def test_a_key_is_for_one_server_of_two(
    home: Home, monkeypatch: pytest.MonkeyPatch, other: str, model: str
) -> None:
    """It would be sent to both: that of a provider to a laboratory's machine, in clear."""
    monkeypatch.setattr(quick, "model_served", lambda *_: pytest.fail("a server was asked"))
    wishes = Wishes(model=model, key="openai")
    names = ["http://10.0.0.5:8000/v1", other]
    with pytest.raises(UsageProblem, match="--key names one key") as caught:
        systems_named(names, home, wishes)
    assert "systems add" in caught.value.advice
    both = systems_named([names[0], "http://10.0.0.5:8000/v2"], home, Wishes("tiny", "openai"))
    assert [entry.system.responder.model["key"] for entry in both] == ["openai", "openai"]
    systems_named([names[0], "one"], home, Wishes("tiny", "openai"))


def test_a_flag_that_says_something_of_one_of_two_is_read(home: Home, tmp_path: Path) -> None:
    reads = str(text_model(tmp_path / "reads"))
    both = systems_named(["one", reads], home, Wishes(hears="baseline-skills"))
    skills = system_named("baseline-skills", home)
    assert both[1].system.recogniser == skills.system.recogniser
    address = "http://127.0.0.1:9/v1"
    systems_named(["one", address], home, Wishes(model="tiny"))
    (tmp_path / "both").mkdir()
    (tmp_path / "both" / "ears.pt").write_bytes(b"pickle")
    text_model(tmp_path / "both" / "text")
    systems_named([str(tmp_path / "both")], home, Wishes(allow_pickle="ears.pt"))


@pytest.mark.parametrize("where", ["path", "address"])
def test_ears_that_were_fetched_are_the_ones_that_hear(
    home: Home, tmp_path: Path, where: str
) -> None:
    """Their revision is open in the catalogue, and pinned on this station."""
    ears = "whisper-large-v2-llama-3-8b"
    write_pins(home.catalogue, Pins({"openai/whisper-large-v2": Pin("a" * 40)}))
    named = "http://127.0.0.1:9/v1" if where == "address" else str(text_model(tmp_path / "text"))
    wishes = Wishes(model="tiny" if where == "address" else "", hears=ears)
    (entry,) = systems_named([named], home, wishes)
    assert entry.system.recogniser == system_named(ears, home).system.recogniser
    assert entry.system.recogniser is not None
    assert entry.system.recogniser.model["revision"] == "a" * 40


def test_the_same_system_twice_is_no_comparison(home: Home) -> None:
    one = system_named("one", home)
    with pytest.raises(UsageProblem, match="the same system"):
        different(one, one)


def test_two_checkpoints_of_one_name_stay_two(home: Home, tmp_path: Path) -> None:
    both = [system_named(str(text_model(tmp_path / where / "model")), home) for where in "ab"]
    ids = [entry.system.id for entry in different(both[0], both[1])]
    assert ids == ["model-2", "model"]


def test_two_checkpoints_of_one_name_are_told_apart_by_their_folders(
    home: Home, tmp_path: Path
) -> None:
    places = [tmp_path / run / "final" for run in ("run-12", "run-13")]
    one, other = different(*(system_named(str(text_model(place)), home) for place in places))
    assert (one.label, other.label) == ("run-12/final", "run-13/final")
    assert one.record.label == "run-12/final"


def test_two_servers_of_one_name_are_told_apart_by_their_ids(home: Home) -> None:
    wishes = Wishes(model="tiny")
    both = [system_named(f"http://127.0.0.1:9/{at}", home, wishes) for at in ("v1", "v2")]
    labels = [entry.label for entry in different(both[0], both[1])]
    assert labels[0] != labels[1]
