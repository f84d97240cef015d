"""A researcher's own systems: a file, an address, a checkpoint."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from desktop.catalogue.adding import add_address, add_checkpoint, add_file
from desktop.catalogue.catalogue import read_catalogue
from desktop.catalogue.checkpoints import recognise
from desktop.cli import main
from desktop.errors import CatalogueProblem, EarshotError, UsageProblem
from desktop.getting.linking import link
from desktop.pages.systems_desk import list_systems
from desktop.paths import Home
from engines.api import Role
from engines.generation import NAMES
from tests.helpers.projectors import OF_SOUND
from ui.state import Availability

LLAMA = """
[[system]]
id = "m"
label = "M"
version = "1"
kind = "ours"
recogniser = { engine = "openai_whisper", model = { path = "a.pt" } }
hypothesis = "transcript"
responder = { engine = "transformers", model = { path = "llama" } }
settings = { max_new_tokens = 256, min_new_tokens = 2 }
licence = { name = "ours" }
"""
KNOWN = ", ".join((*NAMES, "instruction_order", "min_new_tokens"))
FILE = """
[[system]]
id = "{id}"
label = "Mine \\"quoted\\" \\u00e9"
version = "1"
kind = "ours"
responder = {{ engine = "echo", model = {{ answers = ["a\\nb"], n = 1.5, on = true }} }}
licence = {{ name = "ours" }}
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def checkpoint(folder: Path, config: Mapping[str, Any] | None, *files: str) -> Path:
    folder.mkdir()
    if config is not None:
        (folder / "config.json").write_text(json.dumps(config))
    for file in files:
        (folder / file).write_bytes(b"x")
    return folder


def test_a_file_comes_as_it_was_meant(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE.format(id="mine"))
    assert add_file(tmp_path / "mine.toml", home) == ["mine"]
    entry = read_catalogue(home)["mine"]
    assert entry.own
    assert entry.label == 'Mine "quoted" é'
    assert entry.system.responder.model == {"answers": ["a\nb"], "n": 1.5, "on": True}


def test_a_relative_path_begins_at_the_folder_of_its_file(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "run").mkdir()
    model = 'path = "llama", inner = { path = "~/a" }'
    text = FILE.format(id="mine").replace('answers = ["a\\nb"]', model)
    (tmp_path / "run" / "mine.toml").write_text(text)
    add_file(Path("run/mine.toml"), home)
    found = read_catalogue(home)["mine"].system.responder.model
    assert found["path"] == str(tmp_path / "run" / "llama"), "and is whole in the data folder"
    assert found["inner"] == {"path": "~/a"}
    own = home.catalogue / "mine.toml"
    own.write_text(own.read_text().replace(found["path"], "llama"))
    edited = read_catalogue(home)["mine"].system.responder.model
    assert edited["path"] == str(home.catalogue.absolute() / "llama")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.format(id="baseline-eliza"), "the id baseline-eliza is taken"),
        (FILE.format(id="x") + FILE.format(id="x"), "the id x is taken"),
        (FILE.format(id="x").replace("kind", "kidn"), "“kidn” is no key"),
        ("", "names no system"),
    ],
)
def test_a_file_that_is_wrong_is_not_written(
    home: Home, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "mine.toml").write_text(text)
    with pytest.raises(EarshotError, match=f"(?i){said}"):
        add_file(tmp_path / "mine.toml", home)
    assert not list(home.catalogue.glob("*"))


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"transformers"', '"transfomers"', "Is “transformers” meant?"),
        ('"transformers"', '"ours-not-yet"', "“ours-not-yet”, which this copy of Earshot lacks.$"),
        (
            "max_new_tokens",
            "max_tokens",
            f"no generation setting 'max_tokens'. Known are: {KNOWN}.$",
        ),
        ("256", '"many"', "'max_new_tokens' cannot be 'many'"),
        ('= "transcript"', '= "transcrpt"', "must be “transcript” .* not “transcrpt”"),
    ],
)
def test_what_an_engine_would_refuse_is_said_when_it_is_added_and_in_the_list(
    home: Home, tmp_path: Path, right: str, wrong: str, said: str
) -> None:
    (tmp_path / "right.toml").write_text(LLAMA)
    assert add_file(tmp_path / "right.toml", home) == ["m"]
    (tmp_path / "mine.toml").write_text(LLAMA.replace('id = "m"', 'id = "n"').replace(right, wrong))
    with pytest.raises(CatalogueProblem) as caught:
        add_file(tmp_path / "mine.toml", home)
    assert re.search(said, caught.value.sentence)
    shutil.copy(tmp_path / "mine.toml", home.catalogue)
    (row,) = list_systems({"n": read_catalogue(home)["n"]}, home)
    assert row.availability in {Availability.BROKEN, Availability.MISSING}
    assert re.search(said, row.detail)


def test_a_file_is_never_written_over_another(home: Home, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(FILE.format(id="one"))
    add_file(tmp_path / "mine.toml", home)
    (tmp_path / "mine.toml").write_text(FILE.format(id="two"))
    with pytest.raises(UsageProblem, match="is there already"):
        add_file(tmp_path / "mine.toml", home)
    (tmp_path / "mine.toml").rename(tmp_path / "pins.toml")
    with pytest.raises(UsageProblem, match="is there already"):
        add_file(tmp_path / "pins.toml", home)


def test_an_address_becomes_a_system_that_hears(home: Home) -> None:
    (id_,) = add_address("http://lab.example:8000/v1", home, model="ours/Model-7B")
    entry = read_catalogue(home)[id_]
    assert id_ == "ours-model-7b-lab.example"
    assert entry.system.responder.engine == "openai_compatible"
    assert entry.system.responder.model["address"] == "http://lab.example:8000/v1"
    assert (entry.system.recogniser, entry.system.instruction[:15]) == (None, "You are a helpf")


def test_a_server_that_wants_a_key_is_added_with_the_name_of_one(home: Home) -> None:
    (id_,) = add_address("http://lab:1/v1", home, model="m", key="lab")
    assert read_catalogue(home)[id_].system.responder.model["key"] == "lab"


def test_a_key_in_the_place_of_its_name_is_refused_and_not_repeated(home: Home) -> None:
    with pytest.raises(UsageProblem, match="name of a key") as caught:
        add_address("http://lab:1/v1", home, model="m", key="sk-Secret.123")
    assert "Secret" not in f"{caught.value} {caught.value.advice}"
    assert not home.catalogue.exists()


def test_an_address_that_reads_gets_another_systems_ears(home: Home) -> None:
    (id_,) = add_address("http://lab:1/v1", home, model="m", recogniser="baseline-skills")
    entry = read_catalogue(home)[id_]
    assert entry.system.recogniser is not None
    assert (entry.system.recogniser.engine, entry.system.hypothesis) == ("pocketsphinx", "skills")


@pytest.mark.parametrize(
    ("address", "model", "said"),
    [
        ("http://me:secret@lab/v1", "m", "no password, no @ and no parameters"),
        ("http://me@lab/v1", "m", "no password, no @ and no parameters"),
        ("https://lab/v1?api-key=secret", "m", "no password, no @ and no parameters"),
        ("https://lab/v1#secret", "m", "no password, no @ and no parameters"),
        ("http://[::1/v1?api-key=secret", "m", "no password, no @ and no parameters"),
        ("http:///v1", "m", "is no address"),
        ("http://[::1/v1", "m", "is no address"),
        ("http://lab:port/v1", "m", "is no address"),
        ("http://lab/v1", "", "Which model"),
    ],
)
def test_an_address_that_cannot_be_is_refused(
    home: Home, address: str, model: str, said: str
) -> None:
    with pytest.raises(UsageProblem, match=said) as caught:
        add_address(address, home, model=model)
    assert "secret" not in str(caught.value)
    assert not home.catalogue.exists()


@pytest.mark.parametrize(
    ("config", "role"),
    [
        ({"model_type": "llama"}, Role.RESPONDER),
        ({"model_type": "qwen2_audio", "audio_config": {}}, Role.LAM),
        ({"model_type": "omni", "thinker_config": {"audio_token_id": 3}}, Role.LAM),
        ({"model_type": "gemma", "audio_config": None}, Role.RESPONDER),
        ({"model_type": "whisper"}, Role.RECOGNISER),
    ],
)
def test_a_folder_is_recognised_by_its_files(
    tmp_path: Path, config: dict[str, Any], role: Role
) -> None:
    found = recognise(checkpoint(tmp_path / "m", config, "model.safetensors"))
    assert found.role is role
    assert found.part.engine == "transformers"
    assert found.part.model == {"path": str(tmp_path / "m")}


def test_a_gguf_is_recognised_by_its_first_bytes(tmp_path: Path) -> None:
    (tmp_path / "some.gguf").write_bytes(b"GGUF\3\0\0\0")
    assert recognise(tmp_path / "some.gguf").part.engine == "llama_cpp"


@pytest.mark.parametrize("named", ["folder", "file"])
def test_a_gguf_beside_its_projector_hears(tmp_path: Path, named: str) -> None:
    for name in ("m-00001-of-00002.gguf", "m-00002-of-00002.gguf", "mmproj-f16.gguf"):
        (tmp_path / name).write_bytes(OF_SOUND)
    (tmp_path / "mmproj-eyes.gguf").write_bytes(OF_SOUND[:-1] + b"\0")
    model = tmp_path / "m-00001-of-00002.gguf"
    found = recognise(tmp_path if named == "folder" else model)
    assert (found.role, found.recogniser) == (Role.LAM, None)
    assert found.part.model == {"path": str(model), "mmproj": "mmproj-f16.gguf"}
    with pytest.raises(UsageProblem, match="is a projector"):
        recognise(tmp_path / "mmproj-f16.gguf")
    (tmp_path / "mmproj-q8.gguf").write_bytes(OF_SOUND)
    with pytest.raises(UsageProblem, match=r"2 projectors: mmproj-f16\.gguf, mmproj-q8"):
        recognise(model)


@pytest.mark.parametrize("named", ["llama.gguf", "ultravox.gguf"])
def test_a_projector_beside_two_models_is_nobodys(tmp_path: Path, named: str) -> None:
    for name in ("llama.gguf", "ultravox.gguf", "mmproj-ultravox.gguf"):
        (tmp_path / name).write_bytes(OF_SOUND)
    with pytest.raises(UsageProblem) as caught:
        recognise(tmp_path / named)
    assert caught.value.sentence.startswith(f"Beside {named} lies mmproj-ultravox.gguf, ")
    assert "2 models" in caught.value.sentence
    assert "a folder of its own" in caught.value.advice
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in (named, "mmproj-ultravox.gguf"):
        (alone / name).symlink_to(tmp_path / name)
    assert recognise(alone / named).part.model["mmproj"] == "mmproj-ultravox.gguf", "as it advises"
    (tmp_path / "mmproj-ultravox.gguf").write_bytes(OF_SOUND[:-1] + b"\0")
    assert recognise(tmp_path / named).role is Role.RESPONDER, "eyes are of no use here"


@pytest.mark.parametrize(
    ("config", "files", "said"),
    [
        (None, (), "there is no config.json"),
        ({"model_type": "llama"}, (), "no \\*.safetensors"),
        ({"model_type": "llama"}, ("pytorch_model.bin",), "pytorch_model.bin is a pickle"),
        ({"x": 1}, ("model.safetensors",), "does not say what model"),
        ([], ("model.safetensors",), "does not say what model"),
    ],
)
def test_a_folder_that_is_no_model_is_a_sentence(
    tmp_path: Path, config: Any, files: tuple[str, ...], said: str
) -> None:
    with pytest.raises(UsageProblem, match=said):
        recognise(checkpoint(tmp_path / "m", config, *files))


@pytest.mark.parametrize("asked", ["listdir", "stat"])
def test_a_folder_that_may_not_be_read_is_said_to_be_that(
    tmp_path: Path, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = checkpoint(tmp_path / "m", {"model_type": "llama"}, "model.safetensors")
    real = os.stat

    def refuse(path: Any, *_: Any, **__: Any) -> Any:  # as for who is not root
        if asked == "listdir" or str(path).endswith("config.json"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, asked, refuse)
    with pytest.raises(UsageProblem, match=r"cannot be read \(Permission denied\)"):
        recognise(place)


def test_what_lies_in_a_folder_that_is_shut_is_said_to_be_unreadable(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def refuse(path: Any, *args: Any, **options: Any) -> Any:  # as for who is not root
        if "shut" in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path, *args, **options)

    entry = read_catalogue()["phi-4-multimodal"]
    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(UsageProblem, match=r"cannot be read \(Permission denied\)"):
        add_file(tmp_path / "shut" / "mine.toml", home)
    with pytest.raises(UsageProblem, match=r"cannot be read \(Permission denied\)"):
        link(entry, tmp_path / "shut" / "weights", home)


@pytest.mark.parametrize("content", [b"", b"PK\3\4", b"GGU"])
def test_a_file_that_is_no_model_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.gguf").write_bytes(content)
    with pytest.raises(UsageProblem, match="no checkpoint that is recognised"):
        recognise(tmp_path / "some.gguf")
    with pytest.raises(UsageProblem, match="There is nothing"):
        recognise(tmp_path / "nowhere")


def test_a_text_checkpoint_becomes_a_pipeline(home: Home, tmp_path: Path) -> None:
    place = checkpoint(tmp_path / "Run 12", {"model_type": "llama"}, "model.safetensors")
    (id_,) = add_checkpoint(place, home)
    entry = read_catalogue(home)[id_]
    assert (id_, entry.label) == ("run-12", "Run 12")
    assert entry.system.recogniser is not None
    assert entry.system.hypothesis == "dictation"
    with pytest.raises(CatalogueProblem, match="run-12 is taken"):
        add_checkpoint(place, home)
    assert add_checkpoint(place, home, id_="run-12b") == ["run-12b"]


def test_ears_alone_are_no_system(home: Home, tmp_path: Path) -> None:
    place = checkpoint(tmp_path / "ears", {"model_type": "whisper"}, "model.safetensors")
    with pytest.raises(UsageProblem, match="only writes down what is said"):
        add_checkpoint(place, home)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["m.gguf"], 0, "m reads text; pocketsphinx hears for it, as for baseline-eliza (--hears"),
        (["m.gguf", "--hears-like", "baseline-skills"], 0, "as for baseline-skills"),
        (["ears"], 0, "ears hears itself."),
        (["ears", "--hears-like", "baseline-skills"], 2, "Leave --hears-like out."),
        (["m.gguf", "--model", "m", "--reads-text"], 2, "Leave out --model, --reads-text."),
        (["mine.toml", "--id", "other"], 2, "A file says that itself. Leave out --id."),
        (["mine.toml", "--key", "lab"], 2, "A file says that itself. Leave out --key."),
        (["m.gguf", "--key", "lab"], 2, "Only an address is asked that way. Leave out --key."),
        (["http://127.0.0.1/v1", "--model", "m"], 0, "m-127.0.0.1 hears itself."),
    ],
)
def test_add_says_who_hears_and_refuses_what_it_would_not_read(
    home: Home,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.gguf").write_bytes(b"GGUF\3\0\0\0")
    (tmp_path / "mine.toml").write_text(FILE.format(id="mine"))
    checkpoint(tmp_path / "ears", {"model_type": "x", "audio_config": {}}, "model.safetensors")
    assert main(["systems", "add", "--home", str(home.folder), *arguments]) == code
    assert said in capsys.readouterr().err
    assert home.catalogue.exists() == (code == 0)


@pytest.mark.parametrize("more", [["baseline-eliza"], ["--bundle", "kit"]])
def test_install_refuses_a_repository_for_what_is_no_folder(
    home: Home, capsys: pytest.CaptureFixture[str], more: list[str]
) -> None:
    install = ["systems", "install", "--home", str(home.folder), "--repo", "ours/m", *more]
    assert main(install) == 2
    said = capsys.readouterr().err
    assert said == "Only a folder (--from) stands for a repository. Leave out --repo.\n"
