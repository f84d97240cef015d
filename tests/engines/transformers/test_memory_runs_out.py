"""A worker that really runs out of memory says so, and works on."""

from __future__ import annotations

import json
import resource
import shutil
import struct
import sys
from pathlib import Path

import pytest

from engines.api import Prompt
from engines.errors import EngineError, ErrorKind
from engines.registry import EngineInfo
from engines.transformers.failures import told_as_engine_errors
from tests.helpers.asking_worker import AskedWorker

pytestmark = [
    pytest.mark.local,
    pytest.mark.skipif(sys.platform != "linux", reason="another process's limits are Linux's"),
]

SHORT = {"max_new_tokens": 4}
MIB = 2**20


def enlarged(llama: Path, folder: Path, words: int) -> Path:
    """The tiny text model with a vocabulary of millions, whose zeros take no room on the disk."""
    shutil.copytree(llama, folder)
    config = json.loads((folder / "config.json").read_text())
    width = config["hidden_size"]
    (folder / "config.json").write_text(json.dumps(config | {"vocab_size": words}))
    weights = folder / "model.safetensors"
    with weights.open("rb") as file:
        tensors = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    tensors.pop("__metadata__", None)
    end = 0
    for told in tensors.values():
        if told["shape"][0] == config["vocab_size"]:
            told["shape"] = [words, width]
        size = 4
        for length in told["shape"]:
            size *= length
        told["data_offsets"] = [end, end + size]
        end += size
    header = json.dumps({"__metadata__": {"format": "pt"}, **tensors}).encode()
    with weights.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + end)
    return folder


def test_a_load_that_does_not_fit_leaves_the_worker_alive(
    info: EngineInfo, llama: Path, tmp_path: Path
) -> None:
    large = enlarged(llama, tmp_path / "large", words=4_000_000)  # 2 GB
    with AskedWorker(info) as worker:
        worker.load(path=str(llama))  # imports what it needs
        pid = worker.pid
        status = Path(f"/proc/{pid}/status").read_text()
        used = int(status.partition("VmSize:")[2].split()[0]) * 1024
        unlimited = resource.prlimit(pid, resource.RLIMIT_AS)
        resource.prlimit(pid, resource.RLIMIT_AS, (used + 200 * MIB, unlimited[1]))
        with pytest.raises(EngineError) as caught:
            worker.load(path=str(large))
        assert caught.value.kind is ErrorKind.OUT_OF_MEMORY
        worker.load(path=str(llama))
        assert worker.respond(Prompt(text="hello", settings=SHORT)).text
        assert worker.pid == pid


def test_probe_says_both_numbers_before_anything_is_loaded(
    worker: AskedWorker, llama: Path, tmp_path: Path
) -> None:
    large = enlarged(llama, tmp_path / "large", words=10_000_000_000)  # 5 TB of nothing
    probe = worker.probe(path=str(large))
    assert not probe.ok
    assert probe.lacks == ErrorKind.OUT_OF_MEMORY
    assert probe.free_bytes is not None
    assert f"It needs {probe.memory_bytes / 1e9:.1f} GB, and " in probe.reason


def test_torchs_own_words_are_understood() -> None:
    import torch

    for shortage in (lambda: torch.empty(2**55, dtype=torch.uint8), cuda_is_full):
        with pytest.raises(EngineError) as caught, told_as_engine_errors("writing the answer"):
            shortage()
        assert caught.value.kind is ErrorKind.OUT_OF_MEMORY
        assert "while writing the answer" in caught.value.researcher


def cuda_is_full() -> None:
    """What torch raises of a card; there is none here that could be filled."""
    import torch

    raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
