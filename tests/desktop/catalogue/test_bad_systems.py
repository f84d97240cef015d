"""Systems that nobody should compare: `ask` says why in a sentence, a battle fails and is kept.

Every one is real: real files, a real server, real libraries in real workers.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from desktop.catalogue.entry import Entry
from desktop.catalogue.pins import Pins
from desktop.catalogue.reading import read_entry
from desktop.cli import main
from desktop.toml_text import as_toml
from engines.errors import ErrorKind
from tests.helpers.fake_api import Raw, Reply, Silence, Status
from tests.helpers.fake_openai import MODEL, FakeOpenAI
from tests.helpers.rehearsal import Rehearsal, battles, echo_entry
from tests.tiny.gguf import build_gguf, build_mmproj
from tests.tiny.llama import build_llama
from tests.tiny.once import once
from ui.state import Phase

pytestmark = pytest.mark.local

SLOW_MS = 60_000
"""torch takes its time to come."""
KEY = "sk-tests-0123456789abcdef"
ATTEMPTS = 3


@dataclass(frozen=True)
class Place:
    """Where a bad system is made."""

    folder: Path
    llama: Path
    """A whole text model; not to be written into."""
    api: FakeOpenAI

    @property
    def marker(self) -> Path:
        """What a program in a checkpoint would leave behind."""
        return self.folder / "it-ran"

    def copy(self) -> Path:
        return shutil.copytree(self.llama, self.folder / "model")


Table = Mapping[str, Any]
"""Of a catalogue: the responder, and what else differs from system to system."""


def no_model(at: Place) -> Table:
    (at.folder / "holiday.txt").write_text("sun")
    return _heard_for("transformers", {"path": str(at.folder)})


def missing_file(at: Place) -> Table:
    model = at.copy()
    index = {"weight_map": {"a": "model.safetensors", "b": "model-2.safetensors"}}
    (model / "model.safetensors.index.json").write_text(json.dumps(index))
    return _heard_for("transformers", {"path": str(model)})


def truncated_weights(at: Place) -> Table:
    model = at.copy()
    os.truncate(model / "model.safetensors", 100_000)
    return _heard_for("transformers", {"path": str(model)})


def malicious_pickle(at: Place) -> Table:
    import torch

    model = at.copy()
    (model / "model.safetensors").unlink()
    torch.save({"weight": Bomb(at.marker)}, model / "pytorch_model.bin")
    table = {"path": str(model), "allow_pickle": "pytorch_model.bin"}
    return _heard_for("transformers", table)


def malicious_whisper(at: Place) -> Table:
    import torch

    path = at.folder / "whisper.pt"
    torch.save({"dims": Bomb(at.marker), "model_state_dict": {}}, path)
    ears = {"engine": "openai_whisper", "model": {"path": str(path), "allow_pickle": path.name}}
    return {"responder": {"engine": "eliza"}, "recogniser": ears, "hypothesis": "transcript"}


def truncated_gguf(at: Place) -> Table:
    path = build_gguf(at.folder)
    os.truncate(path, path.stat().st_size // 2)
    return _heard_for("llama_cpp", {"path": str(path)})


def aborts_in_c(at: Place) -> Table:
    path, ears = build_gguf(at.folder), build_mmproj(at.folder, stack=8)
    table = {"path": str(path), "mmproj": ears.name, "device": "cpu"}
    return {"responder": {"engine": "llama_cpp", "model": table}}


class Bomb:
    """Unpickled, it would leave a file behind."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (Path.touch, (self.marker,))


def _heard_for(engine: str, model: Mapping[str, Any]) -> Table:
    """A model that reads what the scripted recogniser hears."""
    return {
        "responder": {"engine": engine, "model": dict(model)},
        "recogniser": {"engine": "echo", "model": {"heard": ["hello"]}},
        "hypothesis": "scripted",
    }


def _server(*replies: Reply, **table: Any) -> Callable[[Place], Table]:
    def make(at: Place) -> Table:
        at.api.key = KEY
        at.api.script.extend(replies)
        model = {"address": f"{at.api.address}/v1", "model": MODEL, "key": "openai", **table}
        return {"responder": {"engine": "openai_compatible", "model": model}}

    return make


def says(code: int, words: str) -> Status:
    return Status(code, {"error": {"message": words}}, {"retry-after": "0.01"})


BAD: Mapping[str, tuple[Callable[[Place], Table], ErrorKind, str]] = {
    "no model": (no_model, ErrorKind.INTERNAL, "no config.json"),
    "missing file": (missing_file, ErrorKind.NEEDS_DOWNLOAD, "model-2.safetensors"),
    "truncated weights": (truncated_weights, ErrorKind.NEEDS_DOWNLOAD, "model.safetensors"),
    "malicious pickle": (malicious_pickle, ErrorKind.INTERNAL, "more than tensors"),
    "malicious Whisper": (malicious_whisper, ErrorKind.INTERNAL, "could be a program"),
    "truncated GGUF": (truncated_gguf, ErrorKind.NEEDS_DOWNLOAD, "fetch it again"),
    "aborts in C++": (aborts_in_c, ErrorKind.INTERNAL, "SIGABRT"),
    "400": (_server(*[says(400, "no such thing")] * 2), ErrorKind.INTERNAL, "no such thing"),
    "429": (_server(*[says(429, "slow down")] * ATTEMPTS), ErrorKind.RATE_LIMITED, "slow down"),
    "500": (_server(*[says(500, "oh")] * ATTEMPTS), ErrorKind.NETWORK, "did not serve"),
    "garbage": (_server(Raw(b"data: {half\n\n")), ErrorKind.NETWORK, "no answer"),
    "never": (_server(Silence(), wait_s=2), ErrorKind.TIMEOUT, "said nothing for 2 s"),
    "wrong key": (_server(says(401, "Incorrect key")), ErrorKind.NEEDS_KEY, "Incorrect key"),
}


@pytest.fixture
def place(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    """It is left without a marker: no program in a checkpoint ran."""
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    (tmp_path / "bad").mkdir()
    with FakeOpenAI() as api:
        place = Place(tmp_path / "bad", once(tmp_path_factory, build_llama), api)
        yield place
        assert api.wrong == []
    assert not place.marker.exists()


def catalogue_table(name: str, place: Place) -> dict[str, Any]:
    return {
        "id": "canary-bad",
        "label": "A bad system",
        "version": "1",
        "kind": "spoilt",
        "licence": {"name": "none"},
        **BAD[name][0](place),
    }


@pytest.mark.parametrize("name", BAD)
def test_ask_says_in_a_sentence_what_is_wrong(
    place: Place, tmp_path: Path, spoken: Path, capfd: pytest.CaptureFixture[str], name: str
) -> None:
    home = tmp_path / "home"
    (home / "systems").mkdir(parents=True)
    written = f"[[system]]\n{as_toml(catalogue_table(name, place))}"
    (home / "systems" / "bad.toml").write_text(written)
    code = main(["ask", str(spoken), "--system", "canary-bad", "--home", str(home)])
    out, err = capfd.readouterr()
    assert (code, out) == (1, ""), err
    progress, said = err.splitlines()
    assert progress == "Asking A bad system …"
    assert BAD[name][2] in said


@pytest.mark.parametrize("name", BAD)
def test_a_battle_with_it_fails_and_the_program_goes_on(
    place: Place, rehearse: Callable[..., Rehearsal], name: str
) -> None:
    table = catalogue_table(name, place)
    bad = read_entry(Path("own.toml"), table, Pins(), own=True)
    catalogue: dict[str, Entry] = {"good": echo_entry("good"), "canary-bad": bad}
    stage = rehearse({"good": {}, "canary-bad": {}}, catalogue=catalogue, time_limit_s=60)
    stage.start()
    stage.speak()
    stage.until(Phase.FAILED, SLOW_MS)
    assert "canary" not in f"{stage.state}"
    (battle,) = battles(stage)
    assert (battle.state, battle.vote) == ("failed", None)
    (turn,) = battle.turns
    outcome = turn.a if battle.a.system == "canary-bad" else turn.b
    assert outcome.error_kind == BAD[name][1], outcome.error_text
    assert BAD[name][2] in outcome.error_text
    stage.press(Qt.Key.Key_Return)
    stage.until(Phase.READY)
