"""A torchvision of another torch stops all of transformers: the sentence names what to remove."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.errors import EngineError, ErrorKind
from engines.registry import EngineInfo
from tests.helpers.asking_worker import AskedWorker

pytestmark = pytest.mark.local

FIRST_THING = """
import torch
__version__ = "0.28.0"
torch.library.register_fake("torchvision::nms")(lambda *_: None)
"""
"""What the real package does when it is imported; its CUDA build beside a CPU torch fails at it."""


@pytest.fixture
def misplaced(tmp_path: Path, info: EngineInfo) -> AskedWorker:
    """A worker that finds such a torchvision; not started."""
    (tmp_path / "torchvision").mkdir()
    (tmp_path / "torchvision" / "__init__.py").write_text(FIRST_THING)
    (tmp_path / "torchvision-0.28.0.dist-info").mkdir()
    about = "Metadata-Version: 2.1\nName: torchvision\nVersion: 0.28.0\n"
    (tmp_path / "torchvision-0.28.0.dist-info" / "METADATA").write_text(about)
    return AskedWorker(info, extra_env={"PYTHONPATH": str(tmp_path)})


@pytest.mark.parametrize("model", ["llama", "whisper"])
def test_a_torchvision_of_another_torch_is_named(
    misplaced: AskedWorker, request: pytest.FixtureRequest, model: str
) -> None:
    folder: Path = request.getfixturevalue(model)
    with misplaced as worker, pytest.raises(EngineError) as caught:
        worker.load(path=str(folder))
    assert caught.value.kind is ErrorKind.NEEDS_PACKAGE
    assert caught.value.researcher.startswith("The torchvision here does not belong to this torch")
    assert caught.value.data["packages"] == ["torchvision"]
