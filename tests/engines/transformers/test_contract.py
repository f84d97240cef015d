"""A folder of transformers is an engine like any other, in each of its three roles."""

from __future__ import annotations

from pathlib import Path

import pytest

from engines.api import Role
from tests.engines.contract import EngineContract
from tests.tiny.llama import build_llama
from tests.tiny.once import once
from tests.tiny.qwen2_audio import build_qwen2_audio
from tests.tiny.whisper import build_whisper

pytestmark = pytest.mark.local


class TestWhisper(EngineContract):
    family = "transformers"
    role = Role.RECOGNISER

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def checkpoint(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = once(tmp_path_factory, build_whisper)
        cls.model = {"path": str(folder), "segments": True}
        return folder


class TestText(EngineContract):
    family = "transformers"
    role = Role.RESPONDER
    settings = {"max_new_tokens": 48, "min_new_tokens": 16}  # noqa: RUF012 - of the contract

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def checkpoint(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = once(tmp_path_factory, build_llama)
        cls.model = {"path": str(folder)}
        return folder


class TestAudio(EngineContract):
    family = "transformers"
    role = Role.LAM
    settings = {"max_new_tokens": 48, "min_new_tokens": 16}  # noqa: RUF012 - of the contract

    @pytest.fixture(scope="class", autouse=True)
    @classmethod
    def checkpoint(cls, tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = once(tmp_path_factory, build_qwen2_audio)
        cls.model = {"path": str(folder)}
        return folder
