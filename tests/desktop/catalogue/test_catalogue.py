"""The catalogue is data: what is right becomes a system, what is wrong is named."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop.catalogue.catalogue import SHIPPED, read_catalogue, same_generators
from desktop.catalogue.entry import Standing
from desktop.catalogue.pins import Pin, Pins, read_pins, write_pins
from desktop.catalogue.sources import sources_of
from desktop.errors import CatalogueProblem
from desktop.paths import Home
from engines.model_files import SOURCE_SETTINGS

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FINGERPRINTS = {
    # Of the first release: results of then and now are about the same systems.
    "baseline-skills": "dc8ce475e946f7dc7f8fd4107ba874366a5167029d7e608a65308e4320649039",
    "baseline-skills-open": "8d989c89af3a05490ffedd18b9f884107ab2ebb76e8b4e0dd67f9887fc9e7545",
    "baseline-eliza": "1ea916a4e9e33ca69c4d404dad018742656357c7cf10dab4ddff55db8a6d325c",
}
MINE = """
[[system]]
id = "mine"
label = "Mine"
version = 1
kind = "a model of ours"
responder = { engine = "transformers", model = { repo = "us/mine", revision = "" } }
licence = { name = "ours" }
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home")
    home.catalogue.mkdir(parents=True)
    return home


def test_every_shipped_system_is_right() -> None:
    catalogue = read_catalogue()
    assert len(catalogue) > 20
    assert list(catalogue)[:3] == list(FINGERPRINTS), "what runs anywhere comes first"
    for entry in catalogue.values():
        assert entry.licence
        for source in sources_of(entry):
            assert not any(p.endswith((".bin", ".pt", ".pth")) for p in source.allow)


def test_the_baselines_are_what_they_were() -> None:
    catalogue = read_catalogue()
    assert {name: catalogue[name].record.fingerprint for name in FINGERPRINTS} == FINGERPRINTS


def test_no_two_shipped_systems_share_a_generator() -> None:
    assert same_generators(read_catalogue().values()) == []


def test_a_generator_that_is_there_twice_is_seen(home: Home) -> None:
    shutil.copy(SHIPPED / "baselines.toml", home.catalogue / "twice.toml")
    text = (home.catalogue / "twice.toml").read_text().replace('id = "baseline-', 'id = "other-')
    (home.catalogue / "twice.toml").write_text(text)
    twice = same_generators(read_catalogue(home).values())
    assert twice == [(name, name.replace("baseline-", "other-")) for name in FINGERPRINTS]


def test_the_papers_systems_are_all_there_and_asked_as_in_the_study() -> None:
    catalogue = read_catalogue()
    paper = {e.paper.name: e for e in catalogue.values() if e.paper}
    assert sum(e.paper.interactive for e in paper.values() if e.paper) == 6
    assert len(paper) == 9
    said = "You are a helpful assistant. Respond conversationally to the speech provided"
    assert paper["Qwen2-Audio"].system.instruction == f"{said}."
    assert paper["Typhoon-1.5"].system.instruction == f"{said} in the language it is spoken in."
    assert paper["Qwen2-Audio"].system.settings["instruction_order"] == "before"
    hears = {name: entry.system.longest_s for name, entry in paper.items()}
    assert {name for name, longest_s in hears.items() if longest_s == 30} == {
        *("Qwen2-Audio", "DiVA-8B", "Typhoon-1.5", "Qwen-audio"),
    }
    pipeline = paper["Whisper-large-v2 + Llama3-8B-Instruct"]
    assert pipeline.system.system_prompt == "You are helpful assistant."
    retired = {e.system.id for e in catalogue.values() if e.status.standing is Standing.RETIRED}
    assert retired == {"gpt-4o-audio-preview", "gemini-1.5-pro"}
    absent = {e.system.id for e in catalogue.values() if e.status.standing is Standing.NOT_PROVIDED}
    assert absent == {"pandagpt-7b", "next-gpt-7b"}


def test_somebody_adds_a_system_without_touching_the_program(home: Home) -> None:
    (home.catalogue / "mine.toml").write_text(MINE)
    entry = read_catalogue(home)["mine"]
    assert entry.own
    assert entry.system.version == "1"
    assert not read_catalogue(home)["baseline-eliza"].own


@pytest.mark.parametrize("id_", ["baseline-eliza", "mine"])
def test_an_id_is_never_taken_twice(home: Home, id_: str) -> None:
    (home.catalogue / "a.toml").write_text(MINE)
    (home.catalogue / "b.toml").write_text(MINE.replace('"mine"', f'"{id_}"'))
    with pytest.raises(CatalogueProblem, match=rf"b.toml: the id {id_} is taken"):
        read_catalogue(home)


def wrong(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new)

    return change


def more(line: str) -> Callable[[str], str]:
    return lambda text: text + line + "\n"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (wrong('id = "mine"\n', ""), "a system without id: “id” is missing"),
        (wrong('id = "mine"', 'id = "../up"'), "“id” must be small letters"),
        (wrong('id = "mine"', "id = 5"), "“id” must be small letters"),
        (wrong('label = "Mine"\n', ""), "mine: “label” is missing"),
        (wrong('label = "Mine"', 'label = " "'), "“label” must be one line"),
        (wrong('label = "Mine"', 'label = "a\\nb"'), "“label” must be one line"),
        (wrong("version = 1", "version = 1.5"), "“version” must be a text or a whole number"),
        (wrong("version = 1", "version = true"), "“version” must be"),
        (wrong('kind = "a model of ours"\n', ""), "“kind” is missing"),
        (wrong('licence = { name = "ours" }', 'licence = "ours"'), "“licence” must be a table"),
        (wrong('name = "ours"', 'nmae = "ours"'), "“licence.nmae” is no key"),
        (wrong('name = "ours"', 'name = "ours", gated = "yes"'), "“licence.gated” must be true"),
        (wrong('name = "ours"', 'name = "o", url = "ftp://x"'), "“licence.url” must be an address"),
        (wrong('engine = "transformers", ', ""), "“responder.engine” is missing"),
        (wrong('"us/mine"', '"mine"'), "“responder.model.repo” must be “owner/name”"),
        (wrong('"us/mine"', '"us/.."'), "“responder.model.repo” must be “owner/name”"),
        (wrong('revision = ""', 'revision = "main"'), "“responder.model.revision” must be a full"),
        (wrong(', revision = ""', ""), "“responder.model” names “repo” and “revision” both"),
        (wrong('revision = ""', 'revision = "", path = "/x"'), "either “repo” or “path”"),
        (wrong('revision = ""', 'revision = "", file = "../x"'), "“responder.model.file” must be"),
        (wrong('revision = ""', 'revision = "", when = 2026-01-01'), "“responder.model” must be"),
        (wrong('revision = ""', 'revision = "", x = { repo = "y" }'), "“responder.model.x.repo”"),
        (more("colour = 1"), "“colour” is no key; check the spelling"),
        (more('hypothesis = "x"'), "“hypothesis” goes with a “recogniser”"),
        (more("settings = 3"), "“settings” must be a table"),
        (more("settings = { temperature = inf }"), "“settings” must be a table"),
        (more("baseline = 1"), "“baseline” must be true or false"),
        (more("memory = {}"), "“memory.weights_gb” is missing"),
        (more("memory = { weights_gb = -1 }"), "“memory.weights_gb” must be a number from 0"),
        (more("limits = { audio_s = 0 }"), "“limits.audio_s” must be seconds, above 0"),
        (more('paper = { name = "x" }'), "“paper.interactive” is missing"),
        (more('status = "gone"'), "“status” must be “available” or “retired” or “not_provided”"),
        (more('status = "not_provided"'), "“reason” is missing"),
        (more('since = "2026-01-01"'), "“since” goes with status = “retired”"),
        (more('status = "retired"\nsince = "soon"'), "“since” must be a day"),
        (more('reason = "x"'), "“reason” goes with another status"),
        (more('status = "retired"\nsuccessor = "nobody"'), "“successor” names nobody"),
        (more("files = 3"), "“files” must be a list of tables"),
        (more("files = [{}]"), "“files[1].path” is missing"),
        (more('files = [{ path = "/etc/passwd" }]'), "“files[1].path” must be the path of a file"),
        (more('files = [{ path = "a/../b" }]'), "“files[1].path” must be the path of a file"),
        (more('files = [{ path = "a", size_bytes = -1 }]'), "“files[1].size_bytes” must be"),
        (more('files = [{ path = "a", sha256 = "12" }]'), "“files[1].sha256” must be 64"),
        (more('files = [{ path = "a", repo = "x/y" }]'), "“files[1].repo” is no repository"),
        (more('fetch = [{ repo = "x/y", allow = ["*"] }]'), "“fetch[1].repo” is no repository"),
        (more('fetch = [{ repo = "us/mine", allow = [] }]'), "“fetch[1].allow” must be a list"),
        (more('fetch = [{ repo = "us/mine", allow = ["*.py"] }]'), "fetches code"),
    ],
)
def test_what_is_wrong_is_named_with_file_system_and_field(
    home: Home, change: Callable[[str], str], said: str
) -> None:
    (home.catalogue / "mine.toml").write_text(change(MINE))
    with pytest.raises(CatalogueProblem) as caught:
        read_catalogue(home)
    assert caught.value.sentence.startswith("mine.toml: ")
    assert said in caught.value.sentence


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe", "cannot be read"),
        (b"[[system", "cannot be read"),
        (b"x = " + b"[" * 5000, "cannot be read"),
        (b"a = 1", "“a” is no key"),
        (b"system = 3", "twice bracketed"),
        (b"system = [3]", "must be a table"),
        (b"#" * 1_000_001, "larger than"),
    ],
)
def test_a_file_that_is_no_catalogue_is_named(home: Home, content: bytes, said: str) -> None:
    (home.catalogue / "mine.toml").write_bytes(content)
    with pytest.raises(CatalogueProblem, match=r"mine\.toml") as caught:
        read_catalogue(home)
    assert said in caught.value.sentence


def test_a_pin_fills_the_open_revision_and_is_part_of_the_fingerprint(home: Home) -> None:
    (home.catalogue / "mine.toml").write_text(MINE)
    before = read_catalogue(home)["mine"].record.fingerprint
    write_pins(home.catalogue, Pins({"us/mine": Pin(COMMIT)}))
    pinned = read_catalogue(home)["mine"]
    assert pinned.system.responder.model["revision"] == COMMIT
    assert pinned.record.fingerprint != before
    other = Pins({"us/mine": Pin(COMMIT.replace("0", "f"))})
    write_pins(home.catalogue, other)
    assert read_catalogue(home)["mine"].record.fingerprint != pinned.record.fingerprint


def test_a_pin_goes_as_deep_as_the_tables_do() -> None:
    pins = Pins({"a/b": Pin(COMMIT)})
    model = {"repo": "x/y", "revision": "", "encoder": {"repo": "a/b", "revision": ""}}
    assert pins.applied(model)["encoder"]["revision"] == COMMIT
    assert pins.applied(model)["revision"] == ""


def test_a_revision_that_the_catalogue_names_is_not_a_matter_of_pins() -> None:
    pins = Pins({"a/b": Pin(COMMIT)})
    named = {"repo": "a/b", "revision": "f" * 40}
    assert pins.applied(named) == named


@pytest.mark.parametrize("allowed", [True, False])
def test_code_runs_of_the_allowed_revision_only(allowed: bool) -> None:
    pins = Pins({"a/b": Pin(COMMIT, remote_code=allowed)})
    model = pins.applied({"repo": "a/b", "revision": "", "remote_code": ""})
    assert model.get("remote_code") == (COMMIT if allowed else None)
    assert "remote_code" not in Pins().applied({"repo": "a/b", "revision": "", "remote_code": ""})


def test_pins_are_read_as_they_were_written(home: Home) -> None:
    pins = Pins({"a/b": Pin(COMMIT, "content", True), "c/d": Pin(COMMIT)})
    write_pins(home.catalogue, pins)
    assert read_pins(home.catalogue) == pins
    assert set(read_catalogue(home)) == set(read_catalogue()), "it is no catalogue file"


@pytest.mark.parametrize(
    "content",
    [
        "x",
        '["a/b"]\nrevision = "main"',
        '["a/b"]\nrevision = ""',
        '["nobody"]\nrevision = "' + COMMIT + '"',
        '["a/b"]\nrevision = "' + COMMIT + '"\nof = "air"',
        '["a/b"]\nrevision = "' + COMMIT + '"\ncolour = 1',
        "a = 1",
    ],
)
def test_pins_that_somebody_broke_are_named(home: Home, content: str) -> None:
    (home.catalogue / "pins.toml").write_text(content)
    with pytest.raises(CatalogueProblem, match=r"pins\.toml"):
        read_catalogue(home)


def test_the_catalogue_knows_every_word_that_leads_to_weights() -> None:
    from desktop.catalogue.table_keys import SOURCE

    assert set(SOURCE) >= SOURCE_SETTINGS
