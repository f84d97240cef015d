"""A GGUF that reads, and one that hears, are engines like any other."""

from __future__ import annotations

import pytest

from engines.api import Role
from tests.engines.contract import EngineContract
from tests.tiny.gguf import build_gguf, build_mmproj

pytestmark = pytest.mark.local

_SHORT = {"max_new_tokens": 16}


class TestLlamaCppReads(EngineContract):
    family = "llama_cpp"
    role = Role.RESPONDER
    settings = _SHORT

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _weights(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        cls.model = {"path": str(build_gguf(tmp_path_factory.mktemp("models"))), "device": "cpu"}


class TestLlamaCppHears(EngineContract):
    family = "llama_cpp"
    role = Role.LAM
    settings = _SHORT

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def _weights(cls, tmp_path_factory: pytest.TempPathFactory) -> None:
        folder = tmp_path_factory.mktemp("models")
        build_gguf(folder)
        projector = build_mmproj(folder)
        cls.model = {"path": str(folder), "mmproj": projector.name, "device": "cpu"}
