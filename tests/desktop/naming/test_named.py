"""Systems by id, path or address, and the flags that say more of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop.catalogue.pins import Pin, Pins, write_pins
from desktop.errors import EarshotError, UsageProblem
from desktop.naming import quick
from desktop.naming.named import systems_named
from desktop.naming.quick import Wishes, different, system_named
from desktop.paths import Home
from engines.api import Part
from tests.desktop.naming.test_quick import EARS, OWN_SYSTEM
from tests.helpers.projectors import OF_SOUND

LISTED = "`python main.py systems list` names those that are."


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A station with two systems of its own."""
    home = Home(tmp_path / "home")
    home.catalogue.mkdir(parents=True)
    for name in ("one", "two"):
        (home.catalogue / f"{name}.toml").write_text(OWN_SYSTEM.format(name=name))
    return home


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


@pytest.mark.parametrize("changed", ["model.safetensors", "original/model.safetensors"])
def test_a_file_below_hides_no_file_of_its_name(home: Home, tmp_path: Path, changed: str) -> None:
    folder = text_model(tmp_path / "model")
    (folder / "original").mkdir()
    (folder / "original" / "model.safetensors").write_bytes(b"as its authors have it")
    before = system_named(str(folder), home).system.version
    (folder / changed).write_bytes(b"other weights")
    assert system_named(str(folder), home).system.version != before


@pytest.mark.parametrize("changed", [1, 2])
def test_every_part_of_a_gguf_makes_another_version(
    home: Home, tmp_path: Path, changed: int
) -> None:
    parts = [tmp_path / f"m-0000{number}-of-00002.gguf" for number in (1, 2)]
    for part in parts:
        part.write_bytes(b"GGUF\3\0\0\0")
    before = system_named(str(parts[0]), home).system.version
    with parts[changed - 1].open("ab") as file:
        file.write(b"another")
    assert system_named(str(parts[0]), home).system.version != before


def test_a_gguf_whose_second_part_is_not_there_is_no_system(home: Home, tmp_path: Path) -> None:
    (tmp_path / "m-00001-of-00002.gguf").write_bytes(b"GGUF\3\0\0\0")
    with pytest.raises(EarshotError, match=r"m-00002-of-00002\.gguf cannot be read \(No such file"):
        system_named(str(tmp_path / "m-00001-of-00002.gguf"), home)


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


def test_an_address_without_its_package_says_how_to_get_it(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after `make run` alone."""
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(EarshotError) as caught:
        system_named("http://127.0.0.1:9/v1", home)
    assert not isinstance(caught.value, UsageProblem), "nothing was typed wrongly"
    assert str(caught.value) == "openai_compatible needs openai. To install: make setup-local"


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
