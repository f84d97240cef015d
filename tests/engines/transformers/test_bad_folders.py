"""Folders that are no model, not whole, or not harmless: a sentence each, and work goes on."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from engines.api import Prompt
from engines.errors import EngineError, ErrorKind
from tests.helpers.asking_worker import AskedWorker

pytestmark = pytest.mark.local

SHORT = {"max_new_tokens": 4}
REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def folder(llama: Path, tmp_path: Path) -> Path:
    """A copy of the tiny text model, to be spoilt."""
    return shutil.copytree(llama, tmp_path / "model")


def refusal(worker: AskedWorker, **model: Any) -> EngineError:
    """What `load` says, and that the worker then works as before."""
    with pytest.raises(EngineError) as caught:
        worker.load(**model)
    assert worker.process.alive
    return caught.value


def test_nowhere(worker: AskedWorker) -> None:
    assert refusal(worker, path="/nowhere/at/all").kind is ErrorKind.NEEDS_DOWNLOAD
    assert worker.probe(path="/nowhere/at/all").lacks == ErrorKind.NEEDS_DOWNLOAD


def test_no_model(worker: AskedWorker, tmp_path: Path) -> None:
    (tmp_path / "holiday.txt").write_text("sun")
    error = refusal(worker, path=str(tmp_path))
    assert "no config.json" in error.researcher
    assert worker.probe(path=str(tmp_path)).reason == error.researcher
    assert refusal(worker, path=str(tmp_path / "holiday.txt")).kind is ErrorKind.INTERNAL


@pytest.mark.parametrize("content", ["", "{", "[]", '{"model_type": "no_such_thing"}', "{}"])
def test_a_configuration_that_is_none(worker: AskedWorker, folder: Path, content: str) -> None:
    (folder / "config.json").write_text(content)
    assert refusal(worker, path=str(folder)).kind is ErrorKind.INTERNAL


def test_missing_weights(worker: AskedWorker, folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    error = refusal(worker, path=str(folder))
    assert error.kind is ErrorKind.NEEDS_DOWNLOAD
    assert worker.probe(path=str(folder)).missing == ("model.safetensors",)


def test_an_index_that_names_a_missing_file(worker: AskedWorker, folder: Path) -> None:
    names = {"a": "model.safetensors", "b": "model-2.safetensors"}
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": names}))
    error = refusal(worker, path=str(folder))
    assert error.kind is ErrorKind.NEEDS_DOWNLOAD
    assert error.data["missing"] == ["model-2.safetensors"]
    index.write_text("{")
    assert refusal(worker, path=str(folder)).kind is ErrorKind.NEEDS_DOWNLOAD


@pytest.mark.parametrize("kept", [0, 4, 1000, 100_000])
def test_truncated_weights(worker: AskedWorker, folder: Path, kept: int) -> None:
    weights = folder / "model.safetensors"
    os.truncate(weights, kept)
    assert refusal(worker, path=str(folder)).kind is ErrorKind.NEEDS_DOWNLOAD
    assert worker.probe(path=str(folder)).lacks == ErrorKind.NEEDS_DOWNLOAD


def test_weights_of_another_model(worker: AskedWorker, folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"num_hidden_layers": 3}))
    assert "lack" in refusal(worker, path=str(folder)).researcher
    (folder / "config.json").write_text(json.dumps(config | {"intermediate_size": 128}))
    assert refusal(worker, path=str(folder)).kind is ErrorKind.INTERNAL


def test_missing_tokenizer(worker: AskedWorker, folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    (folder / "tokenizer_config.json").unlink()
    kind = refusal(worker, path=str(folder)).kind
    assert kind in {ErrorKind.NEEDS_DOWNLOAD, ErrorKind.INTERNAL, ErrorKind.NEEDS_PACKAGE}


@pytest.mark.parametrize(
    "wish",
    [
        {"dtype": "int3"},
        {"device": "abacus"},
        {"device": "cuda:99"},
        {"kind": "video"},
        {"colour": "green"},
        {"allow_pickle": "../secret.bin"},
    ],
)
def test_a_wish_that_cannot_be(worker: AskedWorker, folder: Path, wish: dict[str, str]) -> None:
    assert refusal(worker, path=str(folder), **wish).kind is ErrorKind.INTERNAL


def test_four_bits_need_a_package(worker: AskedWorker, folder: Path) -> None:
    error = refusal(worker, path=str(folder), dtype="4bit")
    assert error.kind is ErrorKind.NEEDS_PACKAGE
    assert worker.probe(path=str(folder), dtype="4bit").missing == ("bitsandbytes",)


# Pickles.


class Bomb:
    """Unpickled, it would leave a file behind."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> Any:
        return (Path.touch, (self.marker,))


def pickled(folder: Path, content: Any) -> str:
    import torch

    (folder / "model.safetensors").unlink(missing_ok=True)
    torch.save(content, folder / "pytorch_model.bin")
    return "pytorch_model.bin"


def test_a_pickle_is_not_opened_unasked(worker: AskedWorker, folder: Path, tmp_path: Path) -> None:
    pickled(folder, {"weight": Bomb(tmp_path / "marker")})
    error = refusal(worker, path=str(folder))
    assert 'allow_pickle = "pytorch_model.bin"' in error.researcher
    assert not worker.probe(path=str(folder)).ok
    assert not (tmp_path / "marker").exists()


def test_a_malicious_pickle_does_nothing_even_when_allowed(
    worker: AskedWorker, folder: Path, tmp_path: Path
) -> None:
    name = pickled(folder, {"weight": Bomb(tmp_path / "marker")})
    error = refusal(worker, path=str(folder), allow_pickle=name)
    assert "more than tensors" in error.researcher
    assert not (tmp_path / "marker").exists()
    # The bomb is live: whoever opens it the old way is hit.
    import torch

    torch.load(folder / name, weights_only=False)
    assert (tmp_path / "marker").exists()


def test_an_allowed_pickle_of_tensors_answers_as_the_safetensors_do(
    worker: AskedWorker, llama: Path, folder: Path
) -> None:
    from safetensors.torch import load_file

    ask = Prompt(text="hello", settings=SHORT)
    worker.load(path=str(llama))
    answered = worker.respond(ask).text
    name = pickled(folder, load_file(llama / "model.safetensors"))
    loaded = worker.load(path=str(folder), allow_pickle=name)
    assert set(loaded.weights) == {f"model/{name}"}
    assert worker.respond(ask).text == answered


# Python of its own.


@pytest.fixture
def with_code(folder: Path, tmp_path: Path) -> Path:
    """A folder whose configuration is Python that leaves a file behind when it is imported."""
    here = folder.rename(tmp_path / f"somebody--model@{REVISION}")
    (here / "their_code.py").write_text(
        "from pathlib import Path\n"
        f"Path({str(tmp_path / 'marker')!r}).touch()\n"
        "from transformers import LlamaConfig, LlamaForCausalLM\n"
        "class TheirConfig(LlamaConfig):\n    model_type = 'theirs'\n"
        "class TheirModel(LlamaForCausalLM):\n    config_class = TheirConfig\n"
    )
    config = json.loads((here / "config.json").read_text()) | {
        "model_type": "theirs",
        "auto_map": {
            "AutoConfig": "their_code.TheirConfig",
            "AutoModelForCausalLM": "their_code.TheirModel",
        },
    }
    (here / "config.json").write_text(json.dumps(config))
    return here


@pytest.mark.parametrize("allowed", [None, "main", True, REVISION.replace("0", "f")])
def test_code_of_a_folder_does_not_run_unless_its_revision_is_named(
    worker: AskedWorker, with_code: Path, tmp_path: Path, allowed: object
) -> None:
    wish = {} if allowed is None else {"remote_code": allowed}
    error = refusal(worker, path=str(with_code), **wish)
    assert error.kind is ErrorKind.INTERNAL
    assert "not run" in error.researcher or "nothing of it was run" in error.researcher
    assert not (tmp_path / "marker").exists()


def test_code_of_a_named_revision_runs(
    worker: AskedWorker, with_code: Path, tmp_path: Path
) -> None:
    worker.load(path=str(with_code), remote_code=REVISION)
    assert (tmp_path / "marker").exists()
    assert worker.respond(Prompt(text="hello", settings=SHORT)).text


def test_after_all_of_it_the_worker_answers(worker: AskedWorker, llama: Path) -> None:
    worker.load(path=str(llama))
    assert worker.respond(Prompt(text="hello", settings=SHORT)).text
